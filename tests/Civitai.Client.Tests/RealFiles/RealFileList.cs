using System.Buffers.Binary;
using System.Text;

namespace Civitai.Client.Tests.RealFiles;

/// <summary>Files of every format that the service takes, the odd ones of each included.</summary>
internal static class RealFileList
{
    private const string Png = "ffmpeg $picture source.png";

    // A tag or an advertisement that some programs and caches put behind a file.
    private static readonly byte[] Tail = Encoding.ASCII.GetBytes("\r\n<!-- cached at 12:00 -->\r\n");

    internal static readonly IReadOnlyDictionary<string, RealFile> All =
        ((IEnumerable<RealFile>)[.. Pictures(), .. ModernPictures(), .. Movies(), .. Matroska(), .. Sounds()]).ToDictionary(file => file.Name, StringComparer.Ordinal);

    private static IEnumerable<RealFile> Pictures()
    {
        yield return new("png", ".png", CutRule.Shows, "ffmpeg $picture out.png");
        yield return new("png with alpha, 16 bits", ".png", CutRule.Shows, "ffmpeg $picture -pix_fmt rgba64be out.png");
        yield return new("png of one bit", ".png", CutRule.Shows, "ffmpeg $picture -pix_fmt monob out.png");
        yield return new("png with palette", ".png", CutRule.Shows, Png, "magick source.png -type Palette PNG8:out.png");
        yield return new("png interlaced, with text", ".png", CutRule.Shows, Png, "magick source.png -interlace PNG -set comment parameters:IEND out.png");
        yield return new("png animated", ".png", CutRule.Shows, "ffmpeg $video -f apng out.png");
        yield return new("png with a tail", ".png", CutRule.Shows, "ffmpeg $picture out.png") { Change = WithTail, Appended = Tail.Length };

        yield return new("jpeg", ".jpg", CutRule.Shows, "ffmpeg $picture out.jpg");
        yield return new("jpeg progressive", ".jpg", CutRule.Shows, Png, "magick source.png -interlace JPEG -quality 80 out.jpg");
        yield return new("jpeg grey", ".jpg", CutRule.Shows, Png, "magick source.png -colorspace Gray out.jpg");
        yield return new("jpeg of four inks", ".jpg", CutRule.Shows, Png, "magick source.png -colorspace CMYK out.jpg");
        yield return new("jpeg with a comment and full sampling", ".jpg", CutRule.Shows, Png, "magick source.png -sampling-factor 1x1 -set comment castle out.jpg");
        yield return new("jpeg of little quality", ".jpg", CutRule.Shows, Png, "magick source.png -quality 1 out.jpg");
        yield return new("jpeg with a tail", ".jpg", CutRule.Shows, "ffmpeg $picture out.jpg") { Change = WithTail, Appended = Tail.Length };
        yield return new("jpeg with a thumbnail", ".jpg", CutRule.Shows, "ffmpeg $picture out.jpg") { Change = WithThumbnail };
        yield return new("jpeg with a film behind it", ".jpg", CutRule.Shows, "ffmpeg $picture out.jpg") { Change = bytes => [.. bytes, .. new byte[4000]], Appended = 4000 };

        yield return new("webp", ".webp", CutRule.Shows, "ffmpeg $picture -c:v libwebp out.webp");
        yield return new("webp without loss", ".webp", CutRule.Shows, "ffmpeg $picture -c:v libwebp -lossless 1 out.webp");
        yield return new("webp with alpha", ".webp", CutRule.Shows, "ffmpeg $picture -vf format=yuva420p,colorchannelmixer=aa=0.5 -c:v libwebp out.webp");
        yield return new("webp animated", ".webp", CutRule.Shows, "ffmpeg $video -c:v libwebp_anim out.webp");
        yield return new("webp with a tail", ".webp", CutRule.Shows, "ffmpeg $picture -c:v libwebp out.webp") { Change = WithTail, Appended = Tail.Length };

        yield return new("gif", ".gif", CutRule.Shows, "ffmpeg $picture out.gif");
        yield return new("gif animated", ".gif", CutRule.Shows, "ffmpeg $video out.gif");
        yield return new("gif with local colour tables", ".gif", CutRule.Shows, Png, "magick ( source.png ) ( source.png -negate ) -delay 10 out.gif");
        yield return new("gif interlaced, with a comment", ".gif", CutRule.Shows, Png, "magick source.png -interlace GIF -set comment castle out.gif");
        yield return new("gif of 1987", ".gif", CutRule.Shows, Png, "magick source.png GIF87:out.gif");
        yield return new("gif with a tail", ".gif", CutRule.Shows, "ffmpeg $picture out.gif") { Change = WithTail, Appended = Tail.Length };
    }

