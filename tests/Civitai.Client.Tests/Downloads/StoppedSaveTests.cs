using Civitai.Client.Downloads;
using Civitai.Client.Tests.Http;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

/// <summary>Whatever a save waits for, it ends when it is cancelled, without another step.</summary>
public sealed class StoppedSaveTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Opening_an_archive_that_is_locked()
    {
        await using var rig = await SavingRig.StartAsync();
        var clock = new WaitingClock { PassesAtOnce = static _ => false };
        rig.Time = clock;
        var archive = Path.Combine(rig.Folder, "ledger.txt");
        using var theirs = new FileStream(archive, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        using var stop = new CancellationTokenSource();
        using var saver = rig.ClosedSaver(rig.Options(archive: archive));
        var opening = saver.OpenAsync(stop.Token);
        await clock.NextWaitAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
        Assert.Contains(rig.Activity.Verbose, line => line.Contains("ledger.txt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Opening_an_archive_that_stays_locked_has_an_end_and_a_warning()
    {
        await using var rig = await SavingRig.StartAsync();
        var clock = new WaitingClock();
        rig.Time = clock;
        var archive = Path.Combine(rig.Folder, "ledger.txt");
        using var theirs = new FileStream(archive, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        using var saver = rig.ClosedSaver(rig.Options(archive: archive));
        var error = await Assert.ThrowsAsync<CivitaiException>(() => saver.OpenAsync(Stop));
        Assert.Equal("CivitaiArchiveInvalid", error.ErrorId);
        Assert.InRange(clock.Waits.Sum(), 29, 31);
        Assert.StartsWith("CivitaiWaiting: ", Assert.Single(rig.Activity.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writing_to_an_archive_that_is_locked()
    {
        await using var rig = await SavingRig.StartAsync();
        var clock = new WaitingClock { PassesAtOnce = static _ => false };
        rig.Time = clock;
        var archive = Path.Combine(rig.Folder, "ledger.txt");
        using var saver = rig.Saver(rig.Options(archive: archive));
        using var theirs = new FileStream(archive, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        using var stop = new CancellationTokenSource();
        var saving = saver.SaveAsync(saver.Plan(rig.Images()[0], null), stop.Token);
        await clock.NextWaitAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saving);
    }

    [Theory]
    [InlineData(10_000, "flush temporary")]
    [InlineData(700_000, "flush")]
    [InlineData(10_000, "flush folder")]
    [InlineData(10_000, "flush ledger.txt")]
    public async Task A_flush_that_takes_its_time(int size, string call)
    {
        await using var rig = await SavingRig.StartAsync(size, ServedFormat.Png);
        var image = rig.Images()[0];
        using var saver = rig.Saver(rig.Options(archive: Path.Combine(rig.Folder, "ledger.txt")));
        using var begun = new SemaphoreSlim(0);
        using var goOn = new ManualResetEventSlim();
        rig.Disk.Before = now =>
        {
            if (now.StartsWith(call, StringComparison.Ordinal))
            {
                begun.Release();
                goOn.Wait(Stop);
            }
        };
        using var stop = new CancellationTokenSource();
        try
        {
            var saving = saver.SaveAsync(saver.Plan(image, null), stop.Token);
            await begun.WaitAsync(Stop);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saving);
            if (call != "flush folder" && call != "flush ledger.txt")
            {
                Assert.False(File.Exists(Path.Combine(rig.Folder, image.Id + ".png")));
            }
        }
        finally
        {
            goOn.Set();
        }
    }

    [Fact]
    public async Task A_part_that_another_run_has()
    {
        await using var rig = await SavingRig.StartAsync();
        var clock = new WaitingClock { PassesAtOnce = static _ => false };
        rig.Time = clock;
        var image = rig.Images()[0];
        using var theirs = new FileStream(Path.Combine(rig.Folder, image.Id + ".part"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        using var stop = new CancellationTokenSource();
        using var saver = rig.Saver();
        var saving = saver.SaveAsync(saver.Plan(image, null), stop.Token);
        await clock.NextWaitAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saving);
        Assert.Empty(rig.Gallery.Log.Media);
    }

    [Theory]
    [InlineData("checking a part")]
    [InlineData("comparing")]
    [InlineData("hashing")]
    [InlineData("looking for the end")]
    [InlineData("a rename that fails")]
    [InlineData("a temporary file that vanishes")]
    public async Task Reading_and_trying_again(string what)
    {
        await using var rig = await SavingRig.StartAsync(700_000, ServedFormat.Png);
        rig.Time = new WaitingClock();
        var image = rig.Images()[0];
        var options = rig.Options(what == "comparing" ? "castle" : "{Id}", hash: what == "hashing", archive: what == "looking for the end" ? Path.Combine(rig.Folder, "ledger.txt") : null);
        if (what == "checking a part")
        {
            rig.Gallery.Faults.Add(Fault.AbortAfter(600_000));
            await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image));
        }
        else if (what is "comparing" or "hashing" or "looking for the end")
        {
            await rig.SaveAsync(image, new SaveOptions { Folder = rig.Folder, FileName = options.FileName });
        }

        using var stop = new CancellationTokenSource();
        var moment = what switch
        {
            "checking a part" => "read " + image.Id + ".part.info",
            "comparing" => "read castle.png",
            "hashing" or "looking for the end" => "read " + image.Id + ".png",
            _ => "replace",
        };
        var calls = 0;
        rig.Disk.Before = call =>
        {
            if (!call.StartsWith(moment, StringComparison.Ordinal) || call.EndsWith(".info", StringComparison.Ordinal) != moment.EndsWith(".info", StringComparison.Ordinal))
            {
                return;
            }

            calls++;
            stop.Cancel();
            if (what == "a rename that fails")
            {
                throw new IOException("busy", 16);
            }

            if (what == "a temporary file that vanishes")
            {
                File.Delete(Path.Combine(rig.Folder, image.Id + ".part"));
            }
        };
        using var saver = rig.Saver(options);
        var plan = saver.Plan(image, null);
        rig.Gallery.Log.Clear();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saver.SaveAsync(plan, stop.Token));
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Work_that_waits_for_a_thread_is_not_begun()
    {
        var isRun = false;
        using var queue = new DiskQueue(FileOperations.Default);
        using var goOn = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        var others = Enumerable.Range(0, 8).Select(_ => queue.RunAsync(() => goOn.Wait(Stop), Stop)).ToArray();
        var waiting = queue.RunAsync(() => isRun = true, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        goOn.Set();
        await Task.WhenAll(others);
        await queue.RunAsync(() => { }, Stop);
        Assert.False(isRun);
    }

    [Fact]
    public async Task What_is_about_to_end_has_ended_when_all_is_disposed_of()
    {
        var hasEnded = false;
        var queue = new DiskQueue(FileOperations.Default);
        using var begun = new SemaphoreSlim(0);
        var work = queue.RunAsync(
            () =>
            {
                begun.Release();
                SpinWait.SpinUntil(() => queue.IsClosed);
                Volatile.Write(ref hasEnded, true);
            },
            Stop);
        await begun.WaitAsync(Stop);
        queue.Dispose();
        Assert.True(Volatile.Read(ref hasEnded));
        await work;
    }

    [Fact]
    public async Task All_who_ask_while_a_folder_is_flushed_share_the_next_flush()
    {
        using var begun = new SemaphoreSlim(0);
        using var goOn = new ManualResetEventSlim();
        var files = new FlakyFiles
        {
            Before = _ =>
            {
                begun.Release();
                goOn.Wait(Stop);
            },
        };
        using var queue = new DiskQueue(files);
        var first = queue.FlushFolderAsync(Path.GetTempPath(), Stop);
        await begun.WaitAsync(Stop);
        var others = Enumerable.Range(0, 50).Select(_ => queue.FlushFolderAsync(Path.GetTempPath(), Stop)).ToArray();
        Assert.All(others, task => Assert.False(task.IsCompleted));
        goOn.Set();
        await Task.WhenAll([first, .. others]);
        Assert.Equal(2, files.Calls.Count);
    }
}
