using System.Buffers.Binary;
using System.Text;
using static Gallery.Containers;

namespace Gallery;

/// <summary>Small files of sound.</summary>
internal static class SmallSounds
{
    public static IEnumerable<SmallFile> Mpeg()
    {
        // Layer III, 32 kbit/s, 44.1 kHz: 104 bytes; half rates: 8 kbit/s at 22.05 kHz, one channel, 26 bytes; layer II: 32 kbit/s at 48 kHz, 96 bytes.
        byte[] frame = [0xFF, 0xFB, 0x10, 0x64, .. new byte[100]];
        byte[] half = [0xFF, 0xF3, 0x10, 0xC4, .. new byte[22]];
        byte[] layer2 = [0xFF, 0xFD, 0x14, 0x04, .. new byte[92]];
        byte[] frames = [.. frame, .. frame, .. frame];
        byte[] tag = [.. "ID3"u8, 4, 0, 0, 0, 0, 1, 2, .. new byte[130]];
        yield return new("mp3", "mp3", frames, frame.Length);
        yield return new("mp3 of half rate", "mp3", [.. half, .. half, .. half], half.Length);
        yield return new("mp2", "mp3", [.. layer2, .. layer2], layer2.Length);
        yield return new("mp3 of one frame", "mp3", frame);
        yield return new("mp3 behind a tag", "mp3", [.. tag, .. frames], tag.Length + frame.Length);
        yield return new("mp3 behind two tags", "mp3", [.. tag, .. tag, .. frames], (2 * tag.Length) + frame.Length);
        yield return new("mp3 behind a tag and zeros", "mp3", [.. tag, .. new byte[2000], .. frames], tag.Length + 2000 + frame.Length);
        yield return new("mp3 behind zeros", "mp3", [.. new byte[500], .. frames], 500 + frame.Length);
        yield return new("mp3 behind a tag with a footer", "mp3", [.. "ID3"u8, 4, 0, 0x10, 0, 0, 0, 4, 1, 2, 3, 4, .. "3DI"u8, 4, 0, 0x10, 0, 0, 0, 4, .. frames], 24 + frame.Length);
        yield return new("mp3 behind a tag and something else", "mp3", [.. tag, .. "what is this?"u8, .. frames], tag.Length + 4);

        foreach (var (name, head, at, channel) in ((string, byte[], int, string)[])[("Xing", frame[..4], 36, "Xing"), ("Info", frame[..4], 36, "Info"), ("Xing of one channel", [0xFF, 0xFB, 0x10, 0xC4], 21, "Xing")])
        {
            var all = 4 * frame.Length;
            yield return new("mp3 with " + name, "mp3", [.. Info(head, at, channel, 3, 3, all), .. frames]);
            yield return new("mp3 with " + name + ", frames alone", "mp3", [.. Info(head, at, channel, 1, 3, 0), .. frames]);
            yield return new("mp3 with " + name + ", bytes alone", "mp3", [.. Info(head, at, channel, 2, 0, all), .. frames]);
            yield return new("mp3 with " + name + ", and no number", "mp3", [.. Info(head, at, channel, 0, 0, 0), .. frames], frame.Length);
        }

        // One that counts its own frame, or a tag: by the other number it is whole.
        yield return new("mp3 with a frame too many", "mp3", [.. Info(frame[..4], 36, "Info", 3, 4, 4 * frame.Length), .. frames]);
        yield return new("mp3 with bytes too many", "mp3", [.. Info(frame[..4], 36, "Info", 3, 3, 4444), .. frames]);
        yield return new("mp3 with Xing behind a tag", "mp3", [.. tag, .. Info(frame[..4], 36, "Xing", 3, 3, 4 * frame.Length), .. frames]);
        yield return new("mp3 with VBRI", "mp3", [.. frame[..36], .. "VBRI"u8, 0, 1, 0, 0, 0, 0, .. Int(4 * frame.Length, 3), .. new byte[50], .. frames]);
    }

    public static IEnumerable<SmallFile> Wav()
    {
        byte[] format = [.. "fmt "u8, .. Little(16), 1, 0, 1, 0, .. Little(8000), .. Little(8000), 1, 0, 8, 0];
        byte[] Riff(uint length, params byte[][] chunks) => [.. "RIFF"u8, .. Little(length), .. "WAVE"u8, .. Concat(chunks)];
        byte[] Chunk(string name, byte[] content) => [.. Encoding.ASCII.GetBytes(name), .. Little((uint)content.Length), .. content, .. new byte[content.Length & 1]];
        var data = Chunk("data", [.. Enumerable.Range(1, 30).Select(n => (byte)n)]);
        var odd = Chunk("data", [.. Enumerable.Range(1, 31).Select(n => (byte)n)])[..^1];
        var list = Chunk("LIST", [.. "INFOICMT"u8, .. Little(8), .. "castle  "u8]);
        var length = (uint)(4 + format.Length + data.Length);
        yield return new("wav", "wav", Riff(length, format, data));
        yield return new("wav with something before its data", "wav", Riff(length + (uint)list.Length, format, list, data));
        yield return new("wav with something behind its data", "wav", Riff(length + (uint)list.Length, format, data, list), (int)length + list.Length + 8 - 8);
        yield return new("wav that counts its first bytes", "wav", Riff(length + 8, format, data));
        yield return new("wav without the byte that pads it", "wav", Riff(length + 2, format, odd));
        yield return new("wav that counts too little", "wav", Riff(36, format, data));
        byte[] openData = [.. "data"u8, .. Little(uint.MaxValue), .. data[8..]];
        yield return new("wav of unknown length", "wav", Riff(uint.MaxValue, format, openData), 12 + format.Length + 8);
        byte[] Large(string name) => [.. Encoding.ASCII.GetBytes(name), .. Little(uint.MaxValue), .. "WAVE"u8, .. "ds64"u8, .. Little(28), .. Little(length + 36), .. Little(0), .. Little((uint)data.Length - 8), .. new byte[16], .. format, .. openData];
        yield return new("wav, RF64", "wav", Large("RF64"));
        yield return new("wav, BW64", "wav", Large("BW64"));
    }

