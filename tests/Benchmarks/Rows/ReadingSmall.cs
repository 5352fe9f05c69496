using Benchmarks.Floors;
using Benchmarks.Report;
using EngineHost;

namespace Benchmarks.Rows;

/// <summary>A long listing of small items, drained.</summary>
internal sealed class ReadingSmall : IReportSection
{
    public string Title => "Reading, small metadata";

    public void Run(ReportOptions options, ReportTable table)
    {
        var count = options.Quick ? 10_000 : 50_000;
        using var gallery = new GalleryProcess(FormattableString.Invariant($"--bulk --meta small --images {count}"));
        using var host = new ModuleHost();
        using var floor = new ReadFloor();
        host.Connect(gallery);
        var script = FormattableString.Invariant($"Get-CivitaiImage -NsfwLevel Explicit -First {count}");
        var listed = host.Invoke("$n = 0; " + script + " | ForEach-Object { $n++ }; $n");
        if (listed != count)
        {
            throw new InvalidOperationException(FormattableString.Invariant($"The gallery gave {listed} of {count} images."));
        }

        var warm = new Contest()
            .Add("module", () => Measurement.Of(() => host.Invoke(script + " | Out-Null")))
            .Add("floor", () => Measurement.Of(() => floor.ReadAsync(gallery.Address, count, 200).GetAwaiter().GetResult()))
            .Run(options.Rounds, warmUps: 12);
        var what = FormattableString.Invariant($"Drain of {count} images, small metadata, pages of 200");
        table.Ratio(what + ": processor time", warm.Of("module", run => run.Cpu), warm.Of("floor", run => run.Cpu), "floor", Unit.Milliseconds, 1.3, isWall: false);
        table.Ratio(what + ": wall", warm.Of("module", run => run.Wall), warm.Of("floor", run => run.Wall), "floor", Unit.Milliseconds, 1.3, isWall: true);
        var json = new Series([floor.Bytes / (double)count]);
        table.Ratio("Allocated bytes an image, small metadata", warm.Of("module", run => run.Allocated / count), json, "its JSON", Unit.Bytes, 2.5, isWall: false);
        table.Ratio("The floor's allocated bytes an image", warm.Of("floor", run => run.Allocated / count), json, "its JSON", Unit.Bytes, null, isWall: false);

        var cold = new Contest()
            .Add("module", () => EngineChild.Script("Import-Module '" + BuiltModule.Manifest + "'; " + script + " | Out-Null", gallery.Address))
            .Add("floor", () => EngineChild.Floor(gallery.Address, count, 200))
            .Run(options.Rounds, warmUps: 1);
        table.Ratio("The same cold, inside a new engine process, import included: processor time of the process", cold.Of("module", run => run.Cpu), cold.Of("floor", run => run.Cpu), "floor", Unit.Milliseconds, null, isWall: false);
        table.Ratio("The same cold: wall", cold.Of("module", run => run.Inner), cold.Of("floor", run => run.Inner), "floor", Unit.Milliseconds, null, isWall: true);

        var current = new EngineFlavour("net8.0");
        var older = new EngineFlavour("netstandard2.0");
        var flavours = new Contest()
            .Add("net8.0", () => Measurement.Of(() => current.Drain(gallery.Address, count)))
            .Add("netstandard2.0", () => Measurement.Of(() => older.Drain(gallery.Address, count)))
            .Run(Math.Min(3, options.Rounds), warmUps: 12);
        table.Ratio("The 5.1 flavour of the engine, on " + System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription + ", no pipeline: processor time", flavours.Of("netstandard2.0", run => run.Cpu), flavours.Of("net8.0", run => run.Cpu), "flavour for 7", Unit.Milliseconds, null, isWall: false);
        table.Ratio("The 5.1 flavour of the engine: wall", flavours.Of("netstandard2.0", run => run.Wall), flavours.Of("net8.0", run => run.Wall), "flavour for 7", Unit.Milliseconds, null, isWall: true);
    }
}
