using System.Text.Json;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

/// <summary>What others have put into the folder, before a run or in the middle of it.</summary>
public sealed class StrangersFilesTests
{
    private const long Size = 700_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData(Size)]
    public async Task A_file_that_appears_under_the_name_while_it_is_fetched_is_left_alone(long? size)
    {
        await using var rig = await SavingRig.StartAsync(size, ServedFormat.Png);
        var image = rig.Images()[0];
        var gate = new TaskCompletionSource();
        rig.Gallery.Faults.Add(Fault.HoldUntil(gate.Task).OnMedia());
        var saving = rig.SaveAsync(image, rig.Options("castle"));
        await rig.Gallery.Log.WaitForAsync(request => request.IsMedia, GalleryServer.Patience);
        await File.WriteAllTextAsync(Path.Combine(rig.Folder, "castle.png"), "mine", Stop);
        gate.SetResult();
        var saved = await saving;
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(rig.Folder, "castle.png"), Stop));
        Assert.Equal($"castle ({image.Id}).png", Path.GetFileName(saved.Path));
        Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(saved.Path!));
        Assert.Equal(2, rig.Files().Length);
    }

    [Fact]
    public async Task A_file_that_has_gone_since_the_folder_was_read_is_fetched_again()
    {
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        var image = rig.Images()[0];
        var path = (await rig.SaveAsync(image)).Path!;
        foreach (var hash in (bool[])[false, true])
        {
            using var saver = rig.Saver(rig.Options(hash: hash));
            var plan = saver.Plan(image, null);
            Assert.False(plan.NeedsDownload);
            File.Delete(path);
            var saved = await saver.SaveAsync(plan, Stop);
            Assert.Equal(SaveStatus.Downloaded, saved.Status);
            Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(path));
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task What_a_broken_off_download_left_is_removed_once_the_file_is_there(bool isThere, bool isSmall)
    {
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Png);
        var image = rig.Images()[0];
        rig.Gallery.Faults.Add(Fault.AbortAfter(400_000));
        await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image));
        Assert.NotEmpty(rig.Files());
        if (isThere)
        {
            // Another program has brought it meanwhile.
            await File.WriteAllBytesAsync(Path.Combine(rig.Folder, image.Id + ".png"), rig.Gallery.MediaBytes(image.Id), Stop);
        }

        if (isSmall)
        {
            rig.Gallery.Faults.Add(Fault.Bytes(rig.Gallery.MediaBytes(image.Id)[..^0], "image/png"));
        }

        var saved = await rig.SaveAsync(image);
        Assert.Equal(isThere, saved.Status == SaveStatus.AlreadyExists);
        Assert.Equal([image.Id + ".png"], rig.Files());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Size)]
    public async Task Names_of_any_length_leave_room_for_the_id_and_for_what_stands_beside_a_file(long? size)
    {
        await using var rig = await SavingRig.StartAsync(size, ServedFormat.Png);
        var images = rig.Images()[..3];
        var options = rig.Options(string.Concat(Enumerable.Repeat("castle ä ", 60)), sidecar: Sidecar.Json);
        using (var saver = rig.Saver(options, retries: 3))
        {
            rig.Gallery.Faults.Add([.. images.Select(image => Fault.AbortAfter(400_000).OnImage(image.Id))]);

            // All are planned before the first is there: nothing but the plans can keep them apart.
            var plans = images.Select(image => saver.Plan(image, null)).ToArray();
            var saved = await Task.WhenAll(plans.Select(plan => saver.SaveAsync(plan, Stop)));
            Assert.All(saved, one => Assert.Equal(rig.Sha256Of(one.Id), SavingRig.Sha256Of(one.Path!)));
            Assert.Equal(3, saved.Select(one => one.Path).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        }

        Assert.Equal(6, rig.Files().Length);
        Assert.Equal(2, rig.Files().Count(file => images.Any(image => file.EndsWith($" ({image.Id}).png", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Sidecars_are_put_in_place_in_one_step_and_links_are_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making a link needs a privilege on Windows.");
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        var image = rig.Images()[0];
        var victim = Path.Combine(rig.Folder, "victim");
        await File.WriteAllTextAsync(victim, "precious", Stop);
        foreach (var name in (string[])[".json", ".json.new", ".txt", ".txt.new", ".part.info", ".part.new"])
        {
            File.CreateSymbolicLink(Path.Combine(rig.Folder, image.Id + name), victim);
        }

        // A part, so that a note is written; both sidecars.
        var options = rig.Options(sidecar: Sidecar.Json | Sidecar.Text, force: true);
        await rig.SaveAsync(image, options);
        Assert.Equal("precious", await File.ReadAllTextAsync(victim, Stop));
        var sidecar = Path.Combine(rig.Folder, image.Id + ".json");
        using (var document = JsonDocument.Parse(await File.ReadAllTextAsync(sidecar, Stop)))
        {
            Assert.False(document.RootElement.GetProperty("complete").GetBoolean());
        }

        // Who has the old file open goes on reading the old one.
        await File.WriteAllTextAsync(sidecar, "{\"old\": true}", Stop);
        using var reader = new StreamReader(new FileStream(sidecar, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        await rig.SaveAsync(image, options);
        Assert.Equal("{\"old\": true}", await reader.ReadToEndAsync(Stop));
        Assert.NotEqual("{\"old\": true}", await File.ReadAllTextAsync(sidecar, Stop));
    }

    [Fact]
    public async Task A_planted_note_that_is_a_link_is_not_written_through()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making a link needs a privilege on Windows.");
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Png);
        var image = rig.Images()[0];
        var outside = Directory.CreateTempSubdirectory("civitaips-outside-").FullName;
        try
        {
            var victim = Path.Combine(outside, "victim");
            await File.WriteAllTextAsync(victim, "precious", Stop);
            File.CreateSymbolicLink(Path.Combine(rig.Folder, image.Id + ".part.info"), victim);
            rig.Gallery.Faults.Add(Fault.AbortAfter(400_000));
            await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image));
            Assert.Equal("precious", await File.ReadAllTextAsync(victim, Stop));
            await rig.SaveAsync(image);
            Assert.Equal("precious", await File.ReadAllTextAsync(victim, Stop));
            Assert.Equal([image.Id + ".png"], rig.Files());
        }
        finally
        {
            Directory.Delete(outside, recursive: true);
        }
    }

    [Fact]
    public async Task An_archive_that_another_run_holds_is_waited_for()
    {
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        var images = rig.Images()[..2];
        var archive = Path.Combine(rig.Folder, "archive.txt");
        await rig.SaveAsync(images[0], rig.Options(archive: archive));
        var before = await File.ReadAllTextAsync(archive, Stop);
        using var saver = rig.Saver(rig.Options(archive: archive));
        Task<SavedImage> saving;
        using (var held = new FileStream(archive, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            saving = saver.SaveAsync(saver.Plan(images[1], null), Stop);
            var path = Path.Combine(rig.Folder, images[1].Id + ".png");
            while (!File.Exists(path))
            {
                Stop.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            // The entry follows at once, but for the one that holds the archive.
            Assert.NotSame(saving, await Task.WhenAny(saving, Task.Run(() => Enumerable.Range(0, 200).All(_ => File.Exists(path)), Stop)));
            using var reader = new StreamReader(held, leaveOpen: true);
            Assert.Equal(before, await reader.ReadToEndAsync(Stop));
        }

        Assert.Equal(SaveStatus.Downloaded, (await saving).Status);
        Assert.StartsWith(before, await File.ReadAllTextAsync(archive, Stop), StringComparison.Ordinal);
        Assert.Contains($"+{images[1].Id};", await File.ReadAllTextAsync(archive, Stop), StringComparison.Ordinal);
    }
}
