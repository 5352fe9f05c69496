using Benchmarks.Report;
using EngineHost;

namespace Benchmarks.Rows;

/// <summary>The module and an Invoke-RestMethod loop, each in a pwsh of its own.</summary>
internal sealed class WholeProcesses : IReportSection
{
    public string Title => "Beside Invoke-RestMethod";

    public void Run(ReportOptions options, ReportTable table)
    {
        if (options.PowerShell is not { } pwsh)
        {
            table.Reported("Beside the `Invoke-RestMethod` loop", "not measured", "pwsh is not there; --pwsh names one");
            return;
        }

        var count = options.Quick ? 5_000 : 20_000;
        using var gallery = new GalleryProcess(FormattableString.Invariant($"--bulk --meta small --images {count}"));
        var module = FormattableString.Invariant($"Get-CivitaiImage -NsfwLevel Explicit -First {count} | Out-Null");
        var loop = FormattableString.Invariant(
            $$"""
            & { $uri = '{{gallery.Address}}api/v1/images?nsfw=X&sort=Most%20Reactions&withMeta=true&limit=200'; $next = $uri; $n = 0
              while ($next -and $n -lt {{count}}) {
                $page = Invoke-RestMethod -Uri $next
                foreach ($item in $page.items) { $item }
                $n += $page.items.Count
                $next = if ($page.metadata.nextCursor) { $uri + '&cursor=' + [uri]::EscapeDataString($page.metadata.nextCursor) }
              }
            } | Out-Null
            """);
        var import = "Import-Module '" + BuiltModule.Manifest + "'; ";
        var runs = new Contest()
            .Add("module", () => Run(pwsh, import + module, gallery))
            .Add("loop", () => Run(pwsh, loop, gallery))
            .Add("engine", () => Run(pwsh, "$null", gallery))
            .Add("warm module", () => Run(pwsh, import + Twice(module), gallery))
            .Add("warm loop", () => Run(pwsh, Twice(loop), gallery))
            .Run(options.Rounds, warmUps: 1);
        var idle = runs.Of("engine", run => run.Peak).Median;
        table.AtLeast(FormattableString.Invariant($"{count} images, whole processes: objects a second"), runs.Of("module", run => count / run.Wall * 1000), runs.Of("loop", run => count / run.Wall * 1000), "`Invoke-RestMethod` loop", Unit.PerSecond, 4.5);
        table.Ratio("The same: memory above the idle engine", runs.Of("module", run => run.Peak - idle), runs.Of("loop", run => run.Peak - idle), "`Invoke-RestMethod` loop", Unit.Megabytes, 0.5, isWall: false);
        table.Ratio("The same, both warm: wall", runs.Of("warm module", run => run.Inner), runs.Of("warm loop", run => run.Inner), "`Invoke-RestMethod` loop", Unit.Milliseconds, null, isWall: true);
        table.Reported("The same, engine start-up taken off: wall", ReportTable.Text(runs.Of("module", run => run.Wall).Median - runs.Of("engine", run => run.Wall).Median, Unit.Milliseconds), ReportTable.Text(runs.Of("loop", run => run.Wall).Median - runs.Of("engine", run => run.Wall).Median, Unit.Milliseconds));
    }

    private static string Twice(string script) =>
        script + "; $clock = [Diagnostics.Stopwatch]::StartNew(); " + script + "; [Console]::WriteLine('@inner=' + $clock.Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture))";

    private static Measurement Run(string pwsh, string script, GalleryProcess gallery) =>
        TimedProcess.Run(pwsh, ["-NoProfile", "-NonInteractive", "-Command", script + TimedProcess.PowerShellAccount], gallery.Address);
}
