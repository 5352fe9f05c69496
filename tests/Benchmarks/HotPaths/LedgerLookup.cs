using System.Globalization;
using BenchmarkDotNet.Attributes;
using Benchmarks.Report;
using Civitai;
using Civitai.Client.Downloads;

namespace Benchmarks.HotPaths;

/// <summary>The ledger of a million images.</summary>
[MemoryDiagnoser]
public class LedgerLookup
{
    private string _path = "";
    private ArchiveLedger _ledger = null!;
    private MediaKey _there;
    private MediaKey _notThere;

    /// <summary>Writes a ledger of as many entries, in an order that is no order.</summary>
    public static void WriteLedger(string path, int entries)
    {
        using var file = new StreamWriter(path);
        file.Write("# CivitaiPS archive 1\n");
        for (var i = 0; i < entries; i++)
        {
            // A prime that shares no factor with the count: each number once.
            file.Write(string.Create(CultureInfo.InvariantCulture, $"+{1 + (i * 7919L % entries)};\n"));
        }
    }

    [GlobalSetup]
    public void MakeLedger()
    {
        _path = Path.GetTempFileName();
        WriteLedger(_path, 1_000_000);
        _ledger = Load();
        _there = MediaKey.Of(new Image { Id = 123456, Url = "https://image.civitai.com/a.png" });
        _notThere = MediaKey.Of(new Image { Id = 2000000, Url = "https://image.civitai.com/a.png" });
    }

    [GlobalCleanup]
    public void RemoveLedger()
    {
        _ledger.Dispose();
        File.Delete(_path);
    }

    [Benchmark]
    public void Open() => Load().Dispose();

    [Benchmark]
    public bool There() => _ledger.Contains(LedgerKey.Of(_there, width: null));

    [Benchmark]
    public bool NotThere() => _ledger.Contains(LedgerKey.Of(_notThere, width: null));

    private ArchiveLedger Load() => ArchiveLedger.OpenAsync(Silence.Disk, _path, isWhatIf: false, CancellationToken.None).GetAwaiter().GetResult();
}
