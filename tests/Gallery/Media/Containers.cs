using System.Buffers.Binary;
using System.Text;

namespace Gallery;

/// <summary>
/// Writes the container formats byte by byte, each with a comment that tells one file from another and, if wanted, padded to a length in a place where its format allows it.
/// The noise that pads is the same for all images but for its beginning, so that a large file costs little.
/// </summary>
internal static class Containers
{
    public static byte[] Png(byte[] drawn, string comment, long? size)
    {
        // Signature and IHDR stay in front: 8 + 25 bytes.
        const int afterHeader = 33;
        var text = Encoding.Latin1.GetBytes("parameters\0" + comment);
        var output = new ByteList(drawn.Length + text.Length + 64);
        output.Add(drawn.AsSpan(0, afterHeader));
        PngChunk(output, "tEXt"u8, text);
        var missing = (size ?? 0) - (drawn.Length + text.Length + 12) - 12;
        if (missing > 0)
        {
            PngChunk(output, "paDd"u8, Noise(missing, comment));
        }

        output.Add(drawn.AsSpan(afterHeader));
        return output.ToArray();
    }

    public static byte[] Jpeg(byte[] drawn, string comment, long? size)
    {
        var output = new ByteList(drawn.Length + comment.Length + 16);
        // Some readers want the JFIF segment first.
        var start = drawn[3] == 0xE0 ? 4 + (drawn[4] << 8) + drawn[5] : 2;
        output.Add(drawn.AsSpan(0, start));
        JpegComment(output, Encoding.UTF8.GetBytes(comment));
        var missing = (size ?? 0) - (drawn.Length + Encoding.UTF8.GetByteCount(comment) + 4);
        if (missing > 4)
        {
            var noise = Noise(missing, comment);
            for (long at = 0; at < missing;)
            {
                var part = (int)Math.Min(65_533 - 2, missing - at - 4);
                if (part < 0)
                {
                    break;
                }

                JpegComment(output, noise.AsSpan((int)at, part));
                at += part + 4;
            }
        }

        output.Add(drawn.AsSpan(start));
        return output.ToArray();
    }

    public static byte[] Webp(byte[] drawn, string comment, long? size)
    {
        // Readers pass over chunks that they do not know; the length of the whole stands at offset 4.
        var text = Encoding.UTF8.GetBytes(comment);
        var output = new ByteList(drawn.Length + text.Length + 16);
        output.Add(drawn);
        RiffChunk(output, "NOTE"u8, text);
        var missing = (size ?? 0) - output.Length - 8;
        if (missing > 0)
        {
            RiffChunk(output, "JUNK"u8, Noise(missing, comment));
        }

        var all = output.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(all.AsSpan(4), (uint)(all.Length - 8));
        return all;
    }

    /// <summary>Two frames in 64 shades. Codes are all eight bits wide: a clear code before the table would grow past them.</summary>
    public static byte[] Gif(byte[][] frames, int width, int height, string comment, long? size)
    {
        var output = new ByteList(frames.Length * (width * height + 1000));
        output.Add("GIF89a"u8);
        output.LittleEndian16(width);
        output.LittleEndian16(height);
        output.Add([0xF6, 0, 0]);
        for (var shade = 0; shade < 128; shade++)
        {
            var level = (byte)(shade * 2);
            output.Add([level, level, (byte)Math.Min(255, level + 30)]);
        }

        output.Add([0x21, 0xFF, 11]);
        output.Add("NETSCAPE2.0"u8);
        output.Add([3, 1, 0, 0, 0]);
        GifComment(output, Encoding.UTF8.GetBytes(comment));
        var missing = (size ?? 0) - output.Length - frames.Length * (width * height * 130L / 126);
        if (missing > 300)
        {
            GifComment(output, Noise(missing * 255 / 256, comment));
        }

        foreach (var frame in frames)
        {
            output.Add([0x21, 0xF9, 4, 0, 20, 0, 0, 0, 0x2C, 0, 0, 0, 0]);
            output.LittleEndian16(width);
            output.LittleEndian16(height);
            output.Add([0, 7]);
            var codes = new ByteList(frame.Length + frame.Length / 100 + 8);
            for (var index = 0; index < frame.Length; index++)
            {
                if (index % 126 == 0)
                {
                    codes.Add([0x80]);
                }

                codes.Add([(byte)(frame[index] & 0x7F)]);
            }

            codes.Add([0x81]);
            GifBlocks(output, codes.ToArray());
        }

        output.Add([0x3B]);
        return output.ToArray();
    }

