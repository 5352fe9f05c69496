using System.Globalization;
using Benchmarks.Floors;
using Benchmarks.Report;
using EngineHost;

namespace Benchmarks.Rows;

/// <summary>Files saved, beside the floor and the programs that are there.</summary>
internal sealed class SavingFiles(string title, int files, long length, int latency, bool isLarge) : IReportSection
{
    private const int Slots = 8;

    private int _folders;

    public string Title => title;

    public void Run(ReportOptions options, ReportTable table)
    {
        var count = options.Quick ? files / 4 : files;
        using var gallery = new GalleryProcess(FormattableString.Invariant(
            $"--bulk --few-pictures --meta small --media-format jpeg --images {(count * 3) + 100} --media-size {length} --latency {latency}"));
        using var host = new ModuleHost();
        using var floor = new SaveFloor(flushes: true);
        using var unsafeFloor = new SaveFloor(flushes: false);
        host.Connect(gallery);
        var root = Path.Combine(options.Folder, "civitai-benchmarks-" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(root);
        try
        {
            var list = Path.Combine(root, "addresses.txt");
            host.Invoke(FormattableString.Invariant(
                $"$global:images = @(Get-CivitaiImage -NsfwLevel Explicit -Type Image -First {count}); [IO.File]::WriteAllLines('{list}', [string[]]$images.Url)"));
            Uri[] addresses = [.. File.ReadLines(list).Select(line => new Uri(line))];
            if (addresses.Length != count)
            {
                throw new InvalidOperationException("The gallery has too few pictures.");
            }

            var what = FormattableString.Invariant($"{count} files of {length / 1000} kB, {latency} ms latency, {Slots} slots");
            var warm = new Contest()
                .Add("module", () => InFolder(root, count, folder => Measurement.Of(() => host.Invoke(FormattableString.Invariant($"$images | Save-CivitaiImage '{folder}' -ThrottleLimit {Slots} | Out-Null")))))
                .Add("floor", () => InFolder(root, count, folder => Measurement.Of(() => floor.SaveAsync(addresses, folder, Slots).GetAwaiter().GetResult())))
                .Add("floor without flushing", () => InFolder(root, count, folder => Measurement.Of(() => unsafeFloor.SaveAsync(addresses, folder, Slots).GetAwaiter().GetResult())))
                .Run(options.Rounds, warmUps: options.Quick || isLarge ? 2 : 32);
            table.Ratio(what + ": wall", warm.Of("module", run => run.Wall), warm.Of("floor", run => run.Wall), "floor, which flushes too", Unit.Milliseconds, 1.05, isWall: true);
            table.Ratio(what + ": wall", warm.Of("module", run => run.Wall), warm.Of("floor without flushing", run => run.Wall), "floor without flushing", Unit.Milliseconds, null, isWall: true);
            table.Ratio(what + ": processor time", warm.Of("module", run => run.Cpu), warm.Of("floor", run => run.Cpu), "floor, which flushes too", Unit.Milliseconds, 1.15, isWall: false);
            CompareProcesses(options, table, gallery, root, list, addresses, what);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private void CompareProcesses(ReportOptions options, ReportTable table, GalleryProcess gallery, string root, string list, Uri[] addresses, string what)
    {
        var count = addresses.Length;
        var save = "[IO.File]::ReadAllLines('" + list + "') | Save-CivitaiImage 'FOLDER' -ThrottleLimit " + Slots.ToString(CultureInfo.InvariantCulture) + " | Out-Null";
        var import = "Import-Module '" + BuiltModule.Manifest + "'; ";
        var contest = new Contest()
            .Add("engine", () => EngineChild.Script("$null"))
            .Add("module", () => InFolder(root, count, folder => EngineChild.Script(import + save.Replace("FOLDER", folder, StringComparison.Ordinal), gallery.Address)));
        if (options.Curl is { } curl)
        {
            contest.Add("curl", () => InFolder(root, count, folder => RunCurl(curl, addresses, folder)));
        }

        if (options.Aria2 is { } aria2)
        {
            contest.Add("aria2c", () => InFolder(root, count, folder => TimedProcess.Run(aria2, ["--quiet", "-j", Slots.ToString(CultureInfo.InvariantCulture), "-i", list, "-d", folder])));
        }

        if (options.PowerShell is { } pwsh && !isLarge)
        {
            var loop = "Get-Content '" + list + "' | ForEach-Object -ThrottleLimit 8 -Parallel { Invoke-WebRequest -Uri $_ -OutFile ('FOLDER/' + [guid]::NewGuid() + '.jpeg') }";
            contest.Add("pwsh", () => TimedProcess.Run(pwsh, ["-NoProfile", "-NonInteractive", "-Command", "$null" + TimedProcess.PowerShellAccount]));
            contest.Add("Invoke-WebRequest", () => InFolder(root, count, folder => TimedProcess.Run(pwsh, ["-NoProfile", "-NonInteractive", "-Command", loop.Replace("FOLDER", folder, StringComparison.Ordinal) + TimedProcess.PowerShellAccount])));
        }

        contest.Run(options.Rounds, warmUps: 1);
        if (isLarge)
        {
            table.Difference(what + ": most memory", contest.Of("module", run => run.Peak), contest.Of("engine", run => run.Peak), "idle host", Unit.Megabytes, 40e6);
        }

        var start = contest.Of("engine", run => run.Wall).Median;
        var module = contest.Of("module", run => run.Wall - start);
        var name = what + ": whole process, import included, engine start-up taken off: wall";
        if (options.Curl is not null)
        {
            table.Ratio(name, module, contest.Of("curl", run => run.Wall), "`curl --parallel`", Unit.Milliseconds, isLarge ? null : 1.0, isWall: true);
        }
        else
        {
            table.Reported(name, "not measured", "curl is not there");
        }

        if (options.Aria2 is not null)
        {
            table.Ratio(name, module, contest.Of("aria2c", run => run.Wall), "`aria2c`", Unit.Milliseconds, null, isWall: true);
        }

        if (options.PowerShell is not null && !isLarge)
        {
            var idle = contest.Of("pwsh", run => run.Wall).Median;
            table.Ratio(name, module, contest.Of("Invoke-WebRequest", run => run.Wall - idle), "`ForEach-Object -Parallel { Invoke-WebRequest }`", Unit.Milliseconds, null, isWall: true);
        }
    }

    private static Measurement RunCurl(string curl, Uri[] addresses, string folder)
    {
        var orders = folder + ".curl";
        File.WriteAllLines(orders, addresses.Select((address, i) => FormattableString.Invariant($"url = \"{address}\"\noutput = \"{folder}/{i}\"")));
        var measurement = TimedProcess.Run(curl, ["--silent", "--show-error", "--fail", "--parallel", "--parallel-max", Slots.ToString(CultureInfo.InvariantCulture), "--config", orders]);
        File.Delete(orders);
        return measurement;
    }

    private Measurement InFolder(string root, int count, Func<string, Measurement> save)
    {
        var folder = Path.Combine(root, _folders++.ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(folder);
        var measurement = save(folder);
        var whole = new DirectoryInfo(folder).EnumerateFiles().Count(file => file.Length >= length);
        if (isLarge)
        {
            Directory.Delete(folder, recursive: true);
        }

        // Small ones stay until all is over: file systems are slow to hand out again what was deleted a moment ago.
        return whole == count ? measurement : throw new InvalidOperationException(FormattableString.Invariant($"{whole} of {count} files were saved."));
    }
}