    private static IEnumerable<RealFile> ModernPictures()
    {
        yield return new("avif", ".avif", CutRule.Shows, Png, "avifenc -s 10 source.png out.avif");
        yield return new("avif without loss, full chroma", ".avif", CutRule.Shows, Png, "avifenc -s 10 -l source.png out.avif");
        yield return new("avif of a grid", ".avif", CutRule.Shows, "ffmpeg $picture -vf scale=128:128 source.png", "avifenc -s 10 --grid 1x1 source.png out.avif");
        yield return new("avif of ffmpeg", ".avif", CutRule.Shows, "ffmpeg $picture -c:v libaom-av1 -cpu-used 8 -still-picture 1 out.avif");
        yield return new("avif animated", ".avif", CutRule.Shows, "ffmpeg $video -frames:v 4 -c:v libaom-av1 -cpu-used 8 out.avif");
        yield return new("avif of libheif", ".avif", CutRule.Shows, Png, "heif-enc -A -p speed=9 source.png -o out.avif");

        yield return new("heic", ".heic", CutRule.Shows, Png, "heif-enc source.png -o out.heic");
        yield return new("heic with a thumbnail", ".heic", CutRule.Shows, Png, "heif-enc -t 32 source.png -o out.heic");
        yield return new("heic without loss", ".heic", CutRule.Shows, Png, "heif-enc -L source.png -o out.heic");
        foreach (var brand in (string[])["heim", "heis", "hevm", "hevx", "avci"])
        {
            yield return new("heic of the brand " + brand, ".heic", CutRule.Shows, Png, "heif-enc source.png -o out.heic") { Change = bytes => WithBrand(bytes, brand) };
        }

        yield return new("jxl, bare", ".jxl", CutRule.DoesNotShow, Png, "cjxl source.png out.jxl -e 3");
        yield return new("jxl in boxes", ".jxl", CutRule.Shows, Png, "cjxl source.png out.jxl -e 3 --container=1");
        yield return new("jxl of a jpeg", ".jxl", CutRule.Shows, "ffmpeg $picture source.jpg", "cjxl source.jpg out.jxl -e 3 --lossless_jpeg=1");
        yield return new("jxl animated", ".jxl", CutRule.DoesNotShow, "ffmpeg $video -frames:v 4 source.gif", "cjxl source.gif out.jxl -e 3");
    }