    /// <summary>Motion JPEG in MP4: a track of whole pictures.</summary>
    public static byte[] Mp4(byte[][] frames, int width, int height, string comment, long? size)
    {
        var fileType = Box("ftyp", [.. "isom"u8, 0, 0, 2, 0, .. "isomiso2mp41"u8]);
        var note = Box("free", Encoding.UTF8.GetBytes(comment));
        var data = frames.SelectMany(frame => frame).ToArray();
        byte[] Movie(int offset) => Box("moov", Concat(
            Box("mvhd", Concat(Int(0, 0, 0, 1000, frames.Length * 500), Int(0x00010000), Short(0x0100, 0), Int(0, 0), Matrix(), Int(0, 0, 0, 0, 0, 0), Int(2))),
            Box("trak", Concat(
                Box("tkhd", Concat(Int(3, 0, 0, 1, 0, frames.Length * 500), Int(0, 0), Short(0, 0, 0, 0), Matrix(), Int(width << 16, height << 16))),
                Box("mdia", Concat(
                    Box("mdhd", Concat(Int(0, 0, 0, 1000, frames.Length * 500), Short(0x55C4, 0))),
                    Box("hdlr", Concat(Int(0, 0), "vide"u8.ToArray(), Int(0, 0, 0), "Video\0"u8.ToArray())),
                    Box("minf", Concat(
                        Box("vmhd", Concat(Int(1), Short(0, 0, 0, 0))),
                        Box("dinf", Box("dref", Concat(Int(0, 1), Box("url ", Int(1))))),
                        Box("stbl", Concat(
                            Box("stsd", Concat(Int(0, 1), Box("jpeg", Concat(new byte[6], Short(1), new byte[16], Short(width, height), Int(0x00480000, 0x00480000, 0), Short(1), new byte[32], Short(24, -1))))),
                            Box("stts", Int(0, 1, frames.Length, 500)),
                            Box("stsc", Int(0, 1, 1, frames.Length, 1)),
                            Box("stsz", Concat(Int(0, 0, frames.Length), Concat([.. frames.Select(frame => Int(frame.Length))]))),
                            Box("stco", Int(0, 1, offset))))))))))));
        var movieLength = Movie(0).Length;
        var movie = Movie(fileType.Length + note.Length + movieLength + 8);
        var all = new ByteList(fileType.Length + movieLength + data.Length + 64);
        all.Add(fileType);
        all.Add(note);
        all.Add(movie);
        all.Add(Box("mdat", data));
        var missing = (size ?? 0) - all.Length - 8;
        if (missing > 0)
        {
            all.Add(Box("free", Noise(missing, comment)));
        }

        return all.ToArray();
    }

    /// <summary>One VP8 key frame in WebM, taken out of a lossy WebP, which holds the same.</summary>
    public static byte[] Webm(byte[] webp, int width, int height, string comment, long? size)
    {
        var frame = RiffChunkOf(webp, "VP8 "u8);
        var header = Element(0x1A45DFA3, Concat(Element(0x4286, [1]), Element(0x42F7, [1]), Element(0x42F2, [4]), Element(0x42F3, [8]), Element(0x4282, "webm"u8.ToArray()), Element(0x4287, [4]), Element(0x4285, [2])));
        var info = Element(0x1549A966, Concat(Element(0x2AD7B1, [0x0F, 0x42, 0x40]), Element(0x4D80, "Gallery"u8.ToArray()), Element(0x5741, Encoding.UTF8.GetBytes(comment))));
        var track = Element(0x1654AE6B, Element(0xAE, Concat(Element(0xD7, [1]), Element(0x73C5, [1]), Element(0x83, [1]), Element(0x86, "V_VP8"u8.ToArray()), Element(0xE0, Concat(Element(0xB0, Short(width)), Element(0xBA, Short(height)))))));
        var cluster = Element(0x1F43B675, Concat(Element(0xE7, [0]), Element(0xA3, Concat([0x81, 0, 0, 0x80], frame))));
        var inside = Concat(info, track, cluster);
        var missing = (size ?? 0) - (header.Length + inside.Length + 12) - 12;
        if (missing > 0)
        {
            // Void.
            inside = Concat(inside, Element(0xEC, Noise(missing, comment)));
        }

        return Concat(header, Element(0x18538067, inside));
    }

    /// <summary>A tag with a title, then silence: frames of 128 kbit/s whose side information is all zero.</summary>
    public static byte[] Mp3(string comment, long? size)
    {
        var title = Encoding.Latin1.GetBytes(comment);
        var frame = Concat("TIT2"u8.ToArray(), Int(title.Length + 1), [0, 0, 0], title);
        var output = new ByteList(16_000);
        output.Add("ID3"u8);
        output.Add([3, 0, 0, (byte)(frame.Length >> 21 & 127), (byte)(frame.Length >> 14 & 127), (byte)(frame.Length >> 7 & 127), (byte)(frame.Length & 127)]);
        output.Add(frame);
        var silence = new byte[417];
        silence[0] = 0xFF;
        silence[1] = 0xFB;
        silence[2] = 0x90;
        silence[3] = 0x64;
        for (var count = 0; count < 20 || output.Length + silence.Length <= (size ?? 0); count++)
        {
            output.Add(silence);
        }

        return output.ToArray();
    }

