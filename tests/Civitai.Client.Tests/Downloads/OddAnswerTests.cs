using System.Globalization;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

/// <summary>Answers of media hosts off the narrow path: what comes of each, and how many requests it takes.</summary>
public sealed class OddAnswerTests
{
    private const long Size = 300_000;
    private const int Cut = 100_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("deflate")]
    [InlineData("raw deflate", "deflate")]
    [InlineData("br")]
    [InlineData("deflate, gzip")]
    [InlineData("identity")]
    [InlineData("GZIP", "identity")]
    public async Task A_file_under_an_encoding_is_decoded(string encoding, string? header = null)
    {
        foreach (var size in (long?[])[null, Size])
        {
            foreach (var isChunked in (bool[])[false, true])
            {
                await using var rig = await SavingRig.StartAsync(size, ServedFormat.Png);
                var image = rig.Images()[0];
                rig.Gallery.Faults.Add(Fault.Encoded(encoding, header));
                if (isChunked)
                {
                    rig.Gallery.Faults.Add(Fault.WithoutLength());
                }

                var saved = await rig.SaveAsync(image, rig.Options(hash: true));
                Assert.Equal((SaveStatus.Downloaded, 1, rig.Sha256Of(image.Id)), (saved.Status, saved.Attempts, saved.Sha256));
                Assert.Equal(rig.Gallery.MediaBytes(image.Id).LongLength, saved.Length);
                Assert.Equal([image.Id + ".png"], rig.Files());
            }
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Nothing_of_an_encoded_file_is_resumed(string encoding)
    {
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Png);
        var image = rig.Images()[0];
        rig.Gallery.Faults.Add(Fault.Encoded(encoding), Fault.AbortAfter(Cut));
        var saved = await rig.SaveAsync(image, rig.Options(hash: true), retries: 1);
        Assert.Equal((SaveStatus.Downloaded, 2, rig.Sha256Of(image.Id)), (saved.Status, saved.Attempts, saved.Sha256));
        Assert.All(rig.Gallery.Log.Media, request => Assert.Null(request.RangeStart));

        // In a later run neither.
        rig.Gallery.Faults.Add(Fault.Encoded(encoding), Fault.AbortAfter(Cut));
        await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image, rig.Options(force: true)));
        Assert.Equal([image.Id + ".png"], rig.Files());
    }

    [Fact]
    public async Task The_rest_of_a_plain_file_is_not_taken_from_an_encoded_one()
    {
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Webp);
        var image = rig.Images()[0];
        rig.Gallery.Faults.Add(
            Fault.AbortAfter(Cut),
            Fault.Answer("encoded rest", (file, start) => new MediaAnswer(206, MediaAnswer.Encode(file[Cut..], "gzip"), [new("Content-Range", $"bytes {Cut}-{file.Length - 1}/{file.Length}"), new("Content-Encoding", "gzip")])).OnResume(),
            Fault.WithoutLength().OnResume());
        var saved = await rig.SaveAsync(image, rig.Options(hash: true), retries: 1);
        Assert.Equal((SaveStatus.Downloaded, 3, rig.Sha256Of(image.Id)), (saved.Status, saved.Attempts, saved.Sha256));
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip, compress")]
    [InlineData("gzip, gzip, gzip, gzip")]
    public async Task An_encoding_that_cannot_be_taken_off_is_an_error_that_names_it(string encoding)
    {
        await using var rig = await SavingRig.StartAsync(Size);
        var image = rig.Images()[0];
        rig.Gallery.Faults.Add(Fault.Encoded(encoding).Forever());
        var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image, retries: 3));
        Assert.Equal(CivitaiError.MediaUnavailable, error.Error);
        Assert.Contains("Content-Encoding '" + encoding + "'", error.Message, StringComparison.Ordinal);
        Assert.Same(image, error.Target);
        Assert.Single(rig.Gallery.Log.Media);
        Assert.Empty(rig.Files());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task What_is_not_under_the_encoding_that_it_names_is_asked_for_again_and_then_an_error(string encoding)
    {
        foreach (var damage in (Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>[])[file => file, file => Damaged(MediaAnswer.Encode(file, encoding)), file => MediaAnswer.Encode(file, encoding)[..Cut]])
        {
            await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Png);
            var image = rig.Images()[0];
            rig.Gallery.Faults.Add(Fault.Answer("wrong " + encoding, (file, _) => new MediaAnswer(200, damage(file), new KeyValuePair<string, string>("Content-Encoding", encoding))).Times(2));
            var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image, retries: 1));
            Assert.Equal(CivitaiError.MediaIncomplete, error.Error);
            Assert.Equal(2, rig.Gallery.Log.Media.Count);
            Assert.Empty(rig.Files());
            Assert.Equal(SaveStatus.Downloaded, (await rig.SaveAsync(image)).Status);
        }
    }

    [Theory]
    [InlineData("{0}-{1}/{2}", 0, true)]
    [InlineData("{0}-{1}/*", 0, false)]
    [InlineData(null, 0, false)]
    [InlineData("{0}-{1}/{2}", 1, false)]
    [InlineData("*/{2}", 0, false)]
    public async Task A_part_is_taken_for_the_whole_where_it_is_the_whole(string? range, int missing, bool isTaken)
    {
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Webm);
        var image = rig.Images()[0];
        rig.Gallery.Faults.Add(Fault.Answer("part of all", (file, _) => Part(file[..^missing], range, 0, file.Length - 1 - missing, file.Length)));
        if (isTaken)
        {
            var saved = await rig.SaveAsync(image, rig.Options(hash: true));
            Assert.Equal((SaveStatus.Downloaded, 1, rig.Sha256Of(image.Id)), (saved.Status, saved.Attempts, saved.Sha256));
            return;
        }

        var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image));
        Assert.Equal(CivitaiError.MediaUnavailable, error.Error);
        Assert.Empty(rig.Files());

        // A cache that kept a part may give all of it next time.
        rig.Gallery.Faults.Clear();
        rig.Gallery.Faults.Add(Fault.Answer("part of all", (file, _) => Part(file[..^missing], range, 0, file.Length - 1 - missing, file.Length)));
        Assert.Equal(rig.Sha256Of(image.Id), (await rig.SaveAsync(image, rig.Options(hash: true), retries: 1)).Sha256);
    }

    [Fact]
    public async Task A_whole_that_came_as_a_part_is_resumed_too()
    {
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Webm);
        var image = rig.Images()[0];
        rig.Gallery.Faults.Add(Fault.Answer("part of all", (file, _) => Part(file, "{0}-{1}/{2}", 0, file.Length - 1, file.Length)), Fault.AbortAfter(Cut));
        var saved = await rig.SaveAsync(image, rig.Options(hash: true), retries: 1);
        Assert.Equal((SaveStatus.Resumed, 2, rig.Sha256Of(image.Id)), (saved.Status, saved.Attempts, saved.Sha256));
    }

    /// <summary>What comes of a request for the rest. Of a format whose end lies far behind: what is put together wrongly is noticed by nothing but the headers.</summary>
    [Theory]
    [InlineData("another beginning", SaveStatus.Downloaded, 3)]
    [InlineData("another end", SaveStatus.Downloaded, 3)]
    [InlineData("a smaller total", SaveStatus.Downloaded, 3)]
    [InlineData("a larger total", SaveStatus.Downloaded, 3)]
    [InlineData("an unknown total", SaveStatus.Downloaded, 3)]
    [InlineData("no range", SaveStatus.Downloaded, 3)]
    [InlineData("several ranges", SaveStatus.Downloaded, 3)]
    [InlineData("a weak tag", SaveStatus.Downloaded, 3)]
    [InlineData("another tag", SaveStatus.Downloaded, 3)]
    [InlineData("all of it as a part", SaveStatus.Downloaded, 2)]
    [InlineData("all of it", SaveStatus.Downloaded, 2)]
    [InlineData("nothing left", SaveStatus.Downloaded, 3)]
    [InlineData("the right rest", SaveStatus.Resumed, 2)]
    public async Task The_rest_is_taken_only_where_it_is_the_rest(string kind, SaveStatus status, int attempts)
    {
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Webm);
        var image = rig.Images()[0];
        rig.Gallery.Faults.Add(
            Fault.AbortAfter(Cut),
            Fault.Answer(kind, (file, start) => kind switch
            {
                "another beginning" => Part(file[(Cut + 1)..], "{0}-{1}/{2}", Cut + 1, file.Length - 1, file.Length),
                "another end" => Part(file[Cut..^1], "{0}-{1}/{2}", Cut, file.Length - 2, file.Length),
                "a smaller total" => Part(file[Cut..(Cut + 10)], "{0}-{1}/{2}", Cut, Cut + 9, Cut + 10),
                "a larger total" => Part(file[Cut..], "{0}-{1}/{2}", Cut, file.Length - 1, file.Length + 1000),
                "an unknown total" => Part(file[Cut..], "{0}-{1}/*", Cut, file.Length - 1, 0),
                "no range" => Part(file[Cut..], null, 0, 0, 0),
                "several ranges" => new MediaAnswer(206, file[Cut..], new KeyValuePair<string, string>("Content-Type", "multipart/byteranges; boundary=x")),
                "a weak tag" => Tagged(file, tag => "W/" + tag),
                "another tag" => Tagged(file, _ => "\"another\""),
                "all of it as a part" => Part(file, "{0}-{1}/{2}", 0, file.Length - 1, file.Length),
                "all of it" => new MediaAnswer(200, file),
                "nothing left" => new MediaAnswer(416, default, new KeyValuePair<string, string>("Content-Range", $"bytes */{file.Length}")),
                _ => Part(file[Cut..], "{0}-{1}/{2}", Cut, file.Length - 1, file.Length),
            }).OnResume());
        var saved = await rig.SaveAsync(image, rig.Options(hash: true), retries: 1);
        Assert.Equal((status, attempts, rig.Sha256Of(image.Id)), (saved.Status, saved.Attempts, saved.Sha256));
        Assert.Equal(Cut, rig.Gallery.Log.Media[1].RangeStart);
        Assert.Equal([image.Id + ".webm"], rig.Files());

        MediaAnswer Tagged(ReadOnlyMemory<byte> file, Func<string, string> change) => new(
            206,
            file[Cut..],
            new("Content-Range", string.Format(CultureInfo.InvariantCulture, "bytes {0}-{1}/{2}", Cut, file.Length - 1, file.Length)),
            new("ETag", change(rig.Gallery.Log.Media[1].Header("If-Range")!)));
    }

    [Fact]
    public async Task More_bytes_than_announced_are_wrong_and_none_of_them_is_kept()
    {
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Webm);
        var image = rig.Images()[0];

        // Without a length of its own the body can be longer than the range that it says it is.
        rig.Gallery.Faults.Add(
            Fault.AbortAfter(Cut),
            Fault.Answer("too many", (file, _) => Part((byte[])[.. file[Cut..].Span, .. new byte[1000]], "{0}-{1}/{2}", Cut, file.Length - 1, file.Length)).OnResume(),
            Fault.WithoutLength().OnResume());
        var saved = await rig.SaveAsync(image, rig.Options(hash: true), retries: 2);
        Assert.Equal((SaveStatus.Downloaded, 3, rig.Sha256Of(image.Id)), (saved.Status, saved.Attempts, saved.Sha256));
        Assert.Equal([null, Cut, null], rig.Gallery.Log.Media.Select(request => request.RangeStart));

        var other = rig.Images()[1];
        rig.Gallery.Faults.Add(Fault.Answer("too many", (file, _) => Part((byte[])[.. file.Span, 0], "{0}-{1}/{2}", 0, file.Length - 1, file.Length)), Fault.WithoutLength());
        var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(other));
        Assert.Equal(CivitaiError.MediaIncomplete, error.Error);
        Assert.Contains("More than the", error.Message, StringComparison.Ordinal);
        Assert.Equal([image.Id + ".webm"], rig.Files());
    }

    [Theory]
    [InlineData("<html><body>One moment, please: {0}</body></html>")]
    [InlineData("{{\"error\":\"overloaded\",\"padding\":\"{0}\"}}")]
    public async Task The_rest_of_a_page_in_place_of_a_file_is_not_asked_for(string page)
    {
        foreach (var length in (int[])[10, Cut])
        {
            await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Png);
            var image = rig.Images()[0];
            var body = System.Text.Encoding.ASCII.GetBytes(string.Format(CultureInfo.InvariantCulture, page, new string('x', length)));
            rig.Gallery.Faults.Add(Fault.Bytes(body), Fault.Header("ETag", "\"page\""));
            var saved = await rig.SaveAsync(image, rig.Options(hash: true), retries: 1);
            Assert.Equal((SaveStatus.Downloaded, 2, rig.Sha256Of(image.Id)), (saved.Status, saved.Attempts, saved.Sha256));
            Assert.All(rig.Gallery.Log.Media, request => Assert.Null(request.RangeStart));

            // Whatever was left of a page is not taken up by a later run either.
            rig.Gallery.Faults.Add(Fault.Bytes(body), Fault.Header("ETag", "\"page\""), Fault.AbortAfter(-1));
            await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image, rig.Options(force: true)));
            Assert.Equal([image.Id + ".png"], rig.Files());
        }
    }

    [Fact]
    public async Task A_file_that_changes_at_every_request_is_an_error_in_the_end()
    {
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Webm);
        var image = rig.Images()[0];
        rig.Gallery.Faults.Add(Fault.AbortAfter(Cut).When(request => request.RangeStart is null).Forever(), Fault.WrongContentRange().OnResume().Forever());
        var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image, retries: 20));
        Assert.Equal(CivitaiError.MediaUnavailable, error.Error);
        Assert.InRange(rig.Gallery.Log.Media.Count, 8, 10);
    }

    private static MediaAnswer Part(ReadOnlyMemory<byte> body, string? range, long from, long to, long total) =>
        MediaAnswer.Part(body, range is null ? null : "bytes " + string.Format(CultureInfo.InvariantCulture, range, from, to, total));

    private static byte[] Damaged(ReadOnlyMemory<byte> bytes)
    {
        var damaged = bytes.ToArray();
        damaged.AsSpan(0, 20).Fill(0xFF);
        return damaged;
    }
}
