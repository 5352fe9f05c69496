using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Benchmarks.Floors;
using Civitai.Client.Json;

namespace Benchmarks.HotPaths;

/// <summary>A page of 200 taken apart and read, in network-sized pieces, beside the source-generated reader.</summary>
[MemoryDiagnoser]
public class PageReading
{
    private const int PieceLength = 64 * 1024;

    private byte[] _page = [];

    /// <summary>Bytes of workflow an item.</summary>
    [Params(0, 80_000)]
    public int Workflow { get; set; }

    [GlobalSetup]
    public void MakePage() => _page = SamplePage.Make(200, Workflow);

    /// <summary>What a feed does with a page.</summary>
    [Benchmark]
    public int Module()
    {
        var scanner = new PageScanner();
        var read = 0;
        for (var at = 0; at < _page.Length; at += PieceLength)
        {
            scanner.Scan(_page.AsSpan(at, Math.Min(PieceLength, _page.Length - at)), item => read += ItemReader.Read(item, out _) is null ? 0 : 1);
        }

        return read;
    }

    /// <summary>What the read floor does with it.</summary>
    [Benchmark(Baseline = true)]
    public int Floor()
    {
        var page = JsonSerializer.Deserialize(_page, FloorContext.Default.FloorPage)!;
        foreach (var item in page.Items)
        {
            item.Meta = _page.AsSpan(item.MetaPlace.Start, item.MetaPlace.Length).ToArray();
        }

        return page.Items.Length;
    }
}
