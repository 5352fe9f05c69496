using SkiaSharp;
using static Gallery.Containers;

namespace Gallery;

/// <summary>Small files of every format that is saved, in the forms that programs give them.</summary>
public static class SmallFiles
{
    private static readonly Lazy<SmallFile[]> Made = new(() => [.. Pictures(), .. SmallBoxes.Movies(), .. SmallBoxes.Heif(), .. SmallBoxes.Jxl(), .. Matroska(), .. SmallSounds.Mpeg(), .. SmallSounds.Wav(), .. SmallSounds.Ogg(), .. SmallSounds.Flac()]);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SmallFile> All => Made.Value;

    private static IEnumerable<SmallFile> Pictures()
    {
        var jpeg = global::Gallery.Pictures.Draw(1, 16, 16, SKEncodedImageFormat.Jpeg);
        byte[] thumbnail = [0xFF, 0xD8, 0xFF, 0xDB, 0, 2, 0xFF, 0xD9];
        yield return new("png", "png", global::Gallery.Pictures.Draw(1, 16, 16, SKEncodedImageFormat.Png));
        yield return new("jpeg", "jpg", jpeg);
        yield return new("jpeg with a thumbnail", "jpg", [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(thumbnail.Length + 2), .. thumbnail, .. jpeg[2..]]);
        yield return new("webp", "webp", global::Gallery.Pictures.Draw(1, 16, 16, SKEncodedImageFormat.Webp));
        yield return new("gif", "gif", [.. "GIF87a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 9, 9, 9, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B]);

        // The colours of each picture are its own, and hold bytes that would end the file anywhere else.
        byte[] picture = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0x81, 0x3B, 0x3B, 0x3B, 0, 0x3B, 0, 0, 0x3B, 0x3B, 0, 0, 0, 2, 2, 0x44, 1, 0];
        yield return new("gif with local colours", "gif", [.. "GIF89a"u8, 1, 0, 1, 0, 0, 0, 0, 0x21, 0xFE, 2, 0x3B, 0x3B, 1, 0x3B, 0, .. picture, 0x21, 0xF9, 4, 0, 0, 0x3B, 0x3B, 0, .. picture, 0, 0x3B]);
    }

    private static IEnumerable<SmallFile> Matroska()
    {
        var header = Element(0x1A45DFA3, Concat(Element(0x4286, [1]), Element(0x4282, "webm"u8.ToArray())));
        var info = Element(0x1549A966, Element(0x2AD7B1, [0x0F, 0x42, 0x40]));
        var first = Element(0x1F43B675, Concat(Element(0xE7, [0]), Element(0xA3, [0x81, 0, 0, 0x80, 1, 2, 3])));
        var second = Element(0x1F43B675, Concat(Element(0xE7, [1]), Element(0xA3, [0x81, 0, 0, 0x80, 4, 5, 6])));
        var all = Concat(header, Element(0xEC, new byte[3]), Element(0x18538067, Concat(info, first, second)));
        yield return new("webm", "webm", all);

        // Short ids and lengths of one byte, as small files have them.
        yield return new("webm with short lengths", "webm", [.. header, 0x18, 0x53, 0x80, 0x67, 0x80 | 14, 0xEC, 0x80, 0xEC, 0x8A, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);

        byte[] openSegment = [.. header, 0x18, 0x53, 0x80, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        byte[] recording = [.. openSegment, .. info, .. first, .. second];
        var ends = (int[])[openSegment.Length, openSegment.Length + info.Length, openSegment.Length + info.Length + first.Length];
        yield return new("webm of unknown length", "webm", recording, recording.Length, ends);

        // A browser's recorder does not know how long a cluster becomes.
        byte[] openCluster = [0x1F, 0x43, 0xB6, 0x75, 0xFF];
        byte[] time = [0xE7, 0x81, 0];
        byte[] block = [0xA3, 0x85, 0x81, 0, 0, 0x80, 7];
        byte[] live = [.. openSegment, .. info, .. openCluster, .. time, .. block, .. openCluster, .. time, .. block];
        var at = openSegment.Length + info.Length;
        yield return new("webm of unknown clusters", "webm", live, live.Length, [openSegment.Length, at, at + 5, at + 8, at + 15, at + 20, at + 23]);
    }
}
