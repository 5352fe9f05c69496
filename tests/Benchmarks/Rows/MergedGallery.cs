using Benchmarks.Report;

namespace Benchmarks.Rows;

/// <summary>The gallery of a model with forty versions, which is forty listings merged.</summary>
internal sealed class MergedGallery : IReportSection
{
    private const int Latency = 100;
    private const int Versions = 40;
    private const int AtOnce = 8;
    private const int First = 20;

    // The list of versions, and then their first pages, eight at a time.
    private const int Rounds = 1 + (Versions / AtOnce);

    public string Title => "Merged gallery";

    public void Run(ReportOptions options, ReportTable table)
    {
        using var gallery = new GalleryProcess(FormattableString.Invariant($"--bulk --meta small --images 6000 --latency {Latency}"));
        using var host = new ModuleHost();
        host.Connect(gallery);
        var script = FormattableString.Invariant($"Get-CivitaiImage -ModelId 4040 -NsfwLevel Explicit -First {First}");
        var page = "Get-CivitaiImage -ModelVersionId 1 -NsfwLevel Explicit -First 20 | Out-Null";
        var runs = new Contest()
            .Add("merged", () => Measurement.Of(() => host.Invoke(script + " | Out-Null")))
            .Add("page", () => Measurement.Of(() => host.Invoke(page)))
            .Run(options.Rounds, warmUps: 2);
        var allowed = new Series([runs.Of("page", run => run.Wall).Median * Rounds]);
        var given = host.Invoke("$n = 0; " + script + " | ForEach-Object { $n++ }; $n");
        gallery.ClearLog();
        host.Invoke(script + " | Out-Null");
        var requests = gallery.CountRequests(media: false);
        var most = 1 + Versions + 1;
        table.Ratio(
            FormattableString.Invariant($"Merged gallery of {Versions} versions, `-First {First}` ({given} images): wall"),
            runs.Of("merged", run => run.Wall),
            allowed,
            FormattableString.Invariant($"{Rounds} dependent rounds (the versions, then {Versions} first pages, {AtOnce} at a time) of one page's time at {Latency} ms latency:"),
            Unit.Milliseconds,
            1.5,
            isWall: true);
        table.Count("Its requests", FormattableString.Invariant($"{requests}"), FormattableString.Invariant($"at most {most}: 1 for the versions, k + n / p = {Versions} + 1 for the pages"), requests <= most && given == First);
    }
}
