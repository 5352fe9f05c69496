using System.Globalization;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

/// <summary>Only what a server vouches for byte by byte is resumed; nothing else may be put together of two answers.</summary>
public sealed class ValidatorTests
{
    private const long Size = 700_000;
    private const long Received = 300_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\"strong\"", null, true)]
    [InlineData("W/\"weak\"", null, false)]
    // A date stands in for a tag only where there is none at all (RFC 9110, 13.1.5).
    [InlineData("W/\"weak\"", 3600, false)]
    [InlineData(null, 3600, true)]
    [InlineData(null, 0, false)]
    [InlineData(null, -3600, false)]
    [InlineData(null, null, false)]
    public async Task Only_a_strong_tag_or_an_old_date_without_any_is_resumed_with(string? tag, int? secondsAgo, bool isResumed)
    {
        // Of a format that does not show a mixture.
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Webm);
        var image = rig.Images()[0];
        var modified = secondsAgo is { } ago ? DateTimeOffset.UtcNow.AddSeconds(-ago).ToString("r", CultureInfo.InvariantCulture) : null;
        rig.Gallery.Faults.Add(Fault.AbortAfter(Received));
        rig.Gallery.Faults.Add(Validators(tag, modified));
        await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image));
        rig.Gallery.Faults.Add(Validators(tag, modified));
        rig.Gallery.Faults.Add(Fault.IgnoreIfRange());
        var saved = await rig.SaveAsync(image);

        var request = rig.Gallery.Log.Media[^1];
        Assert.Equal(isResumed, request.RangeStart is not null);
        Assert.Equal(isResumed ? SaveStatus.Resumed : SaveStatus.Downloaded, saved.Status);
        if (isResumed)
        {
            Assert.Equal(tag is "\"strong\"" ? tag : modified, request.Header("If-Range"));
        }

        Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(saved.Path!));
    }

    [Theory]
    [InlineData("another tag")]
    [InlineData("another date")]
    [InlineData("a greater total")]
    [InlineData("a smaller total")]
    public async Task The_rest_of_another_version_is_not_put_behind_what_is_there(string what)
    {
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Webm);
        var image = rig.Images()[0];
        var length = rig.Gallery.MediaBytes(image.Id).LongLength;
        if (what == "another date")
        {
            rig.Gallery.Faults.Add(Fault.WithoutHeader("ETag").Forever());
        }

        rig.Gallery.Faults.Add(Fault.AbortAfter(Received));
        await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image));
        var from = new FileInfo(Path.Combine(rig.Folder, image.Id + ".part")).Length;

        // The answer to the range is of another version, whatever was asked for.
        if (what is "another tag" or "another date")
        {
            rig.Gallery.ChangeMedia(image.Id);
            rig.Gallery.Faults.Add(Fault.IgnoreIfRange().OnResume());
        }
        else
        {
            var total = what == "a greater total" ? length + 1 : length - 1;
            rig.Gallery.Faults.Add(Fault.WrongContentRange(string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{length - 1}/{total}")).OnResume());
        }

        var saved = await rig.SaveAsync(image, retries: 2);
        Assert.Equal(SaveStatus.Downloaded, saved.Status);
        Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(saved.Path!));
    }

    [Theory]
    [InlineData(ServedFormat.Webm)]
    [InlineData(ServedFormat.Mp3)]
    [InlineData(ServedFormat.Png)]
    public async Task A_file_that_is_shorter_than_announced_is_none(ServedFormat format)
    {
        foreach (var fault in (Fault[])[Fault.WrongLength(1000), Fault.AbortAfter(Received)])
        {
            await using var rig = await SavingRig.StartAsync(Size, format);
            var image = rig.Images()[0];
            rig.Gallery.Faults.Add(fault.Forever());
            await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image));
            Assert.All(rig.Files(), file => Assert.Contains(".part", file, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_host_that_gives_other_bytes_at_every_request_is_given_up()
    {
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Webm);
        var image = rig.Images()[0];
        rig.Gallery.Faults.Add(Fault.AbortAfter(Received).When(request => request.RangeStart is null).Forever());
        rig.Gallery.Faults.Add(Fault.WrongContentRange().OnResume().Forever());
        var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image, retries: 3).WaitAsync(GalleryServer.Patience, Stop));
        Assert.Contains(error.ErrorId, (string[])["CivitaiMediaUnavailable", "CivitaiMediaIncomplete"], StringComparer.Ordinal);
        Assert.InRange(rig.Gallery.Log.Media.Count, 2, 30);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_still_picture_is_not_saved_for_a_video_even_where_the_video_rendition_is_one(bool webp)
    {
        await using var rig = await SavingRig.StartAsync();
        var picture = rig.Gallery.MediaBytes(rig.Images()[0].Id);
        rig.Gallery.Faults.Add(Fault.StillInsteadOfVideo(webp));
        rig.Gallery.Faults.Add(Fault.Bytes(picture, "image/png").When(request => request.Path.Contains("/transcode=true", StringComparison.Ordinal)).Forever());
        var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(rig.Images("video")[0]));
        Assert.Equal("CivitaiMediaInvalid", error.ErrorId);
        Assert.Empty(rig.Files());
        Assert.Equal(2, rig.Gallery.Log.Media.Count);
    }

    private static Fault[] Validators(string? tag, string? modified) =>
    [
        tag is null ? Fault.WithoutHeader("ETag") : Fault.Header("ETag", tag),
        modified is null ? Fault.WithoutHeader("Last-Modified") : Fault.Header("Last-Modified", modified),
    ];
}
