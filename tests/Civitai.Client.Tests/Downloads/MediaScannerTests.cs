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
        { ServedFormat.Webm, MediaFormat.Webm, true },
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
    [InlineData("heic", MediaFormat.Heic)]
    public void A_brand_tells_the_container(string brand, MediaFormat expected)
    {
        byte[] file = [0, 0, 0, 24, .. "ftyp"u8, .. System.Text.Encoding.ASCII.GetBytes(brand), 0, 0, 0, 0, .. "miafavif"u8];
        Assert.Equal(expected, Scan(file, 1).Format);
    }

    public static TheoryData<string> SmallOnes => [.. SmallFiles.All.Select(file => file.Name)];

    // One frame alone is told from other bytes by nothing but its end.
    public static TheoryData<string> SmallOnesThatSayWhatTheyAre => [.. SmallFiles.All.Select(file => file.Name).Where(name => name != "mp3 of one frame")];

    public static TheoryData<string, byte[]> Others => new()
    {
        { "a page", "<!DOCTYPE html><html></html>"u8.ToArray() },
        { "JSON", "{\"error\":\"no\"}"u8.ToArray() },
        { "JSON in UTF-16", [0xFF, 0xFE, .. System.Text.Encoding.Unicode.GetBytes("{\"error\":\"" + new string('x', 3000) + "\"}")] },
        { "JSON in UTF-16, big-endian", [0xFE, 0xFF, .. System.Text.Encoding.BigEndianUnicode.GetBytes("{\"error\":\"no\"}")] },
        { "a text that begins as a tag does", "ID3rd party error page: the file is not available any more, ask somebody else"u8.ToArray() },
        { "a tag of an unknown version", [.. "ID3"u8, 5, 0, 0, 0, 0, 0, 9, .. new byte[200]] },
        { "a text with a word for room", "The free plan does not include this file. Upgrade to get it."u8.ToArray() },
        { "nothing", [] },
        { "half a signature", "GIF8"u8.ToArray() },
        { "another RIFF", "RIFF\x24\0\0\0AVI LIST                                        "u8.ToArray() },
        { "a newer Ogg", [.. "OggS"u8, 1, 2, .. new byte[200]] },
        { "zeros", new byte[200_000] },
        { "few zeros", new byte[5] },
        { "zeros and a text", [.. new byte[300], .. "Not found, not found, not found"u8] },
        { "a frame and then something else", [0xFF, 0xFB, 0x10, 0x64, .. new byte[100], .. "no frame"u8] },
        { "a frame without bit rate", [0xFF, 0xFB, 0x00, 0x64, .. new byte[2000]] },
        { "a frame of layer I", [0xFF, 0xFF, 0x14, 0x04, .. new byte[2000]] },
    };

    [Theory]
    [MemberData(nameof(SmallOnes))]
    public void A_small_file_is_whole_and_every_cut_is_noticed_that_its_format_tells(string name)
    {
        var file = SmallFiles.All.Single(file => file.Name == name);
        for (var length = 0; length <= file.Bytes.Length; length++)
        {
            var (format, isWhole) = Scan(file.Bytes[..length], 64);
            Assert.True(file.IsWholeAt(length) == isWhole, $"{length} of {file.Bytes.Length} bytes are {(isWhole ? "whole" : "not whole")}");
            Assert.True(!isWhole || MediaFormats.ExtensionOf(format!.Value) == "." + file.Extension, $"{length} bytes are {format}");
        }
    }

    [Theory]
    [MemberData(nameof(SmallOnesThatSayWhatTheyAre))]
    public void What_follows_a_whole_file_is_no_fault(string name)
    {
        var file = SmallFiles.All.Single(file => file.Name == name);
        foreach (var tail in (byte[][])[[0], new byte[1000], [.. "\r\n<!-- cached by something, 2024 -->"u8], [.. "TAG"u8, .. new byte[125]]])
        {
            var (format, isWhole) = Scan([.. file.Bytes, .. tail], 100);
            Assert.Equal("." + file.Extension, MediaFormats.ExtensionOf(format!.Value));
            Assert.True(isWhole, $"not whole with {tail.Length} bytes behind it");
        }
    }

    [Theory]
    [MemberData(nameof(SmallOnes))]
    public void However_the_bytes_come_the_verdict_is_the_same(string name)
    {
        var file = SmallFiles.All.Single(file => file.Name == name);
        var random = new Random(name.Length);
        for (var round = 0; round < 300; round++)
        {
            // As it is, and with bytes changed, taken out, doubled and cut off.
            var bytes = file.Bytes.ToList();
            for (var changes = round == 0 ? 0 : random.Next(1, 5); changes > 0 && bytes.Count > 0; changes--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        bytes.RemoveRange(at, random.Next(Math.Min(9, bytes.Count - at)));
                        break;
                    case 2:
                        bytes.InsertRange(at, bytes.GetRange(at, random.Next(Math.Min(99, bytes.Count - at))));
                        break;
                    default:
                        bytes[at] = (byte)(random.Next(2) * 255);
                        break;
                }
            }

            byte[] input = [.. bytes];
            var expected = Scan(input, Math.Max(1, input.Length));
            Assert.Equal(expected, Scan(input, 1));
            Assert.Equal(expected, Scan(input, 7));
            Assert.Equal(expected, Scan(input, 1 + random.Next(200)));
        }
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void What_is_no_media_is_refused(string what, byte[] bytes)
    {
        foreach (var step in (int[])[1, 50, 5000])
        {
            var scanner = new MediaScanner();
            for (var at = 0; at < bytes.Length; at += step)
            {
                scanner.Append(bytes.AsSpan(at, Math.Min(step, bytes.Length - at)));
            }

            scanner.End();
            Assert.True(scanner.IsRefused, what);
            Assert.Null(scanner.Format);
        }
    }

    [Fact]
    public void What_only_looks_like_sound_is_refused_before_all_of_it_has_come()
    {
        var scanner = new MediaScanner();
        scanner.Append(new byte[70_000]);
        Assert.True(scanner.IsRefused);
        scanner.Reset();
        scanner.Append([0xFF, 0xFB, 0x10, 0x64, .. new byte[100], .. "no frame"u8, .. new byte[100]]);
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