    private static IEnumerable<RealFile> Movies()
    {
        const string H264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p";
        yield return new("mp4, index last", ".mp4", CutRule.Shows, $"ffmpeg $both {H264} -c:a aac out.mp4");
        yield return new("mp4, index first", ".mp4", CutRule.Shows, $"ffmpeg $both {H264} -c:a aac -movflags +faststart out.mp4");
        yield return new("mp4 in fragments", ".mp4", CutRule.ShowsWithinPieces, $"ffmpeg $video {H264} -g 2 -movflags +frag_keyframe+empty_moov+default_base_moof out.mp4");
        yield return new("mp4 in fragments, first one in the index", ".mp4", CutRule.ShowsWithinPieces, $"ffmpeg $video {H264} -g 2 -movflags +frag_keyframe out.mp4");
        yield return new("mp4 for dash", ".mp4", CutRule.ShowsWithinPieces, $"ffmpeg $video {H264} -g 2 -movflags +dash+global_sidx out.mp4");
        yield return new("mp4 of hevc", ".mp4", CutRule.Shows, "ffmpeg $video -c:v libx265 -preset ultrafast -x265-params log-level=error -tag:v hvc1 out.mp4");
        yield return new("mp4 of av1", ".mp4", CutRule.Shows, "ffmpeg $video -frames:v 4 -c:v libaom-av1 -cpu-used 8 out.mp4");
        yield return new("mp4 with 64-bit lengths", ".mp4", CutRule.Shows, $"ffmpeg $video {H264} out.mp4") { Change = WithLargeData };
        yield return new("mp4 whose last box is open", ".mp4", CutRule.DoesNotShow, $"ffmpeg $video {H264} -movflags +faststart out.mp4") { Change = WithOpenData };
        yield return new("mp4 with a tail", ".mp4", CutRule.Shows, $"ffmpeg $both {H264} -c:a aac out.mp4") { Change = WithTail, Appended = Tail.Length };
        yield return new("mp4 with free space at its end", ".mp4", CutRule.Shows, $"ffmpeg $both {H264} -c:a aac out.mp4") { Change = bytes => [.. bytes, .. Box("free", 800)], Appended = 800 };
        yield return new("mp4 for telephones", ".mp4", CutRule.Shows, "ffmpeg $video -c:v mpeg4 -f 3gp out.3gp");
        yield return new("m4v", ".mp4", CutRule.Shows, $"ffmpeg $video {H264} -f ipod out.m4v");

        yield return new("mov", ".mov", CutRule.Shows, $"ffmpeg $both {H264} -c:a pcm_s16le out.mov");
        yield return new("mov, index first", ".mov", CutRule.Shows, "ffmpeg $video -c:v mjpeg -movflags +faststart out.mov");
        yield return new("mov before there were brands", ".mov", CutRule.Shows, "ffmpeg $video -c:v mjpeg out.mov") { Change = WithoutFirstBox };
        foreach (var first in (string[])["free", "skip", "wide", "udta"])
        {
            yield return new("mov that begins with " + first, ".mov", CutRule.Shows, "ffmpeg $video -c:v mjpeg out.mov") { Change = bytes => [.. Box(first, 64), .. WithoutFirstBox(bytes)] };
        }
    }

    private static IEnumerable<RealFile> Matroska()
    {
        const string Vp8 = "-c:v libvpx -deadline realtime -cpu-used 8";
        yield return new("webm", ".webm", CutRule.Shows, $"ffmpeg $both {Vp8} -c:a libopus out.webm");
        yield return new("webm of vp9", ".webm", CutRule.Shows, "ffmpeg $video -c:v libvpx-vp9 -deadline realtime -cpu-used 8 out.webm");
        yield return new("webm, index first", ".webm", CutRule.Shows, $"ffmpeg $video {Vp8} -cues_to_front 1 out.webm");
        yield return new("webm sent as it was made", ".webm", CutRule.DoesNotShow, $"ffmpeg $video {Vp8} -f webm -live 1 out.webm");
        yield return new("webm of sound", ".webm", CutRule.Shows, "ffmpeg $sound -c:a libopus out.webm");
        yield return new("mkv", ".webm", CutRule.Shows, "ffmpeg $both -c:v libx264 -preset ultrafast -c:a aac out.mkv");
    }

