using Civitai.Client.Downloads;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

public sealed class MediaScannerTests
{
    public static TheoryData<ServedFormat, MediaFormat, bool> Formats => new()
    {
        { ServedFormat.Png, MediaFormat.Png, true },
        { ServedFormat.Jpeg, MediaFormat.Jpeg, true },
        { ServedFormat.Webp, MediaFormat.Webp, true },
        { ServedFormat.Gif, MediaFormat.Gif, true },
        { ServedFormat.Avif, MediaFormat.Avif, true },
        { ServedFormat.Mp4, MediaFormat.Mp4, true },
        { ServedFormat.Webm, MediaFormat.Webm, false },
        { ServedFormat.Mp3, MediaFormat.Mp3, false },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_file_is_known_by_its_bytes_and_whole_only_with_its_end(ServedFormat served, MediaFormat format, bool hasEnd)
    {
        await using var rig = await SavingRig.StartAsync(format: served);
        var bytes = rig.Gallery.MediaBytes(rig.Images()[0].Id);

        Assert.Equal((format, true), Scan(bytes, bytes.Length));
        Assert.Equal((format, true), Scan(bytes, 1));
        Assert.Equal((format, true), Scan(bytes, 7));
        Assert.Equal((format, true), Scan([.. bytes, .. new byte[1000]], 100));
        Assert.Equal((format, true), Scan([.. bytes, .. "\r\n<!-- cached -->"u8], 100));
        if (hasEnd)
        {
            // The scanner goes over the file once; before each byte, a file that ended there would not be whole.
            var scanner = new MediaScanner();
            for (var at = 0; at < bytes.Length; at++)
            {
                var isWhole = scanner.IsWhole && at < bytes.Length;
                if (isWhole)
                {
                    // What may follow the last needed box is nothing that is needed.
                    Assert.True(format is MediaFormat.Mp4 or MediaFormat.Avif, $"whole after {at} of {bytes.Length} bytes");
                }

                scanner.Append(bytes.AsSpan(at, 1));
            }

            Assert.True(scanner.IsWhole);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_padded_file_is_whole_too(ServedFormat served, MediaFormat format, bool hasEnd)
    {
        await using var rig = await SavingRig.StartAsync(mediaSize: 700_000, format: served);
        var bytes = rig.Gallery.MediaBytes(rig.Images()[0].Id);
        Assert.Equal((format, true), Scan(bytes, 65_536));
        Assert.Equal((format, !hasEnd), Scan(bytes[..(bytes.Length / 2)], 65_536));
        Assert.Equal((format, !hasEnd), Scan(bytes[..^1], 65_536));
    }

    [Fact]
    public void The_end_of_an_embedded_thumbnail_is_not_the_end_of_a_jpeg()
    {
        byte[] thumbnail = [0xFF, 0xD8, 0xFF, 0xDB, 0, 2, 0xFF, 0xD9];
        byte[] file = [0xFF, 0xD8, 0xFF, 0xE1, 0, (byte)(thumbnail.Length + 2), .. thumbnail, 0xFF, 0xDA, 0, 3, 0, 1, 2, 0xFF, 0, 3, 0xFF, 0xD0, 4, 0xFF, 0xFF, 0xD9];
        for (var length = 0; length < file.Length; length++)
        {
            Assert.False(Scan(file[..length], 5).IsWhole);
        }

        Assert.True(Scan(file, 5).IsWhole);
    }

    [Theory]
    [InlineData("isom", MediaFormat.Mp4)]
    [InlineData("M4V ", MediaFormat.Mp4)]
    [InlineData("qt  ", MediaFormat.Mov)]
    [InlineData("avis", MediaFormat.Avif)]
    [InlineData("mif1", MediaFormat.Avif)]
    [InlineData("heic", null)]
    public void A_brand_tells_the_container(string brand, MediaFormat? expected)
    {
        byte[] file = [0, 0, 0, 24, .. "ftyp"u8, .. System.Text.Encoding.ASCII.GetBytes(brand), 0, 0, 0, 0, .. "miafavif"u8];
        Assert.Equal(expected, Scan(file, 1).Format);
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html></html>")]
    [InlineData("{\"error\":\"no\"}")]
    [InlineData("")]
    [InlineData("GIF8")]
    [InlineData("RIFF0000WAVEfmt ")]
    public void What_is_no_media_is_refused(string text)
    {
        var scanner = new MediaScanner();
        scanner.Append(System.Text.Encoding.ASCII.GetBytes(text));
        scanner.End();
        Assert.True(scanner.IsRefused);
    }

    private static (MediaFormat? Format, bool IsWhole) Scan(byte[] bytes, int step)
    {
        var scanner = new MediaScanner();
        for (var at = 0; at < bytes.Length; at += step)
        {
            scanner.Append(bytes.AsSpan(at, Math.Min(step, bytes.Length - at)));
        }

        scanner.End();
        return (scanner.Format, scanner.IsWhole);
    }
}
