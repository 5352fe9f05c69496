using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

/// <summary>Two runs into one folder, met at the moments that matter.</summary>
public sealed class TwoRunsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Sidecar.None, 10_000)]
    [InlineData(Sidecar.None, 700_000)]
    [InlineData(Sidecar.Json, 10_000)]
    [InlineData(Sidecar.Json, 700_000)]
    public async Task Of_two_images_of_one_name_the_later_takes_another_name_with_its_sidecar(Sidecar sidecar, int size)
    {
        await using var rig = await SavingRig.StartAsync(size, ServedFormat.Png);
        var images = rig.Images()[..2];
        using var one = rig.Saver(rig.Options("same", sidecar: sidecar));
        var meeting = Meet(rig, "same.", async () => await rig.SaveAsync(images[1], rig.Options("same", sidecar: sidecar)));
        var first = await one.SaveAsync(one.Plan(images[0], null), Stop);
        var second = await meeting;

        Assert.Equal((SaveStatus.Downloaded, SaveStatus.Downloaded), (first.Status, second.Status));
        Assert.Equal((Path.Combine(rig.Folder, $"same ({images[0].Id}).png"), Path.Combine(rig.Folder, "same.png")), (first.Path, second.Path));
        foreach (var saved in (SavedImage[])[first, second])
        {
            Assert.Equal(rig.Sha256Of(saved.Id), SavingRig.Sha256Of(saved.Path!));
            if (sidecar == Sidecar.Json)
            {
                Assert.Contains("\"Id\": " + saved.Id, await File.ReadAllTextAsync(Path.ChangeExtension(saved.Path!, ".json"), Stop), StringComparison.Ordinal);
            }
        }

        Assert.Equal(sidecar == Sidecar.Json ? 4 : 2, rig.Files().Length);
    }

    [Theory]
    [InlineData("same", Sidecar.None)]
    [InlineData("same", Sidecar.Json)]
    [InlineData("{Id}", Sidecar.Json)]
    public async Task Of_one_image_that_two_runs_save_there_is_one_file(string name, Sidecar sidecar)
    {
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        var image = rig.Images()[0];
        using var one = rig.Saver(rig.Options(name, sidecar: sidecar));
        var meeting = Meet(rig, name == "same" ? "same." : image.Id + ".", async () => await rig.SaveAsync(image, rig.Options(name, sidecar: sidecar)));
        var first = await one.SaveAsync(one.Plan(image, null), Stop);
        var second = await meeting;
        Assert.Equal(first.Path, second.Path);
        Assert.Equal(SaveStatus.Downloaded, second.Status);
        Assert.Equal(name == "same" ? SaveStatus.AlreadyExists : SaveStatus.Downloaded, first.Status);
        Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(first.Path!));
        Assert.Equal(sidecar == Sidecar.None ? 1 : 2, rig.Files().Length);
    }

    [Fact]
    public async Task A_run_whose_part_another_run_has_downloads_beside_it()
    {
        await using var rig = await SavingRig.StartAsync(700_000, ServedFormat.Png);
        var image = rig.Images()[0];
        var isMet = false;
        SavedImage? second = null;
        rig.Disk.Before = call =>
        {
            // The other one has its first bytes in the part by then, and its lock.
            if (call.StartsWith("flush " + image.Id, StringComparison.Ordinal) && !isMet)
            {
                isMet = true;
                second = rig.SaveAsync(image, rig.Options("{Id}", force: true)).GetAwaiter().GetResult();
            }
        };
        rig.Time = new Http.WaitingClock();
        var first = await rig.SaveAsync(image);
        Assert.True(isMet);
        Assert.Equal((SaveStatus.Downloaded, SaveStatus.Downloaded), (first.Status, second!.Status));
        Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(first.Path!));
        Assert.Equal([image.Id + ".png"], rig.Files());
        Assert.Contains(rig.Activity.Warnings, warning => warning.StartsWith("CivitaiWaiting: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_waits_for_the_part_of_another_finds_its_file_and_asks_for_nothing()
    {
        await using var rig = await SavingRig.StartAsync(700_000, ServedFormat.Png);
        var clock = new Http.WaitingClock { PassesAtOnce = static _ => false };
        rig.Time = clock;
        var image = rig.Images()[0];
        var part = Path.Combine(rig.Folder, image.Id + ".part");
        Task<SavedImage> waiting;
        using (var theirs = new FileStream(part, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            waiting = rig.SaveAsync(image);
            await clock.NextWaitAsync();
            theirs.Write(rig.Gallery.MediaBytes(image.Id));
            theirs.Flush();
            File.Move(part, Path.ChangeExtension(part, ".png"));
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        var saved = await waiting;
        Assert.Equal((SaveStatus.AlreadyExists, 0), (saved.Status, saved.Attempts));
        Assert.Empty(rig.Gallery.Log.Media);
    }

    [Fact]
    public async Task An_image_that_is_piped_again_is_where_it_was_put()
    {
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        var images = rig.Images()[..2];
        var archive = Path.Combine(rig.Folder, "ledger.txt");
        foreach (var options in (SaveOptions[])[rig.Options("same"), rig.Options("same", archive: archive)])
        {
            await File.WriteAllTextAsync(Path.Combine(rig.Folder, "same.txt"), "mine", Stop);
            using var saver = rig.Saver(new SaveOptions { Folder = options.Folder, FileName = options.FileName, Archive = options.Archive, Sidecar = Sidecar.Text });
            var image = new Image(new Noted("a castle")) { Id = images[0].Id, Url = images[0].Url };
            var first = await saver.SaveAsync(saver.Plan(image, null), Stop);
            var again = await saver.SaveAsync(saver.Plan(image, null), Stop);
            Assert.Equal($"same ({image.Id}).png", Path.GetFileName(first.Path));
            Assert.Equal(first.Path, again.Path);
            Assert.Equal(options.Archive is null ? SaveStatus.AlreadyExists : SaveStatus.InArchive, again.Status);
            Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(rig.Folder, "same.txt"), Stop));
            File.Delete(first.Path!);
            File.Delete(Path.ChangeExtension(first.Path!, ".txt"));
        }
    }

    /// <summary>Has another run do something as soon as this one is about to give a file a name.</summary>
    private static Task<SavedImage> Meet(SavingRig rig, string name, Func<Task<SavedImage>> other)
    {
        var met = new TaskCompletionSource<SavedImage>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isMet = 0;
        rig.Disk.Before = call =>
        {
            if ((call.StartsWith("move ", StringComparison.Ordinal) || call.StartsWith("replace ", StringComparison.Ordinal))
                && call.Split(' ')[^1].StartsWith(name, StringComparison.Ordinal)
                && !call.EndsWith(".info", StringComparison.Ordinal)
                && Interlocked.Exchange(ref isMet, 1) == 0)
            {
                try
                {
                    met.SetResult(other().GetAwaiter().GetResult());
                }
                catch (CivitaiException exception)
                {
                    met.SetException(exception);
                }
            }
        };
        return met.Task;
    }

    private sealed class Noted(string prompt) : ImageContent
    {
        public override ImageMeta? Meta { get; } = new(new Dictionary<string, object?>(StringComparer.Ordinal) { ["prompt"] = prompt });

        public override string? Json => null;
    }
}
