using System.Text.Json;
using Civitai.Client.Downloads;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

public sealed class ImageSaverTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ServedFormat.Png, ".png")]
    [InlineData(ServedFormat.Jpeg, ".jpg")]
    [InlineData(ServedFormat.Webp, ".webp")]
    [InlineData(ServedFormat.Gif, ".gif")]
    [InlineData(ServedFormat.Avif, ".avif")]
    [InlineData(ServedFormat.Webm, ".webm")]
    [InlineData(ServedFormat.Mp3, ".mp3")]
    public async Task The_extension_comes_from_the_bytes(ServedFormat format, string extension)
    {
        await using var rig = await SavingRig.StartAsync(format: format);
        var image = rig.Images()[0];
        var saved = await rig.SaveAsync(image, rig.Options(hash: true));

        Assert.Equal([image.Id + extension], rig.Files());
        Assert.Equal(Path.Combine(rig.Folder, image.Id + extension), saved.Path);
        Assert.Equal((SaveStatus.Downloaded, 1), (saved.Status, saved.Attempts));
        Assert.Equal(rig.Sha256Of(image.Id), saved.Sha256);
        Assert.Equal(rig.Gallery.MediaBytes(image.Id).LongLength, saved.Length);
        Assert.Equal(image.CreatedAt!.Value.ToUniversalTime(), File.GetLastWriteTimeUtc(saved.Path!));
    }

    [Theory]
    [InlineData("wav")]
    [InlineData("m4a")]
    [InlineData("ogg")]
    [InlineData("flac")]
    [InlineData("heif heim")]
    [InlineData("jxl in parts")]
    [InlineData("mov that begins with free")]
    [InlineData("mp3 with Xing behind a tag")]
    public async Task Every_format_is_saved_and_taken_for_there_afterwards(string name)
    {
        await using var rig = await SavingRig.StartAsync();
        var file = SmallFiles.All.Single(file => file.Name == name);
        var image = rig.Images("audio")[0];
        rig.Gallery.Catalogue.Find(image.Id)!.Media = file.Bytes;
        var saved = await rig.SaveAsync(image);
        Assert.Equal(image.Id + "." + file.Extension, Path.GetFileName(saved.Path));
        Assert.Equal(file.Extension, saved.Format.ToString(), ignoreCase: true);
        Assert.Equal(SaveStatus.AlreadyExists, (await rig.SaveAsync(image)).Status);
        Assert.Single(rig.Gallery.Log.Media);

        rig.Gallery.Catalogue.Find(image.Id)!.Media = file.Bytes[..^1];
        var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image, rig.Options(force: true)));
        Assert.Equal(CivitaiError.MediaIncomplete, error.Error);
        Assert.Equal([Path.GetFileName(saved.Path!)], rig.Files());
    }

    [Theory]
    [InlineData("", "sent nothing", true)]
    [InlineData(" \r\n", "sent a blank text", true)]
    [InlineData("\0\u0001\u0002\u0003", "sent bytes of no known", false)]
    [InlineData("\0\0\0\0", "sent bytes of no known", false)]
    [InlineData("plain words", "sent bytes of no known", false)]
    [InlineData("\n <html>", "sent a web page", true)]
    [InlineData("\u00FF\u00FE<\0h\0t\0m\0l\0>\0", "sent a web page", true)]
    [InlineData("\u00FE\u00FF\0{\0\"\0a\0\"\0:\0001\0}", "sent a JSON text", true)]
    [InlineData("\u00EF\u00BB\u00BF{\"a\":1}", "sent a JSON text", true)]
    public async Task What_came_in_place_of_a_file_is_named(string body, string words, bool mayPass)
    {
        await using var rig = await SavingRig.StartAsync();
        var image = rig.Images()[0];
        rig.Gallery.Catalogue.Find(image.Id)!.Media = System.Text.Encoding.Latin1.GetBytes(body);
        var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image, retries: 1));
        Assert.Equal(CivitaiError.MediaInvalid, error.Error);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal(mayPass ? 2 : 1, rig.Gallery.Log.Media.Count);
        Assert.Empty(rig.Files());
    }

    [Fact]
    public async Task One_at_a_time_is_in_order_of_the_calls()
    {
        await using var rig = await SavingRig.StartAsync();
        var images = rig.Images();
        using var saver = rig.Saver(new SaveOptions { Folder = rig.Folder, ThrottleLimit = 1 });
        await Task.WhenAll(images.Select(image => saver.SaveAsync(saver.Plan(image, null), Stop)));

        Assert.Equal(images.Select(image => (long?)image.Id), rig.Gallery.Log.Media.Select(request => request.ImageId));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2_000_000)]
    public async Task A_second_run_makes_no_request(int? size)
    {
        await using var rig = await SavingRig.StartAsync(mediaSize: size);
        var images = rig.Images()[..8];
        using (var saver = rig.Saver())
        {
            await Task.WhenAll(images.Select(image => saver.SaveAsync(saver.Plan(image, null), Stop)));
        }

        rig.Gallery.Log.Clear();
        using var again = rig.Saver(rig.Options(hash: true));
        foreach (var image in images)
        {
            var plan = again.Plan(image, null);
            Assert.False(plan.NeedsDownload);
            var saved = await again.SaveAsync(plan, Stop);
            Assert.Equal((SaveStatus.AlreadyExists, 0), (saved.Status, saved.Attempts));
            Assert.Equal(rig.Sha256Of(image.Id), saved.Sha256);
            Assert.Equal(new FileInfo(saved.Path!).Length, saved.Length);
        }

        Assert.Empty(rig.Gallery.Log.All);
        Assert.DoesNotContain(rig.Files(), file => file.Contains(".part", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_with_the_id_counts_whatever_its_extension_and_case()
    {
        await using var rig = await SavingRig.StartAsync();
        var image = rig.Images()[0];
        await File.WriteAllBytesAsync(Path.Combine(rig.Folder, $"A-{image.Id}.WEBM"), rig.Gallery.MediaBytes(image.Id), Stop);
        Assert.Equal(SaveStatus.AlreadyExists, (await rig.SaveAsync(image, rig.Options("a-{Id}"))).Status);
        Assert.Equal(SaveStatus.Downloaded, (await rig.SaveAsync(image, rig.Options("b-{Id}"))).Status);
    }

    [Fact]
    public async Task Sidecars_parts_and_other_files_do_not_count_as_the_image()
    {
        await using var rig = await SavingRig.StartAsync();
        var image = rig.Images()[0];
        foreach (var extension in (string[])[".json", ".txt", ".part.info", ".psd"])
        {
            await File.WriteAllTextAsync(Path.Combine(rig.Folder, image.Id + extension), "x", Stop);
        }

        Assert.Equal(SaveStatus.Downloaded, (await rig.SaveAsync(image)).Status);
    }

    [Fact]
    public async Task Two_images_of_one_name_both_survive_and_are_known_again()
    {
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        var images = rig.Images()[..3];
        for (var run = 0; run < 3; run++)
        {
            rig.Gallery.Log.Clear();
            using var saver = rig.Saver(rig.Options(fileName: "same"));

            // The other way round the last time: a name without the id is whoever's its bytes are.
            var order = run == 2 ? images.Reverse() : images;
            foreach (var image in order)
            {
                var saved = await saver.SaveAsync(saver.Plan(image, null), Stop);
                Assert.Equal(run == 0 ? SaveStatus.Downloaded : SaveStatus.AlreadyExists, saved.Status);
                Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(saved.Path!));
            }

            Assert.Equal(["same (" + images[1].Id + ").png", "same (" + images[2].Id + ").png", "same.png"], rig.Files());
            Assert.Equal(run == 0 ? 3 : 1, rig.Gallery.Log.Media.Count);
        }
    }

    [Fact]
    public async Task A_file_of_somebody_else_under_the_name_is_left_alone()
    {
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        var image = rig.Images()[0];
        await File.WriteAllTextAsync(Path.Combine(rig.Folder, "holiday.jpg"), "mine", Stop);
        var saved = await rig.SaveAsync(image, rig.Options(fileName: null), name: "Holiday");
        Assert.Equal(["Holiday (" + image.Id + ").png", "holiday.jpg"], rig.Files());
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(rig.Folder, "holiday.jpg"), Stop));
        Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(saved.Path!));
    }

    [Fact]
    public async Task An_image_that_is_piped_twice_is_fetched_once()
    {
        await using var rig = await SavingRig.StartAsync();
        var image = rig.Images()[0];
        using var saver = rig.Saver();
        var plans = Enumerable.Range(0, 4).Select(_ => saver.Plan(image, null)).ToArray();
        var saved = await Task.WhenAll(plans.Select(plan => saver.SaveAsync(plan, Stop)));
        Assert.Single(rig.Gallery.Log.Media);
        Assert.Single(rig.Files());
        Assert.Single(saved, one => one.Status == SaveStatus.Downloaded);
        Assert.Equal(3, saved.Count(one => one.Status == SaveStatus.AlreadyExists));
    }

    [Fact]
    public async Task Force_replaces_the_file_under_any_extension()
    {
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        var image = rig.Images()[0];
        await File.WriteAllTextAsync(Path.Combine(rig.Folder, image.Id + ".jpg"), "old", Stop);
        await File.WriteAllTextAsync(Path.Combine(rig.Folder, image.Id + ".png"), "older", Stop);
        var saved = await rig.SaveAsync(image, rig.Options(force: true));
        Assert.Equal(SaveStatus.Downloaded, saved.Status);
        Assert.Equal([image.Id + ".png"], rig.Files());
        Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(saved.Path!));
    }

    [Fact]
    public async Task The_archive_remembers_across_folders_and_force_goes_before_it()
    {
        await using var rig = await SavingRig.StartAsync();
        var image = rig.Images()[0];
        var archive = Path.Combine(rig.Folder, "deep", "ledger.txt");
        Assert.Equal(SaveStatus.Downloaded, (await rig.SaveAsync(image, rig.Options("one/{Id}", archive: archive))).Status);
        var skipped = await rig.SaveAsync(image, rig.Options("two/{Id}", archive: archive));
        Assert.Equal((SaveStatus.InArchive, 0, null), (skipped.Status, skipped.Attempts, skipped.Path));
        Assert.Equal(SaveStatus.Downloaded, (await rig.SaveAsync(image, rig.Options("two/{Id}", archive: archive, width: 450))).Status);
        Assert.Equal(SaveStatus.Downloaded, (await rig.SaveAsync(image, rig.Options("two/{Id}", archive: archive, force: true))).Status);
        Assert.Equal(3, rig.Gallery.Log.Media.Count);
    }

    [Fact]
    public async Task What_failed_does_not_enter_the_archive_and_what_was_there_does()
    {
        await using var rig = await SavingRig.StartAsync();
        var images = rig.Images();
        var archive = Path.Combine(rig.Folder, "ledger.txt");
        rig.Gallery.Faults.Add(Fault.Status(404).OnImage(images[0].Id));
        var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(images[0], rig.Options(archive: archive)));
        Assert.Equal("CivitaiMediaNotFound", error.ErrorId);
        Assert.DoesNotContain('+', await File.ReadAllTextAsync(archive, Stop));

        await rig.SaveAsync(images[1]);
        Assert.Equal(SaveStatus.AlreadyExists, (await rig.SaveAsync(images[1], rig.Options(archive: archive))).Status);
        Assert.Equal(SaveStatus.InArchive, (await rig.SaveAsync(images[1], rig.Options(archive: archive))).Status);
    }

    [Theory]
    [InlineData(450, 450)]
    [InlineData(400, 450)]
    [InlineData(5000, 2200)]
    public async Task A_width_is_a_rendition_of_the_ladder_beside_the_original(int width, int made)
    {
        await using var rig = await SavingRig.StartAsync();
        var image = rig.Images()[0];
        await rig.SaveAsync(image);
        var saved = await rig.SaveAsync(image, rig.Options(width: width));
        Assert.Contains($"@{made}.", saved.Path, StringComparison.Ordinal);
        Assert.EndsWith($"/width={made}", Path.GetDirectoryName(rig.Gallery.Log.Media[^1].Path), StringComparison.Ordinal);
        Assert.Equal(SaveStatus.AlreadyExists, (await rig.SaveAsync(image, rig.Options(width: width))).Status);
        Assert.Equal(2, rig.Files().Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_video_that_comes_as_a_still_picture_is_asked_for_again(bool webp)
    {
        await using var rig = await SavingRig.StartAsync();
        rig.Gallery.Faults.Add(Fault.StillInsteadOfVideo(webp));
        var video = rig.Images("video")[0];
        var saved = await rig.SaveAsync(video);
        Assert.Equal((MediaFormat.Mp4, SaveStatus.Downloaded, 2), (saved.Format, saved.Status, saved.Attempts));
        Assert.Single(rig.Files());
        Assert.Contains("/transcode=true/", rig.Gallery.Log.Media[^1].Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sidecars_hold_the_complete_item_and_the_infotext_and_come_back_when_missing()
    {
        await using var rig = await SavingRig.StartAsync();
        const string item = "{\"id\":1,\"new field\":[1,{}, [] ,\"a \\\"b\\\" {,\"],\"seed\":123456789012345678901234567890,\"half\":\"\\ud800\"}";
        var meta = new ImageMeta(new Dictionary<string, object?>(StringComparer.Ordinal) { ["prompt"] = "castle", ["steps"] = 20L });
        var image = new Image(new ServedItem(item, meta)) { Id = rig.Images()[0].Id, Url = rig.Images()[0].Url };
        var saved = await rig.SaveAsync(image, rig.Options(sidecar: Sidecar.Json | Sidecar.Text));
        var json = await File.ReadAllTextAsync(Path.ChangeExtension(saved.Path!, ".json"), Stop);
        using (var document = JsonDocument.Parse(json))
        {
            Assert.Equal("123456789012345678901234567890", document.RootElement.GetProperty("seed").GetRawText());
            Assert.Equal(4, document.RootElement.GetProperty("new field").GetArrayLength());
        }

        Assert.Contains("\n  \"new field\": [\n    1,\n    {},\n    [],\n", json, StringComparison.Ordinal);
        Assert.Equal("castle\nSteps: 20", await File.ReadAllTextAsync(Path.ChangeExtension(saved.Path!, ".txt"), Stop));

        File.Delete(Path.ChangeExtension(saved.Path!, ".json"));
        await File.WriteAllTextAsync(Path.ChangeExtension(saved.Path!, ".txt"), "edited", Stop);
        Assert.Equal(SaveStatus.AlreadyExists, (await rig.SaveAsync(image, rig.Options(sidecar: Sidecar.Json | Sidecar.Text))).Status);
        Assert.Equal(json, await File.ReadAllTextAsync(Path.ChangeExtension(saved.Path!, ".json"), Stop));
        Assert.Equal("edited", await File.ReadAllTextAsync(Path.ChangeExtension(saved.Path!, ".txt"), Stop));
        Assert.Equal(3, rig.Files().Length);
        Assert.Single(rig.Gallery.Log.All);
    }

    [Fact]
    public async Task The_sidecar_of_a_record_says_that_it_is_not_complete()
    {
        await using var rig = await SavingRig.StartAsync();
        var url = rig.Images()[0].Url;
        var image = new Image(new RecordContent([new("Url", url), new("Note", "half \uD800"), new("When", new DateTime(2025, 1, 2, 3, 4, 5, DateTimeKind.Utc)), new("Complete", true)], null)) { Url = url };
        var saved = await rig.SaveAsync(image, rig.Options(sidecar: Sidecar.Json | Sidecar.Text));
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(saved.Path!, ".json"), Stop));
        Assert.False(document.RootElement.GetProperty("complete").GetBoolean());
        Assert.Equal("half \uFFFD", document.RootElement.GetProperty("Note").GetString());
        Assert.Equal("2025-01-02T03:04:05Z", document.RootElement.GetProperty("When").GetString());
        Assert.Equal(4, document.RootElement.EnumerateObject().Count());
        Assert.Equal(2, rig.Files().Length);
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f-]{27}$", Path.GetFileNameWithoutExtension(saved.Path));
    }

    [Fact]
    public async Task Nothing_is_touched_by_planning()
    {
        await using var rig = await SavingRig.StartAsync();
        using var saver = rig.Saver(new SaveOptions { Folder = Path.Combine(rig.Folder, "new"), FileName = "{Username}/{Id}", Archive = Path.Combine(rig.Folder, "a", "ledger"), WhatIf = true });
        foreach (var image in rig.Images())
        {
            Assert.True(saver.Plan(image, null).NeedsDownload);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(rig.Folder));
        Assert.Empty(rig.Gallery.Log.All);
    }

    [Fact]
    public async Task Links_below_the_folder_may_not_lead_out_of_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making a link needs a privilege on Windows.");
        await using var rig = await SavingRig.StartAsync();
        var outside = Directory.CreateTempSubdirectory("civitaips-outside-").FullName;
        try
        {
            Directory.CreateSymbolicLink(Path.Combine(rig.Folder, "out"), outside);
            Directory.CreateSymbolicLink(Path.Combine(rig.Folder, "nowhere"), Path.Combine(outside, "gone"));
            Directory.CreateDirectory(Path.Combine(rig.Folder, "in"));
            Directory.CreateSymbolicLink(Path.Combine(rig.Folder, "alias"), Path.Combine(rig.Folder, "in"));
            Directory.CreateSymbolicLink(Path.Combine(outside, "root"), rig.Folder);
            var image = rig.Images()[0];
            foreach (var name in (string[])["out/{Id}", "out/deeper/{Id}", "nowhere/{Id}"])
            {
                var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image, rig.Options(name)));
                Assert.Equal("CivitaiFileWriteFailed", error.ErrorId);
            }

            Assert.Equal(Path.Combine(outside, "root"), Assert.Single(Directory.EnumerateFileSystemEntries(outside)));
            Assert.Empty(rig.Gallery.Log.All);
            await rig.SaveAsync(image, rig.Options("alias/{Id}"));
            Assert.Single(Directory.EnumerateFiles(Path.Combine(rig.Folder, "in")));

            // The folder itself may be reached through a link.
            await rig.SaveAsync(image, new SaveOptions { Folder = Path.Combine(outside, "root"), FileName = "in/again-{Id}" });
            Assert.Equal(2, Directory.EnumerateFiles(Path.Combine(rig.Folder, "in")).Count());

            // A part that is a link is not followed.
            await File.WriteAllTextAsync(Path.Combine(outside, "victim"), "precious", Stop);
            File.CreateSymbolicLink(Path.Combine(rig.Folder, "x" + image.Id + ".part"), Path.Combine(outside, "victim"));
            await rig.SaveAsync(image, rig.Options("x{Id}"));
            Assert.Equal("precious", await File.ReadAllTextAsync(Path.Combine(outside, "victim"), Stop));
        }
        finally
        {
            Directory.Delete(outside, recursive: true);
        }
    }

    [Fact]
    public async Task A_target_that_is_a_folder_and_a_folder_without_permission_are_write_errors()
    {
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        var image = rig.Images()[0];
        Directory.CreateDirectory(Path.Combine(rig.Folder, image.Id + ".png"));
        var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image));
        Assert.Equal("CivitaiFileWriteFailed", error.ErrorId);
        Assert.Contains("folder", error.Message, StringComparison.Ordinal);
        Assert.Equal(Path.Combine(rig.Folder, image.Id + ".png"), error.Target);
        Assert.Empty(rig.Files());

        await File.WriteAllTextAsync(Path.Combine(rig.Folder, "file"), "x", Stop);
        error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image, rig.Options("file/{Id}")));
        Assert.Equal("CivitaiFileWriteFailed", error.ErrorId);
    }

    [Fact]
    public async Task An_image_without_an_address_cannot_be_saved()
    {
        await using var rig = await SavingRig.StartAsync();
        var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(new Image { Id = 1 }));
        Assert.Equal("CivitaiInputNotSupported", error.ErrorId);
        error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(new Image { Id = 1, Url = "file:///etc/passwd" }));
        Assert.Equal("CivitaiMediaUrlNotAllowed", error.ErrorId);
    }

    [Fact]
    public async Task Progress_names_what_is_running_and_how_far_it_is()
    {
        await using var rig = await SavingRig.StartAsync(mediaSize: 600_000);
        rig.Gallery.Faults.Add(Fault.StallAfter(300_000).OnMedia());
        var image = rig.Images()[0];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var saver = rig.Saver();
        var saving = saver.SaveAsync(saver.Plan(image, null), stop.Token);
        while (saver.GetProgress().ReceivedBytes < 300_000)
        {
            Stop.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        var running = Assert.Single(saver.GetProgress().Running);
        Assert.Equal((0, image.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), 300_000L), (running.Slot, running.Name, running.ReceivedBytes));
        Assert.Equal(rig.Gallery.MediaBytes(image.Id).LongLength, running.TotalBytes);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saving);
        Assert.Empty(saver.GetProgress().Running);
        Assert.Equal(300_000, new FileInfo(Path.Combine(rig.Folder, image.Id + ".part")).Length);
    }

    private sealed class ServedItem(string json, ImageMeta meta) : ImageContent
    {
        public override ImageMeta? Meta => meta;

        public override string? Json => json;
    }
}
