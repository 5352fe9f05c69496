using System.Text;
using static Gallery.Containers;

namespace Gallery;

/// <summary>Small files made of boxes.</summary>
internal static class SmallBoxes
{
    private static readonly byte[] Sample = [.. Enumerable.Range(0, 40).Select(n => (byte)(n * 7))];

    public static IEnumerable<SmallFile> Movies()
    {
        var type = FileType("isom", "isomiso2mp41");
        var index = Box("moov", Box("mvhd", new byte[20]));
        var data = Box("mdat", Sample);
        yield return new("mp4", "mp4", Concat(type, index, data));
        yield return new("mp4 with its index behind", "mp4", Concat(type, Box("free", []), data, index));
        yield return new("mp4 with 64-bit lengths", "mp4", Concat(type, LargeBox("mdat", Sample), LargeBox("moov", new byte[20])));
        yield return new("mp4 whose data goes on to its end", "mp4", Concat(type, index, OpenBox("mdat", Sample)), type.Length + index.Length + 8);
        yield return new("mp4 that begins with room", "mp4", Concat(Box("free", new byte[9]), Box("skip", []), type, index, data));
        yield return new("mp4 with something behind its data", "mp4", Concat(type, index, data, Box("free", new byte[6])), type.Length + index.Length + data.Length + 14, Upto(type.Length + index.Length + data.Length, 8));
        yield return new("m4a", "m4a", Concat(FileType("M4A ", "M4A mp42isom"), index, data));
        yield return new("m4a, an audio book", "m4a", Concat(FileType("M4B ", "M4A mp42isom"), index, data));
        foreach (var file in Fragments(type, index))
        {
            yield return file;
        }

        yield return new("mov", "mov", Concat(FileType("qt  ", "qt  "), Box("wide", []), data, index));
        foreach (var first in (string[])["free", "skip", "wide", "pnot", "pict", "PICT", "junk", "uuid", "udta", "prfl"])
        {
            yield return new("mov that begins with " + first, "mov", Concat(Box(first, new byte[20]), data, index));
        }

        yield return new("mov that begins with much room", "mov", Concat(Box("free", new byte[4000]), data, index));
        yield return new("mov that begins with its data", "mov", Concat(data, index));
        yield return new("mov that begins with its data, 64-bit", "mov", Concat(LargeBox("mdat", Sample), index));
        yield return new("mov that begins with its index", "mov", Concat(index, data));
    }

    public static IEnumerable<SmallFile> Heif()
    {
        foreach (var brand in (string[])["heic", "heix", "heim", "heis", "avci", "vvic", "evbi", "jpeg"])
        {
            yield return new("heif " + brand, "heic", Picture(FileType(brand, "mif1" + brand), version: 0));
        }

        foreach (var brand in (string[])["hevc", "hevx", "hevm", "hevs", "avcs"])
        {
            var picture = Picture(FileType(brand, "msf1" + brand), version: 1);
            yield return new("heif sequence " + brand, "heic", Concat(picture, Box("moov", new byte[12])), picture.Length + 20, Upto(picture.Length, 8));
        }

        yield return new("heif of unknown brands", "heic", Picture(FileType("mif1", "mif1miaf"), version: 0));
        yield return new("heif by a compatible brand", "heic", Picture(FileType("mif1", "mif1heix"), version: 2));
        yield return new("avif", "avif", Picture(FileType("avif", "avifmif1miaf"), version: 0));
        yield return new("avif by a compatible brand", "avif", Picture(FileType("mif1", "mif1avifmiaf"), version: 1));
        yield return new("avif sequence", "avif", Concat(FileType("avis", "avismsf1"), Box("moov", new byte[12]), Box("mdat", Sample)));
        yield return new("avif whose data goes on to its end", "avif", Picture(FileType("avif", "avifmif1"), version: 0, OpenBox("mdat", Sample)));
        yield return new("avif in two pieces", "avif", Picture(FileType("avif", "avifmif1"), version: 0, Concat(Box("mdat", [1, 2, 3]), Box("free", []), Box("mdat", Sample))));
        yield return new("avif with its data in its description", "avif", Concat(FileType("avif", "avifmif1"), Box("meta", Concat(Int(0), Locations(1, 1, 0, 8, 8), Box("idat", Sample)))));
        yield return new("avif, short form", "avif", Concat(Box("ftyp", [.. "mif3avif"u8]), Box("mini", Sample)));
    }