    private static IEnumerable<RealFile> Sounds()
    {
        yield return new("mp3 with a Xing frame", ".mp3", CutRule.Shows, "ffmpeg $sound -c:a libmp3lame -q:a 5 -id3v2_version 0 out.mp3");
        yield return new("mp3 with a tag and a Xing frame", ".mp3", CutRule.Shows, "ffmpeg $sound -c:a libmp3lame -q:a 5 -metadata title=castle out.mp3");
        yield return new("mp3 with an Info frame", ".mp3", CutRule.Shows, "ffmpeg $sound -c:a libmp3lame -b:a 64k out.mp3");
        yield return new("mp3 with both tags", ".mp3", CutRule.Shows, "ffmpeg $sound -c:a libmp3lame -b:a 64k -metadata title=castle -write_id3v1 1 out.mp3") { Appended = 128 };
        yield return new("mp3 bare", ".mp3", CutRule.DoesNotShow, "ffmpeg $sound -c:a libmp3lame -b:a 64k -write_xing 0 -id3v2_version 0 out.mp3");
        yield return new("mp3 of half the rate", ".mp3", CutRule.Shows, "ffmpeg $sound -ar 22050 -ac 1 -c:a libmp3lame -b:a 32k out.mp3");
        yield return new("mp3 with padding in front", ".mp3", CutRule.Shows, "ffmpeg $sound -c:a libmp3lame -b:a 64k -id3v2_version 0 out.mp3") { Change = bytes => [.. new byte[417], .. bytes] };
        yield return new("mp3 with a tag and padding behind it", ".mp3", CutRule.Shows, "ffmpeg $sound -c:a libmp3lame -b:a 64k -id3v2_version 0 out.mp3")
        {
            Change = bytes => [.. "ID3"u8, 3, 0, 0, 0, 0, 0, 20, .. new byte[20], .. new byte[1000], .. bytes],
        };

        yield return new("wav", ".wav", CutRule.Shows, "ffmpeg $sound out.wav");
        yield return new("wav of 24 bits", ".wav", CutRule.Shows, "ffmpeg $sound -c:a pcm_s24le -metadata title=castle out.wav");
        yield return new("wav of floats", ".wav", CutRule.Shows, "ffmpeg $sound -c:a pcm_f32le out.wav");
        yield return new("m4a", ".m4a", CutRule.Shows, "ffmpeg $sound -c:a aac out.m4a");
        yield return new("m4a, index first, without loss", ".m4a", CutRule.Shows, "ffmpeg $sound -c:a alac -movflags +faststart out.m4a");
        yield return new("ogg of vorbis", ".ogg", CutRule.Shows, "ffmpeg $sound -c:a libvorbis out.ogg");
        yield return new("ogg of opus", ".ogg", CutRule.Shows, "ffmpeg $sound -c:a libopus out.ogg");
        yield return new("ogg of flac", ".ogg", CutRule.Shows, "ffmpeg $sound -c:a flac out.ogg");
        yield return new("flac", ".flac", CutRule.DoesNotShow, "ffmpeg $sound out.flac");
        yield return new("flac with a tag", ".flac", CutRule.DoesNotShow, "ffmpeg $sound -metadata title=castle -compression_level 0 out.flac");
    }

    private static byte[] WithTail(byte[] bytes) => [.. bytes, .. Tail];

    private static byte[] Box(string type, int length)
    {
        var box = new byte[length];
        BinaryPrimitives.WriteInt32BigEndian(box, length);
        Encoding.ASCII.GetBytes(type, box.AsSpan(4));
        return box;
    }

    private static int LengthOfBox(byte[] bytes, int at) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));

    private static byte[] WithoutFirstBox(byte[] bytes) => bytes[LengthOfBox(bytes, 0)..];

    // Behind the start of image, as cameras put a small picture of its own, with its own end, into an APP1 segment.
    private static byte[] WithThumbnail(byte[] bytes)
    {
        byte[] segment = [.. "Exif\0\0"u8, .. bytes];
        byte[] header = [0xFF, 0xE1, (byte)((segment.Length + 2) >> 8), (byte)(segment.Length + 2)];
        return [.. bytes[..2], .. header, .. segment, .. bytes[2..]];
    }

    private static byte[] WithBrand(byte[] bytes, string brand)
    {
        var changed = (byte[])bytes.Clone();
        Encoding.ASCII.GetBytes(brand, changed.AsSpan(8));
        return changed;
    }

    // ffmpeg leaves eight bytes of free space before the data, for just this.
    private static byte[] WithLargeData(byte[] bytes)
    {
        var changed = (byte[])bytes.Clone();
        var at = changed.AsSpan().IndexOf("\0\0\0\u0008free"u8);
        var length = LengthOfBox(changed, at + 8);
        BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(at), 1);
        "mdat"u8.CopyTo(changed.AsSpan(at + 4));
        BinaryPrimitives.WriteInt64BigEndian(changed.AsSpan(at + 8), length + 8);
        return changed;
    }

    private static byte[] WithOpenData(byte[] bytes)
    {
        var changed = (byte[])bytes.Clone();
        BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(changed.AsSpan().LastIndexOf("mdat"u8) - 4), 0);
        return changed;
    }
}
