using System;
using System.Buffers.Binary;

namespace Civitai.Client.Downloads;

/// <summary>
/// Tells a format by a file's first bytes. The service's addresses and content types are nominal (pictures are always <c>.jpeg</c> there), the bytes are not.
/// </summary>
internal static class MediaSniffer
{
    /// <summary>So many bytes decide in every case but for sound behind a tag, of which <see cref="TaggedAudio"/> tells more.</summary>
    internal const int MaximumLength = 128;

    // A box is announced with four bytes of length and four of type.
    private const int BoxHeaderLength = 8;

    /// <summary>Tells the format.</summary>
    /// <param name="head">The file's first bytes.</param>
    /// <param name="isAll">Whether no more bytes follow, or <see cref="MaximumLength"/> are there.</param>
    /// <param name="format">
    /// The format, or null where the bytes are of none that is known. <see cref="MediaFormat.Mp3"/> says no more than that <see cref="TaggedAudio"/> must be asked.
    /// </param>
    /// <returns>False when more bytes are needed.</returns>
    internal static bool TryTell(ReadOnlySpan<byte> head, bool isAll, out MediaFormat? format)
    {
        format = null;
        if (head.Length < 12 && !isAll)
        {
            return false;
        }

        if (head.Length >= 12 && (head.StartsWith("RIFF"u8) || head.StartsWith("RF64"u8) || head.StartsWith("BW64"u8)))
        {
            var content = head.Slice(8, 4);
            format = content.SequenceEqual("WAVE"u8) ? MediaFormat.Wav : content.SequenceEqual("WEBP"u8) && head[1] == 'I' ? MediaFormat.Webp : null;
        }
        else if (TellBySignature(head) is { } known)
        {
            format = known;
        }
        else if (head.Length >= BoxHeaderLength && IsQuickTimeAtom(head))
        {
            // Room for an index may stand before the brand.
            var at = PassFreeAtoms(head);
            if (head.Length < at + 12 && at + 12 <= MaximumLength && !isAll)
            {
                return false;
            }

            return head.Length >= at + 12 && head.Slice(at + 4, 4).SequenceEqual("ftyp"u8)
                ? TryTellBrand(head.Slice(at), isAll, out format)
                : IsQuickTime(out format);
        }
        else if (head.Length >= 12 && head.Slice(4, 4).SequenceEqual("ftyp"u8))
        {
            return TryTellBrand(head, isAll, out format);
        }
        else if (TaggedAudio.IsTagHeader(head) || MpegAudioEnd.LengthOf(head) > 0 || (head.Length > 0 && head[0] == 0))
        {
            format = MediaFormat.Mp3;
        }

        return true;
    }

    /// <summary>Whether a JPEG XL file is a codestream without a container.</summary>
    internal static bool IsBareJxl(ReadOnlySpan<byte> head) => head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]);

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> JxlSignature => [0, 0, 0, 12, (byte)'J', (byte)'X', (byte)'L', (byte)' ', 0x0D, 0x0A, 0x87, 0x0A];

    private static MediaFormat? TellBySignature(ReadOnlySpan<byte> head) =>
        head.StartsWith(PngSignature) ? MediaFormat.Png
        : head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? MediaFormat.Jpeg
        : head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8) ? MediaFormat.Gif
        : head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]) ? MediaFormat.Webm
        : head.StartsWith(JxlSignature) || IsBareJxl(head) ? MediaFormat.Jxl
        : head.StartsWith("OggS\0"u8) ? MediaFormat.Ogg
        : head.StartsWith("fLaC"u8) ? MediaFormat.Flac
        : null;

    // ISO/IEC 14496-12: ftyp holds a major brand, a version and the compatible brands. The general brands of pictures leave it to the compatible ones to say which.
    private static bool TryTellBrand(ReadOnlySpan<byte> head, bool isAll, out MediaFormat? format)
    {
        var major = head.Slice(8, 4);
        if (!IsOneOf(major, "mif1 mif2 mif3 msf1 miaf"))
        {
            format = OfPictureBrand(major)
                ?? (major.SequenceEqual("qt  "u8) ? MediaFormat.Mov
                : IsOneOf(major, "M4A  M4B  M4P  F4A  F4B ") ? MediaFormat.M4a
                : MediaFormat.Mp4);
            return true;
        }

        format = null;
        var end = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(head), MaximumLength);
        if (head.Length < end && !isAll)
        {
            return false;
        }

        // A picture of an unknown kind in the container that is known. The short form of AVIF tells its kind in place of the version.
        format = MediaFormat.Heic;
        for (var at = 12; at + 4 <= Math.Min(end, head.Length); at += 4)
        {
            if (OfPictureBrand(head.Slice(at, 4)) is { } picture)
            {
                format = picture;
                break;
            }
        }

        return true;
    }

    // ISO/IEC 23008-12 and the AV1 Image File Format: pictures and sequences of AV1, HEVC, layered HEVC, AVC, VVC, EVC and JPEG.
    private static MediaFormat? OfPictureBrand(ReadOnlySpan<byte> brand) =>
        IsOneOf(brand, "avif avis MA1A MA1B") ? MediaFormat.Avif
        : IsOneOf(brand, "heic heix hevc hevx heim heis hevm hevs avci avcs vvic vvis evbi evbs evmi evms jpeg jpgs") ? MediaFormat.Heic
        : null;

    // The atoms that QuickTime files without ftyp begin with. Words of a text can look like one: their lengths then are far beyond what these ever have.
    private static bool IsQuickTimeAtom(ReadOnlySpan<byte> head)
    {
        var type = head.Slice(4, 4);
        return IsOneOf(type, "mdat") || (head[0] < 0x10 && IsOneOf(type, "moov")) || (head[0] == 0 && IsOneOf(type, "free skip wide pnot pict PICT junk uuid udta prfl"));
    }

    private static bool IsQuickTime(out MediaFormat? format)
    {
        format = MediaFormat.Mov;
        return true;
    }

    private static int PassFreeAtoms(ReadOnlySpan<byte> head)
    {
        var at = 0;
        while (at + BoxHeaderLength <= head.Length && head[at] == 0 && IsOneOf(head.Slice(at + 4, 4), "free skip wide junk uuid"))
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(head.Slice(at));
            if (length < BoxHeaderLength || length > MaximumLength)
            {
                return MaximumLength;
            }

            at += (int)length;
        }

        return at;
    }

    /// <summary>Whether four characters are among others that stand with a blank between them.</summary>
    private static bool IsOneOf(ReadOnlySpan<byte> type, string known)
    {
        for (var at = 0; at + 4 <= known.Length; at += 5)
        {
            if (type[0] == known[at] && type[1] == known[at + 1] && type[2] == known[at + 2] && type[3] == known[at + 3])
            {
                return true;
            }
        }

        return false;
    }
}
