using Civitai.Client.Tests.OddDisks;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

/// <summary>
/// Ctrl+C ends every state. None of these tests looks at a clock: what a run waits for here does not come as long as the test goes on, so that it can only have ended because it
/// was stopped.
/// </summary>
public sealed class EveryStateStopsTests
{
    private const long Size = 700_000;

    // For ever, as far as a test is concerned.
    private static readonly TimeSpan Limit = GalleryServer.Patience;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("no answer")]
    [InlineData("stalled body")]
    [InlineData("Retry-After")]
    [InlineData("back-off")]
    public async Task While_the_media_host_is_waited_for(string state)
    {
        await using var rig = await SavingRig.StartAsync(Size);
        rig.Jitter = 0.5;
        rig.Clock.PassesAtOnce = static _ => false;
        rig.Gallery.Faults.Add((state switch
        {
            "no answer" => Fault.Hang(),
            "stalled body" => Fault.StallAfter(300_000),
            "Retry-After" => Fault.Status(503, retryAfter: Fault.InSeconds(120)),
            _ => Fault.Status(500),
        }).Forever());
        await AssertStopsAsync(rig, rig.Options(), rig.Images()[0], () => state is "Retry-After" or "back-off" ? rig.Clock.Waits.Length > 0 : rig.Gallery.Log.Media.Count > 0, retries: 100);
    }

    [Fact]
    public async Task While_another_run_has_the_part()
    {
        await using var rig = await SavingRig.StartAsync(Size);
        var image = rig.Images()[0];
        rig.Gallery.Faults.Add(Fault.AbortAfter(400_000));
        await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image));
        var part = Directory.GetFiles(rig.Folder, "*.part").Single();
        using var held = new FileStream(part, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        await AssertStopsAsync(rig, rig.Options(), image, () => true);
    }

    [Fact]
    public async Task While_another_run_has_the_archive()
    {
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        var images = rig.Images()[..2];
        var options = rig.Options(archive: Path.Combine(rig.Folder, "archive.txt"));
        await rig.SaveAsync(images[0], options);
        FileStream? held = null;
        try
        {
            // Held once the archive has been read.
            await AssertStopsAsync(rig, options, images[1], () => File.Exists(Path.Combine(rig.Folder, images[1].Id + ".png")), opened: () =>
                held = new FileStream(options.Archive!, FileMode.Open, FileAccess.ReadWrite, FileShare.None));
        }
        finally
        {
            held?.Dispose();
        }
    }

    [Fact]
    public async Task While_a_download_slot_is_waited_for_and_the_name_of_another_image()
    {
        await using var rig = await SavingRig.StartAsync();
        rig.Gallery.Faults.Add(Fault.Hang().Forever());
        var images = rig.Images();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var saver = rig.Saver(new SaveOptions { Folder = rig.Folder, ThrottleLimit = 1 });
        Image[] queue = [images[0], images[1], images[0], images[1]];
        var saving = queue.Select(image => saver.SaveAsync(saver.Plan(image, null), stop.Token)).ToArray();
        await rig.Gallery.Log.WaitForAsync(request => request.IsMedia, Limit);
        await stop.CancelAsync();
        foreach (var one in saving)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.WaitAsync(Limit, Stop));
        }

        Assert.Single(rig.Gallery.Log.Media);
    }

    [Fact]
    public async Task While_a_large_file_is_hashed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only there is a file of a terabyte made in no time.");
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        var image = rig.Images()[0];
        var path = Path.Combine(rig.Folder, image.Id + ".png");
        await File.WriteAllBytesAsync(path, rig.Gallery.MediaBytes(image.Id), Stop);
        try
        {
            await using var file = File.OpenWrite(path);
            file.SetLength(1L << 40);
        }
        catch (IOException)
        {
            Assert.Skip("The file system has no files of holes.");
        }

        await AssertStopsAsync(rig, rig.Options(hash: true), image, () => true);
    }

    [Fact]
    public async Task While_whatever_is_written_vanishes_again()
    {
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        using var vanishing = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var eraser = Task.Run(
            () =>
            {
                while (!vanishing.IsCancellationRequested)
                {
                    foreach (var file in Directory.EnumerateFiles(rig.Folder))
                    {
                        File.Delete(file);
                    }
                }
            },
            Stop);
        try
        {
            // Whether it gets through, gives up or is stopped: it ends.
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            using var saver = rig.Saver(rig.Options(sidecar: Sidecar.Json));
            var saving = rig.Images()[..20].Select(image => saver.SaveAsync(saver.Plan(image, null), stop.Token)).ToArray();
            await rig.Gallery.Log.WaitForAsync(request => request.IsMedia, Limit);
            await stop.CancelAsync();
            foreach (var one in saving)
            {
                var error = await Record.ExceptionAsync(() => one.WaitAsync(Limit, Stop));
                Assert.True(error is null or CivitaiException or OperationCanceledException, error?.ToString());
            }
        }
        finally
        {
            await vanishing.CancelAsync();
            await eraser;
        }
    }

    [Theory]
    [InlineData("castle.png")]
    [InlineData("castle.part")]
    [InlineData("castle.part.info")]
    [InlineData("castle.json")]
    public async Task A_pipe_in_the_place_of_a_file_holds_nothing_up(string name)
    {
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Png);
        Assert.SkipUnless(!OperatingSystem.IsWindows() && SystemProgram.Run("mkfifo", Path.Combine(rig.Folder, name)), "Pipes cannot be made here.");
        var image = rig.Images()[0];
        var saving = rig.SaveAsync(image, rig.Options("castle", sidecar: Sidecar.Json));
        var error = await Record.ExceptionAsync(() => saving.WaitAsync(Limit, Stop));
        Assert.True(error is null or CivitaiException, error?.ToString());
        if (error is null)
        {
            Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of((await saving).Path!));
        }
    }

    /// <summary>Saves an image, waits until a state is reached, and stops.</summary>
    private static async Task AssertStopsAsync(SavingRig rig, SaveOptions options, Image image, Func<bool> isReached, int retries = 0, Action? opened = null)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var saver = rig.Saver(options, retries);
        opened?.Invoke();
        var saving = saver.SaveAsync(saver.Plan(image, null), stop.Token);
        while (!isReached())
        {
            Stop.ThrowIfCancellationRequested();
            Assert.False(saving.IsCompleted);
            await Task.Yield();
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saving.WaitAsync(Limit, Stop));
        Assert.Empty(rig.Activity.Errors);
    }
}