    /// <summary>The boxes of an AVIF picture around data that is no picture: enough for a signature and a length check.</summary>
    public static byte[] Avif(int width, int height, string comment, long? size)
    {
        var data = Encoding.UTF8.GetBytes(comment);
        var fileType = Box("ftyp", [.. "avif"u8, 0, 0, 0, 0, .. "avifmif1miaf"u8]);
        byte[] Meta(int offset) => Box("meta", Concat(
            Int(0),
            Box("hdlr", Concat(Int(0, 0), "pict"u8.ToArray(), Int(0, 0, 0), [0])),
            Box("pitm", Concat(Int(0), Short(1))),
            Box("iloc", Concat(Int(0), Short(0x4400, 1, 1, 0, 1), Int(offset, data.Length))),
            Box("iinf", Concat(Int(0), Short(1), Box("infe", Concat(Int(0x02000000), Short(1, 0), "av01"u8.ToArray(), [0])))),
            Box("iprp", Concat(
                Box("ipco", Concat(Box("ispe", Int(0, width, height)), Box("av1C", [0x81, 0, 0x0C, 0]))),
                Box("ipma", Concat(Int(0, 1), Short(1), [2, 1, 0x82]))))));
        var offset = fileType.Length + Meta(0).Length + 8;
        var all = Concat(fileType, Meta(offset), Box("mdat", data));
        var missing = (size ?? 0) - all.Length - 8;
        return missing > 0 ? Concat(all, Box("free", Noise(missing, comment))) : all;
    }

    private static byte[] Noise(long length, string comment)
    {
        var noise = new byte[length];
        new Dice(9, 9).Fill(noise);
        var mark = Encoding.UTF8.GetBytes(comment);
        mark.AsSpan(0, Math.Min(mark.Length, noise.Length)).CopyTo(noise);
        return noise;
    }

    private static void PngChunk(ByteList output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        output.BigEndian32((uint)data.Length);
        output.Add(type);
        output.Add(data);
        output.BigEndian32(Crc32.Compute(type, data));
    }

    private static void JpegComment(ByteList output, ReadOnlySpan<byte> data)
    {
        output.Add([0xFF, 0xFE, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2)]);
        output.Add(data);
    }

    private static void RiffChunk(ByteList output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        output.Add(type);
        output.LittleEndian16(data.Length & 0xFFFF);
        output.LittleEndian16(data.Length >> 16);
        output.Add(data);
        if (data.Length % 2 == 1)
        {
            output.Add([0]);
        }
    }

    private static byte[] RiffChunkOf(byte[] riff, ReadOnlySpan<byte> type)
    {
        for (var at = 12; at + 8 <= riff.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(riff.AsSpan(at + 4));
            if (riff.AsSpan(at, 4).SequenceEqual(type))
            {
                return riff[(at + 8)..(at + 8 + length)];
            }

            at += 8 + length + (length & 1);
        }

        throw new InvalidDataException("No such chunk.");
    }

    private static void GifComment(ByteList output, byte[] data)
    {
        output.Add([0x21, 0xFE]);
        GifBlocks(output, data);
    }

    private static void GifBlocks(ByteList output, byte[] data)
    {
        for (var at = 0; at < data.Length; at += 255)
        {
            var part = Math.Min(255, data.Length - at);
            output.Add([(byte)part]);
            output.Add(data.AsSpan(at, part));
        }

        output.Add([0]);
    }

    internal static byte[] Box(string type, byte[] content) => Concat(Int(content.Length + 8), Encoding.ASCII.GetBytes(type), content);

    internal static byte[] Element(uint id, byte[] content)
    {
        var name = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(name, id);
        var size = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(size, content.LongLength | 0x0100000000000000);
        return Concat(name.AsSpan().TrimStart((byte)0).ToArray(), size, content);
    }

    private static byte[] Matrix() => Int(0x00010000, 0, 0, 0, 0x00010000, 0, 0, 0, 0x40000000);

    internal static byte[] Int(params int[] values)
    {
        var bytes = new byte[values.Length * 4];
        for (var index = 0; index < values.Length; index++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(index * 4), values[index]);
        }

        return bytes;
    }

    internal static byte[] Short(params int[] values)
    {
        var bytes = new byte[values.Length * 2];
        for (var index = 0; index < values.Length; index++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(index * 2), (ushort)values[index]);
        }

        return bytes;
    }

    internal static byte[] Concat(params byte[][] parts)
    {
        var all = new byte[parts.Sum(part => part.Length)];
        var at = 0;
        foreach (var part in parts)
        {
            part.CopyTo(all, at);
            at += part.Length;
        }

        return all;
    }

    /// <summary>Bytes that grow.</summary>
    private sealed class ByteList(int capacity)
    {
        private byte[] _bytes = new byte[Math.Max(capacity, 64)];
        private int _length;

        public long Length => _length;

        public void Add(ReadOnlySpan<byte> bytes)
        {
            if (_length + bytes.Length > _bytes.Length)
            {
                Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + bytes.Length));
            }

            bytes.CopyTo(_bytes.AsSpan(_length));
            _length += bytes.Length;
        }

        public void LittleEndian16(int value) => Add([(byte)value, (byte)(value >> 8)]);

        public void BigEndian32(uint value) => Add([(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);

        public byte[] ToArray() => _bytes[.._length];
    }
}
