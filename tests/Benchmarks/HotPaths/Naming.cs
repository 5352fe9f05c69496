using System.Text;
using BenchmarkDotNet.Attributes;
using Civitai;
using Civitai.Client.Downloads;
using Civitai.Client.Json;

namespace Benchmarks.HotPaths;

/// <summary>From an image to the path of its file.</summary>
[MemoryDiagnoser]
public class Naming
{
    private readonly Image _image = ItemReader.Read(Encoding.UTF8.GetBytes(SamplePage.Item(1, 0)), out _)!;
    private FileNameTemplate _template = null!;

    [Params("{Id}", "{Username}/{Date}/{Id}-{BaseModel}")]
    public string Template { get; set; } = "";

    [GlobalSetup]
    public void ParseTemplate() => _template = FileNameTemplate.Parse(Template);

    [Benchmark]
    public string Expand() => SafeName.OfPath(_template.Expand(_image, MediaKey.Of(_image)), 40, 30);
}