    public static IEnumerable<SmallFile> Jxl()
    {
        byte[] codestream = [0xFF, 0x0A, .. Sample];
        var type = Concat(Box("JXL ", [0x0D, 0x0A, 0x87, 0x0A]), FileType("jxl ", "jxl "));
        var first = Box("jxlp", [0, 0, 0, 0, .. codestream[..20]]);
        yield return new("jxl without container", "jxl", codestream, 2);
        yield return new("jxl", "jxl", Concat(type, Box("jxlc", codestream)));
        yield return new("jxl in parts", "jxl", Concat(type, first, Box("Exif", [1, 2, 3]), Box("jxlp", [0x80, 0, 0, 1, .. codestream[20..]])));
        yield return new("jxl that goes on to its end", "jxl", Concat(type, OpenBox("jxlc", codestream)), type.Length + 8);
        yield return new("jxl whose last part goes on to its end", "jxl", Concat(type, first, OpenBox("jxlp", [0x80, 0, 0, 1, .. codestream[20..]])), type.Length + first.Length + 8);
    }

    private static IEnumerable<SmallFile> Fragments(byte[] type, byte[] index)
    {
        var fragment = Concat(Box("moof", new byte[8]), Box("mdat", Sample));
        var start = type.Length + index.Length;
        yield return new("mp4 of fragments", "mp4", Concat(type, index, fragment, fragment), start + (2 * fragment.Length), Upto(start + fragment.Length, 8));

        // With a table of its segments nothing of them can be missing.
        byte[] Table(int version) => Box("sidx", Concat(Int(version << 24, 1, 1000), new byte[version == 0 ? 8 : 16], Short(0, 2), Int(fragment.Length, 500, 0, fragment.Length, 500, 0)));
        yield return new("mp4 of fragments with a table", "mp4", Concat(type, index, Table(0), fragment, fragment));
        yield return new("mp4 of fragments with a 64-bit table", "mp4", Concat(type, index, Table(1), fragment, fragment));
    }

    // Where a file could end, and where the header of the next box does: what follows a whole file is no fault.
    private static int[] Upto(int from, int count) => [.. Enumerable.Range(from, count)];

    private static byte[] Picture(byte[] type, int version, byte[]? data = null)
    {
        data ??= Box("mdat", Sample);
        byte[] Meta(int offset) => Box("meta", Concat(Int(0), Box("hdlr", new byte[12]), Locations(version, 0, offset, 10, Sample.Length - 10), Box("iinf", new byte[6])));
        var at = type.Length + Meta(0).Length + data.Length - Sample.Length;
        return Concat(type, Meta(at), data);
    }

    /// <summary>Two pieces of one item, and an item in another file.</summary>
    private static byte[] Locations(int version, int method, int offset, int first, int second)
    {
        byte[] Item(int id, int reference) => Concat(
            version < 2 ? Short(id) : Int(id),
            version > 0 ? Short(method) : [],
            Short(reference),
            Int(reference == 0 ? offset : 1_000_000),
            Short(2),
            version > 0 ? [7] : [],
            Int(0, first),
            version > 0 ? [7] : [],
            Int(first, second));
        return Box("iloc", Concat(Int(version << 24), [0x44, (byte)(version > 0 ? 0x41 : 0x40)], version < 2 ? Short(2) : Int(2), Item(1, 0), Item(2, 1)));
    }

    private static byte[] FileType(string major, string compatible) => Box("ftyp", Encoding.ASCII.GetBytes(major + "\0\0\0\0" + compatible));

    private static byte[] LargeBox(string type, byte[] content) => Concat(Int(1), Encoding.ASCII.GetBytes(type), Int(0, content.Length + 16), content);

    private static byte[] OpenBox(string type, byte[] content) => Concat(Int(0), Encoding.ASCII.GetBytes(type), content);
}
