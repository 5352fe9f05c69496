using Benchmarks.Report;
using EngineHost;

namespace Benchmarks.Rows;

/// <summary>From nothing to the first answer.</summary>
internal sealed class Starting : IReportSection
{
    private const string First = "; Get-CivitaiImage -NsfwLevel Explicit -First 1 | Out-Null";

    private static readonly string Import = "Import-Module '" + BuiltModule.Manifest + "'";

    // A manifest with nothing behind it: what Import-Module itself costs.
    private const string Empty = "@{ ModuleVersion = '1.0'; GUID = '5f2b6a50-9d6e-4a65-8d8b-1f9a5d0b9a11' }";

    public string Title => "Starting";

    public void Run(ReportOptions options, ReportTable table)
    {
        using var gallery = new GalleryProcess("--bulk --meta small --images 1000");
        var empty = Path.Combine(options.Folder, "CivitaiBenchmarksEmpty.psd1");
        File.WriteAllText(empty, Empty);
        try
        {
            Run(options, table, gallery, "Import-Module '" + empty + "'");
        }
        finally
        {
            File.Delete(empty);
        }
    }

    private static void Run(ReportOptions options, ReportTable table, GalleryProcess gallery, string importNothing)
    {
        var rounds = options.Quick ? options.Rounds : Math.Max(options.Rounds, 11);
        var engine = new Contest()
            .Add("empty", () => EngineChild.Script("$null", gallery.Address))
            .Add("nothing", () => EngineChild.Script(importNothing, gallery.Address))
            .Add("connection", () => EngineChild.Script(Import + "; Get-CivitaiConnection | Out-Null", gallery.Address))
            .Add("first", () => EngineChild.Script(Import + First, gallery.Address))
            .Add("floor", () => EngineChild.Floor(gallery.Address, 1, 1))
            .Run(rounds, warmUps: 1);
        table.Difference("Import and `Get-CivitaiConnection`, engine package", engine.Of("connection", run => run.Wall), engine.Of("empty", run => run.Wall), "empty engine process", Unit.Milliseconds, 60);
        table.Reported("`Import-Module` of a manifest with nothing behind it, engine package: above an empty process", ReportTable.Text(engine.Of("nothing", run => run.Wall).Median - engine.Of("empty", run => run.Wall).Median, Unit.Milliseconds), "");
        table.Ratio("Import and the first `Get-CivitaiImage -First 1`, engine package: wall of the process", engine.Of("first", run => run.Wall), engine.Of("floor", run => run.Wall), "the same page by the floor", Unit.Milliseconds, 1.3, isWall: true);
        table.Ratio("The same, without the start of the engine", engine.Of("first", run => run.Inner), engine.Of("floor", run => run.Inner), "the same page by the floor", Unit.Milliseconds, null, isWall: true);
        if (options.PowerShell is not { } pwsh)
        {
            return;
        }

        var shell = new Contest()
            .Add("empty", () => Run(pwsh, "$null", gallery))
            .Add("nothing", () => Run(pwsh, importNothing, gallery))
            .Add("connection", () => Run(pwsh, Import + "; Get-CivitaiConnection | Out-Null", gallery))
            .Add("first", () => Run(pwsh, Import + First, gallery))
            .Run(rounds, warmUps: 1);
        table.Difference("Import and `Get-CivitaiConnection`, pwsh", shell.Of("connection", run => run.Wall), shell.Of("empty", run => run.Wall), "empty pwsh", Unit.Milliseconds, 60);
        table.Reported("`Import-Module` of a manifest with nothing behind it, pwsh: above an empty one", ReportTable.Text(shell.Of("nothing", run => run.Wall).Median - shell.Of("empty", run => run.Wall).Median, Unit.Milliseconds), "");
        table.Reported("Import and the first `Get-CivitaiImage -First 1`, pwsh: above an empty one", ReportTable.Text(shell.Of("first", run => run.Wall).Median - shell.Of("empty", run => run.Wall).Median, Unit.Milliseconds), "");
    }

    private static Measurement Run(string pwsh, string script, GalleryProcess gallery) =>
        TimedProcess.Run(pwsh, ["-NoProfile", "-NonInteractive", "-Command", script], gallery.Address);
}
