using System.Globalization;
using Gallery;
using PowerCutTest;
using SavingRuns;

// Cuts the power of a disk while images are saved to it, and looks at what is on the disk then, and after the next run.
//   PowerCutTest [cuts] [file system] [mount options] [oddities]    50 cuts of ext4 unless something else is given
// Oddities are those of SavingRuns/OddDisk: with flush-lies nothing is ever flushed, and faults must be found.
// Needs Linux, root, a loop device and /dev/fuse; ends with 77 where one of them is missing.
if (args is [SavingProgram.Verb, var order])
{
    return await SavingProgram.RunAsync(order);
}

var cuts = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 50;
var fileSystem = args.Length > 1 ? args[1] : "ext4";
var options = args.Length > 2 ? args[2] : fileSystem == "ext4" ? "commit=1" : "noatime";
var oddities = args.Length > 3 ? args[3] : null;
if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !File.Exists("/dev/fuse") || !File.Exists("/dev/loop-control"))
{
    Console.WriteLine("skipped: cutting the power takes Linux, root, a loop device and /dev/fuse");
    return 77;
}

const int CutsOfOneRun = 10;
var random = new Random(cuts);
var bad = 0;
for (var done = 0; done < cuts;)
{
    await using var run = await CutRun.RecordAsync(fileSystem, options, oddities);
    var count = Math.Min(CutsOfOneRun, cuts - done);
    for (var cut = 0; cut < count; cut++, done++)
    {
        // One in each stretch of the run, so that none is left out. Every other disk has a cache that it loses.
        var at = run.FirstEvent + (int)((run.Events - run.FirstEvent) * ((cut + random.NextDouble()) / count));
        var (found, faults) = await run.CutAsync(at, done % 2 == 1 ? random : null);
        Console.WriteLine($"cut {done + 1} after {at} of {run.Events} writes and flushes{(done % 2 == 1 ? ", cache lost" : "")}: {found}");
        if (faults.Count > 0)
        {
            bad++;
            Console.Error.WriteLine($"FAILED: cut {done + 1}: {faults.Count} faults: {string.Join("; ", faults.Take(12))}");
        }
    }
}

Console.WriteLine($"{cuts} cuts of {fileSystem} ({options}), {bad} of them with faults.");
return bad == 0 ? 0 : 1;
