using System.Diagnostics;
using System.Globalization;
using Benchmarks.HotPaths;
using Benchmarks.Report;
using Civitai.Client.Downloads;

namespace Benchmarks.Rows;

/// <summary>What it costs to find that everything has been saved before, by the folder and by the ledger.</summary>
internal sealed class SecondRun : IReportSection
{
    private const int Entries = 1_000_000;

    public string Title => "Second run";

    public void Run(ReportOptions options, ReportTable table)
    {
        var count = options.Quick ? 4_000 : 20_000;
        using var gallery = new GalleryProcess(FormattableString.Invariant($"--bulk --few-pictures --meta small --media-format jpeg --images {count * 2}"));
        using var host = new ModuleHost();
        host.Connect(gallery);
        var root = Path.Combine(options.Folder, "civitai-benchmarks-" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        var folder = Path.Combine(root, "saved");
        var ledger = Path.Combine(root, "ledger.txt");
        Directory.CreateDirectory(folder);
        try
        {
            var saved = host.Invoke(FormattableString.Invariant(
                $"$global:images = @(Get-CivitaiImage -NsfwLevel Explicit -Type Image -First {count}); $n = 0; $images | Save-CivitaiImage '{folder}' -ThrottleLimit 16 | ForEach-Object {{ $n++ }}; $n"));
            if (saved != count)
            {
                throw new InvalidOperationException("Not all files were saved.");
            }

            gallery.ClearLog();
            var again = "$images | Save-CivitaiImage '" + folder + "'";
            var runs = new Contest().Add("module", () => Measurement.Of(() => host.Invoke(again + " | Out-Null"))).Run(options.Rounds, warmUps: 2);
            var same = host.Invoke("$n = 0; " + again + " | ForEach-Object { if ($_.Status -eq 'AlreadyExists') { $n++ } }; $n");
            table.Count(FormattableString.Invariant($"A second run over {count} saved files"), FormattableString.Invariant($"{gallery.CountRequests(media: true)} media requests, {same} there already"), "no media request", gallery.CountRequests(media: true) == 0 && same == count);
            table.AtMost("The same, the reading of the folder included: wall an image", runs.Of("module", run => run.Wall * 1000 / count), "", Unit.Microseconds, 15);
            table.Reported("The same: processor time an image", ReportTable.Text(runs.Of("module", run => run.Cpu * 1000 / count).Median, Unit.Microseconds), "");

            LedgerLookup.WriteLedger(ledger, Entries - count);
            host.Invoke(FormattableString.Invariant($"[IO.File]::AppendAllLines('{ledger}', [string[]]@($images | ForEach-Object {{ '+' + $_.Id + ';' }}))"));
            Open(options, table, ledger);
            again += " -Archive '" + ledger + "'";
            var archived = new Contest().Add("module", () => Measurement.Of(() => host.Invoke(again + " | Out-Null"))).Run(options.Rounds, warmUps: 1);
            var known = host.Invoke("$n = 0; " + again + " | ForEach-Object { if ($_.Status -eq 'InArchive') { $n++ } }; $n");
            table.Count("The same with `-Archive`", FormattableString.Invariant($"{gallery.CountRequests(media: true)} media requests, {known} in the archive"), "no media request", gallery.CountRequests(media: true) == 0 && known == count);
            table.Reported("The same, opening and the reading of the folder included: wall an image", ReportTable.Text(archived.Of("module", run => run.Wall * 1000 / count).Median, Unit.Microseconds), "");
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static void Open(ReportOptions options, ReportTable table, string path)
    {
        var times = new List<double>();
        var sizes = new List<double>();
        for (var round = 0; round < options.Rounds; round++)
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var start = Stopwatch.GetTimestamp();
            using var ledger = ArchiveLedger.OpenAsync(Silence.Disk, path, isWhatIf: false, CancellationToken.None).GetAwaiter().GetResult();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            sizes.Add((GC.GetTotalMemory(forceFullCollection: true) - before) / (double)ledger.Count);
            if (ledger.Count != Entries)
            {
                throw new InvalidOperationException("The ledger was not read whole.");
            }
        }

        table.AtMost(FormattableString.Invariant($"Opening an archive of {Entries} entries"), new Series(times), ReportTable.Text(times[0], Unit.Milliseconds) + " the first time", Unit.Milliseconds, 300);
        table.AtMost("Memory of an entry", new Series(sizes), "", Unit.Bytes, 32);
    }
}