    public static IEnumerable<SmallFile> Ogg()
    {
        byte[] Page(int flags, uint stream, int length) => [.. "OggS"u8, 0, (byte)flags, .. new byte[8], .. Little(stream), .. new byte[8], (byte)((length / 255) + 1), .. Enumerable.Repeat((byte)255, length / 255), (byte)(length % 255), .. new byte[length]];
        byte[] one = [.. Page(2, 7, 30), .. Page(0, 7, 300), .. Page(4, 7, 20)];
        yield return new("ogg", "ogg", one);
        yield return new("ogg of one page", "ogg", Page(6, 7, 255));
        yield return new("ogg with an empty last page", "ogg", [.. Page(2, 7, 30), .. "OggS"u8, 0, 4, .. new byte[8], .. Little(7), .. new byte[9]]);
        yield return new("ogg of two streams", "ogg", [.. Page(2, 7, 30), .. Page(2, 8, 30), .. Page(4, 8, 20), .. Page(0, 7, 300), .. Page(4, 7, 20)]);

        // What does not begin a page yet is something put behind the first file.
        yield return new("ogg, two in a row", "ogg", [.. one, .. Page(2, 9, 10), .. Page(4, 9, 10)], one.Length + 76, [.. Enumerable.Range(one.Length, 27)]);
    }

    public static IEnumerable<SmallFile> Flac()
    {
        byte[] Info(int samples, bool isLast) =>
            [.. "fLaC"u8, (byte)(isLast ? 0x80 : 0), 0, 0, 34, 0, 192, 0, 192, .. new byte[6], 0x0A, 0xC4, 0x42, 0xF0, .. Int(samples), .. new byte[16]];
        byte[] comment = [0x84, 0, 0, 8, 0xFF, 0xF8, 0x19, 0x18, 0, 0, 0, 0];
        byte[] frames = [.. Frame(0, 20), .. Frame(1, 20), .. Frame(2, 20)];
        byte[] tag = [.. "ID3"u8, 3, 0, 0, 0, 0, 0, 9, .. new byte[9]];
        yield return new("flac", "flac", [.. Info(3 * 192, isLast: true), .. frames]);
        yield return new("flac with a comment", "flac", [.. Info(3 * 192, isLast: false), .. comment, .. frames]);
        yield return new("flac behind a tag", "flac", [.. tag, .. Info(3 * 192, isLast: true), .. frames]);
        yield return new("flac of one short frame", "flac", [.. Info(100, isLast: true), .. Frame(0, 1)]);
        yield return new("flac that does not begin at zero", "flac", [.. Info(2 * 192, isLast: true), .. Frame(1, 20), .. Frame(2, 20)]);
        yield return new("flac of many frames", "flac", [.. Info(300 * 192, isLast: true), .. Enumerable.Range(0, 300).SelectMany(number => Frame(number, 3))]);

        // Without a number of samples nothing behind the first header can be missed.
        yield return new("flac of unknown length", "flac", [.. Info(0, isLast: true), .. frames], 42 + 6);
    }

    private static byte[] Info(byte[] head, int at, string name, int flags, int frames, int bytes)
    {
        var info = new byte[104];
        head.CopyTo(info, 0);
        byte[] told = [.. Encoding.ASCII.GetBytes(name), .. Int(flags), .. (flags & 1) != 0 ? Int(frames) : [], .. (flags & 2) != 0 ? Int(bytes) : []];
        told.CopyTo(info, at);
        return info;
    }

    /// <summary>192 samples of two channels at 44.1 kHz, with sound that looks like the beginning of frames.</summary>
    private static byte[] Frame(int number, int soundLength)
    {
        byte[] head = [0xFF, 0xF8, 0x19, 0x18, .. number < 128 ? [(byte)number] : (byte[])[(byte)(0xC0 | number >> 6), (byte)(0x80 | number & 63)]];
        byte[] sound = [.. Enumerable.Range(0, soundLength).SelectMany(n => (byte[])[0xFF, 0xF8, 0x19, 0x18, (byte)n, 1])];
        byte[] frame = [.. head, (byte)Checksum(head, 8, 0x07), .. sound];
        var checksum = Checksum(frame, 16, 0x8005);
        return [.. frame, (byte)(checksum >> 8), (byte)checksum];
    }

    private static int Checksum(byte[] data, int bits, int polynomial)
    {
        var checksum = 0;
        foreach (var value in data)
        {
            for (var bit = 7; bit >= 0; bit--)
            {
                var top = (checksum >> (bits - 1)) ^ (value >> bit);
                checksum = (checksum << 1) & ((1 << bits) - 1);
                checksum ^= (top & 1) != 0 ? polynomial : 0;
            }
        }

        return checksum;
    }

    private static byte[] Little(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
