using System.Text;
using BenchmarkDotNet.Attributes;
using Civitai;
using Civitai.Client.Json;

namespace Benchmarks.HotPaths;

/// <summary>Generation data, read when somebody looks.</summary>
[MemoryDiagnoser]
public class MetaReading
{
    private byte[] _meta = [];

    /// <summary>Bytes of workflow.</summary>
    [Params(0, 80_000)]
    public int Workflow { get; set; }

    [GlobalSetup]
    public void MakeMeta() => _meta = Encoding.UTF8.GetBytes(SamplePage.Meta(Workflow));

    [Benchmark]
    public ImageMeta? Read() => MetaReader.Read(_meta);

    [Benchmark]
    public string? Prompt() => MetaReader.Read(_meta)?.Prompt;
}
