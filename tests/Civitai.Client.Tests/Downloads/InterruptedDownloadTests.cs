using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

public sealed class InterruptedDownloadTests
{
    private const long Size = 700_000;

    public static TheoryData<string, string, int> Matrix
    {
        get
        {
            var data = new TheoryData<string, string, int>();
            foreach (var point in (string[])["before headers", "first kilobyte", "mid-body", "last byte"])
            {
                foreach (var kind in (string[])["abort", "reset", "stall", "abort chunked"])
                {
                    data.Add(kind, point, 0);
                    data.Add(kind, point, 2);
                }
            }

            foreach (var kind in (string[])["408", "429", "500", "502", "503", "504", "520", "503 Retry-After seconds", "503 Retry-After date", "404", "410", "403", "html", "json", "empty",
                "longer length", "shorter length", "truncated", "redirect", "redirect elsewhere", "no answer", "refused"])
            {
                data.Add(kind, "before headers", 0);
                data.Add(kind, "before headers", 2);
            }

            return data;
        }
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task After_a_fault_the_right_file_is_there_or_an_error_and_no_file_and_one_more_run_brings_it(string kind, string point, int retries)
    {
        foreach (var size in (long?[])[null, Size])
        {
            await using var rig = await SavingRig.StartAsync(size, ServedFormat.Png);
            var image = rig.Images()[0];
            var at = PlaceOf(point, rig.Gallery.MediaBytes(image.Id).Length);
            foreach (var fault in Faults(kind, at))
            {
                rig.Gallery.Faults.Add(fault.OnMedia());
            }

            var timeout = kind == "stall" ? PassTimeoutAsync(rig, at) : Task.CompletedTask;
            var expected = rig.Sha256Of(image.Id);
            var isThere = false;
            try
            {
                var saved = await rig.SaveAsync(image, rig.Options(hash: true), retries);
                Assert.Equal(expected, SavingRig.Sha256Of(saved.Path!));
                Assert.Equal(expected, saved.Sha256);
                // A connection that the server closes without an answer is replaced below HTTP, unseen.
                Assert.Equal(rig.Gallery.Log.Media.Count(request => kind != "no answer" && !request.Path.StartsWith("/file/", StringComparison.Ordinal)), kind == "no answer" ? 0 : saved.Attempts);
                isThere = true;
            }
            catch (CivitaiException error)
            {
                Assert.Equal(image, error.Target);
                Assert.Contains(error.ErrorId, ExpectedErrors(kind), StringComparer.Ordinal);
                Assert.All(rig.Files(), file => Assert.Contains(".part", file, StringComparison.Ordinal));
            }

            await timeout;

            // Passing faults are over with the next attempt.
            if (retries > 0 && kind is not ("404" or "410" or "403" or "truncated" or "shorter length"))
            {
                Assert.True(isThere);
            }

            rig.Gallery.Faults.Clear();
            var second = await rig.SaveAsync(image);
            Assert.Equal(expected, SavingRig.Sha256Of(second.Path!));
            Assert.Equal([image.Id + ".png"], rig.Files());
            Assert.Equal(isThere, second.Status == SaveStatus.AlreadyExists);
        }
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(262_144)]
    [InlineData(400_000)]
    [InlineData(Size - 1)]
    public async Task A_later_run_goes_on_where_the_part_ends(long received)
    {
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Png);
        var image = rig.Images()[0];
        var length = rig.Gallery.MediaBytes(image.Id).LongLength;
        received = Math.Min(received, length - 1);
        rig.Gallery.Faults.Add(Fault.AbortAfter(received));
        var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image));
        Assert.Equal("CivitaiMediaIncomplete", error.ErrorId);
        Assert.Equal(received, new FileInfo(Path.Combine(rig.Folder, image.Id + ".part")).Length);

        var saved = await rig.SaveAsync(image, rig.Options(hash: true));
        Assert.Equal((SaveStatus.Resumed, 1), (saved.Status, saved.Attempts));
        Assert.Equal(received, rig.Gallery.Log.Media[^1].RangeStart);
        Assert.Equal(length - received, rig.Gallery.Log.Media[^1].BytesSent);
        Assert.NotNull(rig.Gallery.Log.Media[^1].Header("If-Range"));
        Assert.Equal(rig.Sha256Of(image.Id), saved.Sha256);
        Assert.Equal([image.Id + ".png"], rig.Files());
    }

    [Fact]
    public async Task The_same_run_goes_on_where_it_was_interrupted()
    {
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Png);
        var image = rig.Images()[0];
        rig.Gallery.Faults.Add(Fault.AbortAfter(100_000), Fault.AbortAfter(300_000).OnResume());
        var saved = await rig.SaveAsync(image, rig.Options(hash: true), retries: 5);
        Assert.Equal((SaveStatus.Resumed, 3), (saved.Status, saved.Attempts));
        Assert.Equal([null, 100_000L, 400_000L], rig.Gallery.Log.Media.Select(request => request.RangeStart));
        Assert.Equal(rig.Sha256Of(image.Id), saved.Sha256);
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("range ignored")]
    [InlineData("if-range ignored")]
    [InlineData("wrong range")]
    [InlineData("416")]
    [InlineData("half a note")]
    [InlineData("no note")]
    [InlineData("other address")]
    public async Task A_part_that_cannot_be_gone_on_with_is_started_over(string why)
    {
        // Of a format without an end marker: nothing but the validators can tell a mixture.
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Webm);
        var image = rig.Images()[0];
        rig.Gallery.Faults.Add(Fault.AbortAfter(300_000));
        await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image));
        var part = Path.Combine(rig.Folder, image.Id + ".part");
        var note = await File.ReadAllTextAsync(part + ".info", Stop);
        switch (why)
        {
            case "changed":
                rig.Gallery.ChangeMedia(image.Id);
                break;
            case "range ignored":
                rig.Gallery.Faults.Add(Fault.IgnoreRange());
                break;
            case "if-range ignored":
                rig.Gallery.ChangeMedia(image.Id);
                rig.Gallery.Faults.Add(Fault.IgnoreIfRange());
                break;
            case "wrong range":
                rig.Gallery.Faults.Add(Fault.WrongContentRange());
                break;
            case "416":
                rig.Gallery.Faults.Add(Fault.Status(416, "no"));
                break;
            case "half a note":
                await File.WriteAllTextAsync(part + ".info", note[..note.IndexOf("\nend\n", StringComparison.Ordinal)], Stop);
                break;
            case "no note":
                File.Delete(part + ".info");
                break;
            default:
                await File.WriteAllTextAsync(part + ".info", note.Replace("http://", "https://", StringComparison.Ordinal), Stop);
                break;
        }

        var saved = await rig.SaveAsync(image, rig.Options(hash: true));
        Assert.Equal(SaveStatus.Downloaded, saved.Status);
        Assert.Equal(rig.Sha256Of(image.Id), saved.Sha256);
        Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(saved.Path!));
        Assert.Equal([image.Id + ".webm"], rig.Files());
    }

    [Fact]
    public async Task A_part_that_was_whole_already_is_finished()
    {
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Png);
        var image = rig.Images()[0];
        rig.Gallery.Faults.Add(Fault.AbortAfter(300_000));
        await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image));
        await File.WriteAllBytesAsync(Path.Combine(rig.Folder, image.Id + ".part"), rig.Gallery.MediaBytes(image.Id), Stop);
        var saved = await rig.SaveAsync(image);
        Assert.Equal((SaveStatus.Resumed, 1), (saved.Status, saved.Attempts));
        Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(saved.Path!));
        Assert.Equal([image.Id + ".png"], rig.Files());
    }

    [Fact]
    public async Task Without_a_validator_nothing_is_gone_on_with()
    {
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Png, options => options.WithoutValidators = true);
        var image = rig.Images()[0];
        rig.Gallery.Faults.Add(Fault.AbortAfter(300_000));
        await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image));
        Assert.Empty(rig.Files());
        rig.Gallery.Faults.Add(Fault.AbortAfter(300_000));
        var saved = await rig.SaveAsync(image, retries: 1);
        Assert.Equal((SaveStatus.Downloaded, 2), (saved.Status, saved.Attempts));
        Assert.All(rig.Gallery.Log.Media, request => Assert.Null(request.RangeStart));
    }

    [Fact]
    public async Task A_file_without_its_end_is_fetched_once_more()
    {
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Png);
        var image = rig.Images()[0];
        rig.Gallery.Faults.Add(Fault.TruncateAtAnnouncedLength(500));
        var saved = await rig.SaveAsync(image, rig.Options(hash: true));
        Assert.Equal((SaveStatus.Downloaded, 2), (saved.Status, saved.Attempts));
        Assert.Equal(rig.Sha256Of(image.Id), saved.Sha256);
    }

    [Fact]
    public async Task A_file_that_comes_without_its_end_twice_seems_damaged_at_its_origin()
    {
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Png);
        var image = rig.Images()[0];
        rig.Gallery.Faults.Add(Fault.TruncateAtAnnouncedLength(500).Forever());
        var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image));
        Assert.Equal("CivitaiMediaIncomplete", error.ErrorId);
        Assert.Contains("the original itself seems damaged", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, rig.Gallery.Log.Media.Count);
        Assert.Empty(rig.Files());
    }

    [Fact]
    public async Task Stopping_leaves_complete_files_and_parts_that_can_be_gone_on_with()
    {
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Jpeg);
        var images = rig.Images()[..6];
        rig.Gallery.Faults.Add([.. images[2..].Select((image, index) => Fault.StallAfter((index * 150_000) + 50_000).OnImage(image.Id))]);
        var saver = rig.Saver();
        var saving = images.Select(image => saver.SaveAsync(saver.Plan(image, null), Stop)).ToArray();
        await Task.WhenAll(saving[..2]);
        while (saver.GetProgress().Running is var running && (running.Count < 4 || running.Any(download => download.ReceivedBytes < 50_000)))
        {
            Stop.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        saver.Dispose();
        // Nothing is open any more; the tasks themselves may have their last steps before them.
        Assert.All(rig.Files(), file => File.Open(Path.Combine(rig.Folder, file), FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose());
        await Task.WhenAll(saving[2..].Select(task => Assert.ThrowsAnyAsync<OperationCanceledException>(() => task)));
        Assert.Equal(2, rig.Files().Count(file => file.EndsWith(".jpg", StringComparison.Ordinal)));
        Assert.All(rig.Files(), file => Assert.True(file.EndsWith(".jpg", StringComparison.Ordinal) || file.EndsWith(".part", StringComparison.Ordinal) || file.EndsWith(".part.info", StringComparison.Ordinal)));

        var lengths = images[2..].ToDictionary(image => image.Id, image => new FileInfo(Path.Combine(rig.Folder, image.Id + ".part")) is { Exists: true } part ? part.Length : 0);
        rig.Gallery.Faults.Clear();
        rig.Gallery.Log.Clear();
        foreach (var image in images)
        {
            var saved = await rig.SaveAsync(image);
            Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(saved.Path!));
        }

        Assert.All(rig.Gallery.Log.Media, request => Assert.Equal(lengths[request.ImageId!.Value], request.RangeStart ?? 0));
        Assert.Equal(6, rig.Files().Length);
    }

    /// <summary>Has the time-out of the attempt pass that the gallery leaves without more, once it has sent what it will send.</summary>
    private static async Task PassTimeoutAsync(SavingRig rig, long at)
    {
        var name = at == 0 ? "hang" : "stall";
        await rig.Gallery.Log.WaitForAsync(request => request.Faults.Contains(name, StringComparer.Ordinal) && request.BytesSent == at, GalleryServer.Patience);
        rig.Clock.PassTimeoutOfFirstRequest(inBody: at > 0);
    }

    private static long PlaceOf(string point, int length) => point switch
    {
        "before headers" => 0,
        "first kilobyte" => 700,
        "mid-body" => length / 2,
        _ => length - 1,
    };

    private static Fault[] Faults(string kind, long at) => kind switch
    {
        "abort" => [Fault.AbortAfter(at)],
        "abort chunked" => [Fault.WithoutLength(), Fault.AbortAfter(at)],
        "reset" => [Fault.ResetAfter(at)],
        "stall" => [at == 0 ? Fault.Hang() : Fault.StallAfter(at)],
        "503 Retry-After seconds" => [Fault.Status(503, retryAfter: Fault.InSeconds(30))],
        "503 Retry-After date" => [Fault.Status(503, retryAfter: Fault.AtDate(DateTimeOffset.UtcNow.AddSeconds(30)))],
        "html" => [Fault.HtmlPage()],
        "json" => [Fault.Json("{\"error\":\"no\"}")],
        "empty" => [Fault.EmptyBody()],
        "longer length" => [Fault.WrongLength(1000)],
        "shorter length" => [Fault.WrongLength(-500).Times(2)],
        "truncated" => [Fault.TruncateAtAnnouncedLength(500).Times(2)],
        "redirect" => [Fault.Redirect()],
        "redirect elsewhere" => [Fault.Redirect("http://127.0.0.1:9/nothing")],
        "no answer" => [Fault.CloseWithoutAnswer()],
        "refused" => [Fault.Redirect("http://127.0.0.1:1/")],
        _ => [Fault.Status(int.Parse(kind, System.Globalization.CultureInfo.InvariantCulture))],
    };

    private static string[] ExpectedErrors(string kind) => kind switch
    {
        "404" or "410" => ["CivitaiMediaNotFound"],
        "html" or "json" or "empty" => ["CivitaiMediaInvalid"],
        "longer length" or "shorter length" or "truncated" or "abort chunked" => ["CivitaiMediaIncomplete", "CivitaiMediaUnavailable"],
        "abort" or "reset" => ["CivitaiMediaIncomplete", "CivitaiMediaUnavailable"],
        _ => ["CivitaiMediaUnavailable"],
    };
}
