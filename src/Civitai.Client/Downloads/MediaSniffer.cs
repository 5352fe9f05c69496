using System;
using System.Buffers.Binary;

namespace Civitai.Client.Downloads;

/// <summary>
/// Tells a format by a file's first bytes. The service's addresses and content types are nominal (pictures are always <c>.jpeg</c> there), the bytes are not.
/// </summary>
internal static class MediaSniffer
{
    /// <summary>So many bytes decide in every case.</summary>
    internal const int MaximumLength = 128;

    /// <summary>Tells the format.</summary>
    /// <param name="head">The file's first bytes.</param>
    /// <param name="isAll">Whether no more bytes follow, or <see cref="MaximumLength"/> are there.</param>
    /// <param name="format">The format, or null where the bytes are of none that is known.</param>
    /// <returns>False when more bytes are needed.</returns>
    internal static bool TryTell(ReadOnlySpan<byte> head, bool isAll, out MediaFormat? format)
    {
        format = null;
        if (head.Length < 12 && !isAll)
        {
            return false;
        }

        if (head.StartsWith(PngSignature))
        {
            format = MediaFormat.Png;
        }
        else if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            format = MediaFormat.Jpeg;
        }
        else if (head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8))
        {
            format = MediaFormat.Gif;
        }
        else if (head.Length >= 12 && head.StartsWith("RIFF"u8) && head.Slice(8, 4).SequenceEqual("WEBP"u8))
        {
            format = MediaFormat.Webp;
        }
        else if (head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]))
        {
            format = MediaFormat.Webm;
        }
        else if (head.Length >= 12 && head.Slice(4, 4).SequenceEqual("ftyp"u8))
        {
            return TryTellBrand(head, isAll, out format);
        }
        else if (head.Length >= 8 && IsQuickTimeBox(head.Slice(4, 4)))
        {
            format = MediaFormat.Mov;
        }
        else if (head.StartsWith("ID3"u8) || IsMpegAudioFrame(head))
        {
            format = MediaFormat.Mp3;
        }

        return true;
    }

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    // ISO/IEC 14496-12: ftyp holds a major brand, a version and the compatible brands. avif and avis are AV1 pictures; mif1 and msf1 are
    // "some picture" and leave it to the compatible brands to say which.
    private static bool TryTellBrand(ReadOnlySpan<byte> head, bool isAll, out MediaFormat? format)
    {
        format = null;
        var major = head.Slice(8, 4);
        if (major.SequenceEqual("avif"u8) || major.SequenceEqual("avis"u8))
        {
            format = MediaFormat.Avif;
            return true;
        }

        if (major.SequenceEqual("qt  "u8))
        {
            format = MediaFormat.Mov;
            return true;
        }

        if (!major.SequenceEqual("mif1"u8) && !major.SequenceEqual("msf1"u8))
        {
            var isOtherPicture = major.SequenceEqual("heic"u8) || major.SequenceEqual("heix"u8) || major.SequenceEqual("hevc"u8);
            format = isOtherPicture ? null : MediaFormat.Mp4;
            return true;
        }

        var end = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(head), MaximumLength);
        if (head.Length < end && !isAll)
        {
            return false;
        }

        for (var at = 16; at + 4 <= Math.Min(end, head.Length); at += 4)
        {
            var brand = head.Slice(at, 4);
            if (brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8))
            {
                format = MediaFormat.Avif;
                break;
            }
        }

        return true;
    }

    // QuickTime files older than ftyp begin with one of these atoms.
    private static bool IsQuickTimeBox(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("moov"u8) || type.SequenceEqual("mdat"u8) || type.SequenceEqual("wide"u8) || type.SequenceEqual("pnot"u8);

    // ISO/IEC 11172-3: eleven bits of sync, a version and a layer that exist, a bit rate and a sampling rate that are not reserved.
    private static bool IsMpegAudioFrame(ReadOnlySpan<byte> head) =>
        head.Length >= 4
        && head[0] == 0xFF
        && (head[1] & 0xE0) == 0xE0
        && (head[1] & 0x18) != 0x08
        && (head[1] & 0x06) != 0x00
        && (head[2] & 0xF0) != 0xF0
        && (head[2] & 0x0C) != 0x0C;
}
