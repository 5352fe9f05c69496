using System.Collections.Concurrent;
using Civitai.Client.Tests.Http;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

/// <summary>What a finished name promises, whatever the disk does meanwhile.</summary>
public sealed class SafePlacingTests
{
    private const int NotPermitted = 1;
    private const int Busy = 16;
    private const int NotImplemented = 38;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(10_000)]
    [InlineData(700_000)]
    public async Task Nothing_has_a_name_before_its_bytes_are_on_the_disk_and_nothing_is_in_the_archive_before_its_name_is(int size)
    {
        await using var rig = await SavingRig.StartAsync(size, ServedFormat.Png);
        var image = rig.Images()[0];
        await rig.SaveAsync(image, rig.Options(sidecar: Sidecar.Json, archive: Path.Combine(rig.Folder, "ledger.txt")));

        var calls = rig.Disk.Calls.ToList();
        var isPart = size > 256 * 1024;
        var source = isPart ? image.Id + ".part" : "temporary";
        var media = calls.IndexOf($"replace {source} {image.Id}.png");
        var sidecar = calls.IndexOf($"replace temporary {image.Id}.json");
        var folder = calls.LastIndexOf("flush folder");
        var ledger = calls.LastIndexOf("flush ledger.txt");
        Assert.True(media >= 0 && sidecar >= 0);
        Assert.Equal(isPart ? 1 : 2, calls.Take(Math.Min(media, sidecar)).Count(call => call == "flush temporary"));
        Assert.Contains("flush " + source, calls.Take(media));
        Assert.True(folder > Math.Max(media, sidecar));
        Assert.True(ledger > folder);
    }

    [Theory]
    [InlineData("date", NotPermitted)]
    [InlineData("date", NotImplemented)]
    [InlineData("flush temporary", NotImplemented)]
    [InlineData("flush folder", NotImplemented)]
    [InlineData("flush folder", NotPermitted)]
    public async Task What_a_disk_cannot_do_and_the_bytes_do_not_need_is_done_without(string call, int error)
    {
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        var images = rig.Images()[..3];
        rig.Disk.Before = now => Refuse(now.StartsWith(call, StringComparison.Ordinal), error);
        using var saver = rig.Saver();
        foreach (var image in images)
        {
            var saved = await saver.SaveAsync(saver.Plan(image, null), Stop);
            Assert.Equal(SaveStatus.Downloaded, saved.Status);
            Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(saved.Path!));
        }

        Assert.Equal(3, rig.Files().Length);
        Assert.Single(rig.Activity.Verbose, line => line.Contains("cannot be", StringComparison.Ordinal));
        Assert.Empty(rig.Activity.Warnings);
    }

    [Theory]
    [InlineData(10_000, "{Id}", Busy, 1)]
    [InlineData(10_000, "{Id}", NotPermitted, 3)]
    [InlineData(10_000, "same", Busy, 1)]
    [InlineData(700_000, "{Id}", NotPermitted, 1)]
    [InlineData(700_000, "same", Busy, 3)]
    public async Task A_rename_that_fails_for_a_moment_or_while_the_file_is_open_is_tried_again_with_the_file_closed(int size, string name, int error, int times)
    {
        await using var rig = await SavingRig.StartAsync(size, ServedFormat.Png);
        rig.Time = new WaitingClock();
        var image = rig.Images()[0];
        var failed = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        rig.Disk.Before = call => Refuse(IsRename(call) && failed.AddOrUpdate(call, 1, static (_, count) => count + 1) <= times, error);
        var saved = await rig.SaveAsync(image, rig.Options(name, sidecar: Sidecar.Json));

        Assert.Equal(SaveStatus.Downloaded, saved.Status);
        Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(saved.Path!));
        Assert.Equal(2, rig.Files().Length);
        Assert.Equal(size > 256 * 1024 ? 3 : 2, failed.Count);
        Assert.Contains(rig.Activity.Verbose, line => line.Contains("cannot be given its name yet", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(700_000)]
    public async Task A_rename_that_keeps_failing_ends_with_an_error_soon_and_only_what_can_be_resumed_stays(int size)
    {
        await using var rig = await SavingRig.StartAsync(size, ServedFormat.Png);
        var clock = new WaitingClock();
        rig.Time = clock;
        var image = rig.Images()[0];
        rig.Disk.Before = call => Refuse(call.EndsWith(".png", StringComparison.Ordinal) && IsRename(call), Busy);
        var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image));
        Assert.Equal(("CivitaiFileWriteFailed", (object)Path.Combine(rig.Folder, image.Id + ".png")), (error.ErrorId, error.Target!));
        Assert.InRange(clock.Waits.Sum(), 1, 3);
        Assert.Equal(size > 256 * 1024 ? [image.Id + ".part", image.Id + ".part.info"] : [], rig.Files());

        rig.Disk.Before = null;
        rig.Gallery.Log.Clear();
        var saved = await rig.SaveAsync(image);
        Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(saved.Path!));
        Assert.Single(rig.Files());
        Assert.Equal(size > 256 * 1024 ? 0 : rig.Gallery.MediaBytes(image.Id).LongLength, Assert.Single(rig.Gallery.Log.Media).BytesSent);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    public async Task A_temporary_file_that_keeps_vanishing_is_written_again_but_not_for_ever(int times)
    {
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        var image = rig.Images()[0];
        rig.Disk.Before = call =>
        {
            if (IsRename(call) && times-- > 0)
            {
                File.Delete(Assert.Single(Directory.GetFiles(rig.Folder, "civitai-*")));
            }
        };
        if (times == 3)
        {
            Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of((await rig.SaveAsync(image)).Path!));
        }
        else
        {
            var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image));
            Assert.Equal("CivitaiFileWriteFailed", error.ErrorId);
            Assert.Empty(rig.Files());
        }
    }

    [Fact]
    public async Task A_folder_in_the_way_of_a_sidecar_is_an_error_and_no_temporary_file_stays()
    {
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        var image = rig.Images()[0];
        Directory.CreateDirectory(Path.Combine(rig.Folder, image.Id + ".json"));
        for (var run = 0; run < 2; run++)
        {
            var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image, rig.Options(sidecar: Sidecar.Json)));
            Assert.Equal(("CivitaiFileWriteFailed", (object)Path.Combine(rig.Folder, image.Id + ".json")), (error.ErrorId, error.Target!));
            Assert.Contains("folder", error.Message, StringComparison.Ordinal);
            Assert.Equal([image.Id + ".png"], rig.Files());
        }
    }

    [Fact]
    public async Task A_folder_that_is_removed_while_images_are_saved_is_made_again()
    {
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        var images = rig.Images()[..2];
        using var saver = rig.Saver(rig.Options("deep/{Id}"));
        await saver.SaveAsync(saver.Plan(images[0], null), Stop);
        Directory.Delete(Path.Combine(rig.Folder, "deep"), recursive: true);
        await saver.SaveAsync(saver.Plan(images[1], null), Stop);
        Assert.Equal(["deep/" + images[1].Id + ".png"], rig.Files());
    }

    [Fact]
    public async Task What_killed_runs_left_is_removed_and_what_a_run_at_work_has_open_is_not()
    {
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        var image = rig.Images()[0];
        var dead = Path.Combine(rig.Folder, "civitai-0123456789abcdef-1.part.tmp");
        var alive = Path.Combine(rig.Folder, "civitai-fedcba9876543210-2.part.tmp");
        var strange = Path.Combine(rig.Folder, "civitai-notes.txt");
        await File.WriteAllTextAsync(strange, "mine", Stop);
        for (var run = 0; run < 2; run++)
        {
            // The second time nothing is downloaded.
            await File.WriteAllTextAsync(dead, "half", Stop);
            using (new FileStream(alive, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
            {
                Assert.Equal(run == 0 ? SaveStatus.Downloaded : SaveStatus.AlreadyExists, (await rig.SaveAsync(image)).Status);
                Assert.Equal([image.Id + ".png", Path.GetFileName(alive), Path.GetFileName(strange)], rig.Files());
            }
        }
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("zeros")]
    [InlineData("web page")]
    [InlineData("link to nowhere")]
    public async Task What_is_no_media_file_does_not_count_as_the_image_and_is_replaced(string what)
    {
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        var image = rig.Images()[0];
        foreach (var extension in (string[])[".png", ".jpg"])
        {
            var path = Path.Combine(rig.Folder, image.Id + extension);
            if (what == "link to nowhere")
            {
                Assert.SkipWhen(OperatingSystem.IsWindows(), "Making a link needs a privilege on Windows.");
                File.CreateSymbolicLink(path, Path.Combine(rig.Folder, "gone", "nowhere"));
            }
            else
            {
                await File.WriteAllTextAsync(path, what switch { "empty" => "", "zeros" => new string('\0', 200_000), _ => "<!doctype html><title>Just a moment</title>" }, Stop);
            }
        }

        var saved = await rig.SaveAsync(image);
        Assert.Equal(SaveStatus.Downloaded, saved.Status);
        Assert.Equal([image.Id + ".png"], rig.Files());
        Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(saved.Path!));
        Assert.Null(new FileInfo(saved.Path!).LinkTarget);
    }

    [Fact]
    public async Task A_file_without_its_end_is_there_but_does_not_enter_the_archive_and_is_fetched_again_for_it()
    {
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        var images = rig.Images()[..2];
        var archive = Path.Combine(rig.Folder, "ledger.txt");
        foreach (var image in images)
        {
            await rig.SaveAsync(image);
        }

        var cut = Path.Combine(rig.Folder, images[0].Id + ".png");
        await File.WriteAllBytesAsync(cut, rig.Gallery.MediaBytes(images[0].Id)[..^20], Stop);
        Assert.Equal(SaveStatus.AlreadyExists, (await rig.SaveAsync(images[0])).Status);

        rig.Gallery.Log.Clear();
        Assert.Equal(SaveStatus.Downloaded, (await rig.SaveAsync(images[0], rig.Options(archive: archive))).Status);
        Assert.Equal(rig.Sha256Of(images[0].Id), SavingRig.Sha256Of(cut));
        Assert.Equal(SaveStatus.AlreadyExists, (await rig.SaveAsync(images[1], rig.Options(archive: archive))).Status);
        Assert.Single(rig.Gallery.Log.Media);
        Assert.Contains("+" + images[0].Id + ";", await File.ReadAllTextAsync(archive, Stop), StringComparison.Ordinal);
        Assert.Contains("+" + images[1].Id + ";", await File.ReadAllTextAsync(archive, Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_has_gone_since_the_folder_was_read_is_fetched()
    {
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        var image = rig.Images()[0];
        var saved = await rig.SaveAsync(image);
        using var saver = rig.Saver();
        var plan = saver.Plan(image, null);
        Assert.False(plan.NeedsDownload);
        File.Delete(saved.Path!);
        Assert.Equal(SaveStatus.Downloaded, (await saver.SaveAsync(plan, Stop)).Status);
    }

    private static bool IsRename(string call) => call.StartsWith("replace ", StringComparison.Ordinal) || call.StartsWith("move ", StringComparison.Ordinal);

    /// <summary>What .NET makes of an error number.</summary>
    private static void Refuse(bool isMeant, int error)
    {
        if (isMeant)
        {
            throw error == NotPermitted ? new UnauthorizedAccessException("Operation not permitted") : new IOException("refused", error);
        }
    }
}
