using System.Net;
using System.Net.Http.Headers;
using Gallery;
using SkiaSharp;
using Xunit;

namespace Civitai.Client.Tests;

/// <summary>The embedded gallery itself: that its media are real and its host keeps the rules of HTTP.</summary>
public sealed class GalleryMedia
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    [Theory]
    [InlineData(ServedFormat.Png, "89504E47")]
    [InlineData(ServedFormat.Jpeg, "FFD8FF")]
    [InlineData(ServedFormat.Webp, "52494646")]
    [InlineData(ServedFormat.Gif, "47494638")]
    public async Task A_picture_decodes_padded_or_not(ServedFormat format, string signature)
    {
        foreach (var size in (long?[])[null, 200_000])
        {
            await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Catalogue = Catalogue.From([new CatalogueImage { Id = 5, MediaFormat = format, MediaSize = size }]) });
            var bytes = await Http.GetByteArrayAsync(gallery.MediaUrl(5), TestContext.Current.CancellationToken);
            Assert.Equal(gallery.MediaBytes(5), bytes);
            Assert.StartsWith(signature, Convert.ToHexString(bytes), StringComparison.Ordinal);
            Assert.InRange(bytes.Length, size is null ? 100 : 195_000, size is null ? 100_000 : 205_000);
            using var codec = SKCodec.Create(new MemoryStream(bytes));
            Assert.NotNull(codec);
            using var pixels = new SKBitmap(codec.Info);
            Assert.Equal(SKCodecResult.Success, codec.GetPixels(pixels.Info, pixels.GetPixels()));
            Assert.True(pixels.Pixels.Distinct().Count() > 8);
        }
    }

    [Theory]
    [InlineData(ServedFormat.Mp4)]
    [InlineData(ServedFormat.Avif)]
    public async Task Boxes_fill_the_file_exactly(ServedFormat format)
    {
        foreach (var size in (long?[])[null, 50_000])
        {
            await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Catalogue = Catalogue.From([new CatalogueImage { Id = 5, Type = "video", MediaFormat = format, MediaSize = size }]) });
            var bytes = gallery.MediaBytes(5);
            var at = 0;
            var names = new List<string>();
            while (at < bytes.Length)
            {
                names.Add(System.Text.Encoding.ASCII.GetString(bytes, at + 4, 4));
                at += System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
            }

            Assert.Equal(bytes.Length, at);
            Assert.Equal("ftyp", names[0]);
            Assert.Contains("mdat", names, StringComparer.Ordinal);
        }
    }

    [Fact]
    public async Task Media_are_the_same_in_every_gallery_and_differ_from_image_to_image()
    {
        await using var one = await GalleryServer.StartAsync(new GalleryOptions { Images = 40, Seed = 3 });
        await using var other = await GalleryServer.StartAsync(new GalleryOptions { Images = 40, Seed = 3, Bulk = false, SeparateMediaHost = true });
        var all = one.Catalogue.Images.Select(image => Convert.ToHexString(one.MediaBytes(image.Id))).ToList();
        Assert.Equal(all, other.Catalogue.Images.Select(image => Convert.ToHexString(other.MediaBytes(image.Id))), StringComparer.Ordinal);
        Assert.Equal(all.Count, all.Distinct(StringComparer.Ordinal).Count());
        Assert.NotEqual(other.BaseUri.Port, other.MediaUri.Port);
        Assert.Equal(other.MediaUri.Port, other.MediaUrl(other.Catalogue.Images[0].Id).Port);
    }

    [Fact]
    public async Task A_range_is_given_while_the_validator_holds()
    {
        await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 5 });
        var id = gallery.Catalogue.Images[0].Id;
        var whole = gallery.MediaBytes(id);

        var first = await Get(gallery, id, null, null);
        Assert.Equal(whole, first.Body);
        var part = await Get(gallery, id, new RangeHeaderValue(100, null), first.Tag);
        Assert.Equal(HttpStatusCode.PartialContent, part.Status);
        Assert.Equal(whole[100..], part.Body);
        Assert.Equal(FormattableString.Invariant($"bytes 100-{whole.Length - 1}/{whole.Length}"), part.ContentRange);
        Assert.Equal(whole[^10..], (await Get(gallery, id, new RangeHeaderValue(null, 10), null)).Body);

        var beyond = await Get(gallery, id, new RangeHeaderValue(whole.Length, null), first.Tag);
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.Status);
        Assert.Equal(FormattableString.Invariant($"bytes */{whole.Length}"), beyond.ContentRange);

        gallery.Faults.Add(Fault.ChangedETag());
        var changed = await Get(gallery, id, new RangeHeaderValue(100, null), first.Tag);
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.NotEqual(whole, changed.Body);
        Assert.Equal(gallery.MediaBytes(id), changed.Body);
        Assert.NotEqual(first.Tag, changed.Tag);
    }

    [Fact]
    public async Task A_rendition_has_the_width_of_the_next_step_of_the_ladder()
    {
        await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 5 });
        var address = gallery.MediaUrl(gallery.Catalogue.Images.First(image => image.Type == "image").Id).AbsoluteUri;
        using var rendition = SKBitmap.Decode(await Http.GetByteArrayAsync(new Uri(address.Replace("original=true", "width=330", StringComparison.Ordinal)), TestContext.Current.CancellationToken));
        Assert.Equal(450, rendition.Width);
        Assert.True(gallery.Log.Media.Single().Completed);
        Assert.Equal(0, gallery.OpenResponses);
    }

    private static async Task<(HttpStatusCode Status, byte[] Body, EntityTagHeaderValue? Tag, string? ContentRange)> Get(GalleryServer gallery, long id, RangeHeaderValue? range, EntityTagHeaderValue? ifRange)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, gallery.MediaUrl(id));
        request.Headers.Range = range;
        request.Headers.IfRange = ifRange is null ? null : new RangeConditionHeaderValue(ifRange);
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), response.Headers.ETag, response.Content.Headers.ContentRange?.ToString());
    }
}
