using Benchmarks.Floors;
using Benchmarks.Report;

namespace Benchmarks.Rows;

/// <summary>Items with workflows of 60 to 100 kB: what they cost in memory, and when the first one comes out.</summary>
internal sealed class ReadingLarge : IReportSection
{
    public string Title => "Reading, large metadata";

    public void Run(ReportOptions options, ReportTable table)
    {
        var count = options.Quick ? 600 : 2000;
        using var host = new ModuleHost();
        using (var gallery = new GalleryProcess(FormattableString.Invariant($"--bulk --meta large --images {count}")))
        using (var floor = new ReadFloor())
        {
            host.Connect(gallery);
            var script = FormattableString.Invariant($"Get-CivitaiImage -NsfwLevel Explicit -First {count} | Out-Null");
            var runs = new Contest()
                .Add("module", () => Measurement.Of(() => host.Invoke(script)))
                .Add("floor", () => Measurement.Of(() => floor.ReadAsync(gallery.Address, count, 200).GetAwaiter().GetResult()))
                .Run(options.Rounds, warmUps: 1);
            var json = new Series([floor.Bytes / (double)count]);
            table.Ratio("Allocated bytes an image, metadata as large as ComfyUI's", runs.Of("module", run => run.Allocated / count), json, "its JSON", Unit.Bytes, 1.2, isWall: false);
            table.Ratio(FormattableString.Invariant($"Drain of {count} images, large metadata: processor time"), runs.Of("module", run => run.Cpu), runs.Of("floor", run => run.Cpu), "floor", Unit.Milliseconds, null, isWall: false);
            table.Ratio(FormattableString.Invariant($"Drain of {count} images, large metadata: wall"), runs.Of("module", run => run.Wall), runs.Of("floor", run => run.Wall), "floor", Unit.Milliseconds, null, isWall: true);
        }

        // As the floor says: sent at a speed. Uncompressed that is what it says; compressed, the speed is that of the compressed bytes.
        Slow(options, table, host, "--no-compression", "sent plain", 0.05);
        Slow(options, table, host, "", "sent compressed", null);
    }

    private static void Slow(ReportOptions options, ReportTable table, ModuleHost host, string how, string name, double? mark)
    {
        using var gallery = new GalleryProcess("--bulk --meta large --images 200 --rate 2000000 " + how);
        host.Connect(gallery);
        host.Invoke("Get-CivitaiImage -NsfwLevel Explicit -First 1 | Out-Null");
        var first = new List<double>();
        var whole = new List<double>();
        for (var round = 0; round < Math.Min(3, options.Rounds); round++)
        {
            var witness = new Witness(-1, -1);
            host.Invoke("$w = @($input)[0]; Get-CivitaiImage -NsfwLevel Explicit -First 200 | ForEach-Object { $w.See() }", witness);
            whole.Add(witness.Elapsed);
            first.Add(witness.First);
        }

        table.Ratio("First object of a page of 200, large metadata, at 2 MB/s, " + name, new Series(first), new Series(whole), "the whole page", Unit.Milliseconds, mark, isWall: false);
    }
}
