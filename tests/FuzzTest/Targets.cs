using System.Text;
using Civitai;
using Civitai.Client.Downloads;
using Civitai.Client.Feeds;
using Civitai.Client.Http;
using Civitai.Client.Json;
using Gallery;

namespace FuzzTest;

/// <summary>The readers of what comes from outside.</summary>
internal static class Targets
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    private static readonly TextCleaner Cleaner = new(Key);
    private static readonly Image Sample = new() { Id = 5, Url = "http://127.0.0.1/x.jpeg", Username = "../a/b", CreatedAt = new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc) };

    internal static FuzzTarget[] All(int seed, byte[][] pages, byte[][] media)
    {
        var json = Bytes("[", "{", "}", "]", ",", ":", "\"", "\\", "\\u", "\\ud800", "null", "true", "9", "-", "1e999", "0.", "\"id\":", "\"items\":[", "\"metadata\":{", "\"nextCursor\":", "\"meta\":{", "\u001b[2J", "\u202e", "\0", "\ufeff", Key);
        return
        [
            new("page reader", 20, new Mutator(seed, pages, json), ReadPage),
            new("item reader", 20, new Mutator(seed + 1, [.. pages.SelectMany(ItemsOf)], json), ReadItem),
            new("generation data", 14, new Mutator(seed + 2, [.. pages.SelectMany(ItemsOf).Select(MetaOf)], json), ReadMeta),
            new("error reader", 12, new Mutator(seed + 3, Bytes(
                "{\"error\":\"Unauthorized\",\"code\":\"UNAUTHORIZED\"}", "{\"error\":{\"name\":\"ZodError\",\"message\":\"[{\\\"path\\\":[\\\"limit\\\",0],\\\"message\\\":\\\"Too big\\\"}]\"}}", "{\"error\":{\"issues\":[{\"path\":[\"a\"],\"message\":\"b\"},\"c\"]}}",
                "<!DOCTYPE html><html><head><title>502 Bad &amp; Gateway</title></head><body><h1>Error</h1></body></html>", "plain words", "\"text\"", "{\"message\":\"Bearer " + Key + "\"}"), json), ReadError),
            new("link parser", 10, new Mutator(seed + 4, Bytes(
                "https://civitai.com/images/123", "https://civitai.red/posts/5", "http://www.civitai.com/models/7/a-name?modelVersionId=9&x=1#f", "https://civitai.com/user/alice/images", "12345", "civitai.com/images/5"),
                Bytes("/", "//", "..", "%2e", "%", "@", ":", "#", "?", "9", "é", "\ud83d\ude00", "[::1]", "file:", " ", "\\", "\0")), ReadLink),
            new("template parser", 10, new Mutator(seed + 5, Bytes(
                "{Id}", "{Username}/{Date:yyyy/MM}/{Id}.{Extension}", "{Date:dd'/'MM} {Hash}{Seed}{Model}", "a/b/{PostId}-{Width}x{Height}.png", "../{Id}", "CON/{Type}"),
                Bytes("{", "}", "{Date:", "{Id}", "/", "\\", "..", ".", " ", "'", "%", "\"", "\u0301", "\ud800", "\ud83d\ude00", "{Extension}", ".jpg", "\0", "\u202e")), ReadTemplate),
            new("cursor reader", 5, new Mutator(seed + 6, Bytes("merge:v1=100%7C17246;v2=;v3=!", "merge:", "100|17246", "merge:v1=%;v1=!;=;v2"), Bytes(";", "=", "!", "%", "%7C", "v1", "merge:")), ReadCursor),
            new("ledger reader", 2, new Mutator(seed + 7, Bytes("# CivitaiPS archive 1\n+5;\n+6@450;\n+0x0123456789abcdef;\n+01234567-89ab-cdef-0123-456789abcdef@1200;\n", "\ufeff# CivitaiPS archive 1\r\n+5;\r\n+1"), Bytes("+", ";", "@", "0x", "9", "\n", "-", "# CivitaiPS archive 1")), ReadLedger),
            new("media reader", 7, new Mutator(seed + 8, [.. media, .. SmallFiles.All.Select(file => file.Bytes)], [.. ((string[])[
                "\0", "\xff\xd9", "IEND", "ftyp", "RIFF", "\xff\xff\xff\xff", "\0\0\0\0", "\0\0\0\x01moof", "\0\0\0\x10mdat", "iloc", "sidx", "jxlp\x80", "ID3\x04\0\0\0\0\0\x05", "Xing\0\0\0\x03", "\xff\xfb\x10\x64", "OggS\0\x02", "fLaC", "\xff\xf8\x19\x18", "data", "ds64", "\x18\x53\x80\x67", "\x1f\x43\xb6\x75\xff"]).Select(Encoding.Latin1.GetBytes)]), ReadMedia),
        ];
    }

    private static byte[][] Bytes(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    private static List<byte[]> ItemsOf(byte[] page)
    {
        var items = new List<byte[]>();
        new PageScanner().Scan(page, items.Add);
        return items;
    }

    private static byte[] MetaOf(byte[] item)
    {
        var walker = new ObjectWalker(item);
        while (walker.MoveNext())
        {
            if (walker.Utf8Name.SequenceEqual("meta"u8))
            {
                return walker.Value.ToArray();
            }
        }

        return "{\"prompt\":\"a\"}"u8.ToArray();
    }

    private static bool ReadPage(byte[] input)
    {
        var whole = new List<byte[]>();
        var scanner = new PageScanner();
        var accepted = scanner.Scan(input, whole.Add);

        // However a page is cut on its way, it is the same page.
        var pieces = new List<byte[]>();
        var cut = new PageScanner();
        var step = 1 + (input.Length % 37);
        for (var at = 0; at < input.Length && cut.Scan(input.AsSpan(at, Math.Min(step, input.Length - at)), pieces.Add); at += step)
        {
            // Goes on.
        }

        Require(scanner.HasEnded == cut.HasEnded && scanner.Fault == cut.Fault && whole.Count == pieces.Count && whole.Zip(pieces).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)), "cut in pieces the page is another one");
        Require(accepted == scanner.Fault is null, "a fault without a word");
        foreach (var item in whole)
        {
            ReadItem(item);
        }

        if (scanner.Metadata is { } metadata)
        {
            PageMetadata.TryReadNextCursor(metadata, out _);
        }

        return accepted && scanner.HasEnded && scanner.HasItems;
    }

    private static bool ReadItem(byte[] input)
    {
        var image = ItemReader.Read(input, out var fault);
        Require(image is null != fault is null, "neither an image nor a fault");
        if (image is null)
        {
            return false;
        }

        Require(image.Id > 0, "an image without an id");
        _ = image.ToString() + image.ReactionCount + image.Prompt + image.Seed;
        Touch(image.Meta);
        return true;
    }

    private static bool ReadMeta(byte[] input)
    {
        var meta = MetaReader.Read(input);
        Touch(meta);
        return meta is not null;
    }

    private static void Touch(ImageMeta? meta)
    {
        if (meta is not null)
        {
            _ = meta.ToString() + meta.Prompt + meta.NegativePrompt + meta.Steps + meta.Sampler + meta.CfgScale + meta.Seed + meta.SeedText + meta.Model + meta.Size + meta.ClipSkip;
            Require(meta.Resources.All(resource => resource is not null), "a resource that is none");
        }
    }

    private static bool ReadError(byte[] input)
    {
        var error = ErrorBody.Parse(input, Cleaner);
        var words = error.Words;
        Require(error.Parameters.All(name => name.Length <= TextCleaner.LongestText && !name.Any(char.IsControl)), "a parameter that is not clean");
        Require(words.Length <= TextCleaner.LongestText, "too long");
        Require(!words.Any(char.IsControl), "a control character is shown");
        Require(!words.Contains(Key, StringComparison.OrdinalIgnoreCase), "the key is shown");
        return words.Length > 0;
    }

    private static bool ReadLink(byte[] input) => Try(CivitaiError.LinkNotSupported, () => LinkParser.Parse(Encoding.UTF8.GetString(input)));

    private static bool ReadTemplate(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        var accepted = Try(CivitaiError.FileNameInvalid, () => RequireSafe(FileNameTemplate.Parse(text).Expand(Sample, MediaKey.Of(Sample))));
        _ = Try(CivitaiError.FileNameInvalid, () => RequireSafe(FileNameTemplate.ReadName(text)));
        return accepted;
    }

    private static string RequireSafe(string name)
    {
        var path = SafeName.OfPath(name, rootLength: 30, reserve: 30);
        foreach (var segment in path.Split('/'))
        {
            Require(segment.Length > 0 && segment is not ("." or "..") && Encoding.UTF8.GetByteCount(segment) <= SafeName.MaximumBytes, "a name that is not safe: " + path);
            Require(segment.IndexOfAny(['<', '>', ':', '"', '\\', '|', '?', '*', '\0']) < 0 && !segment.Any(char.IsControl) && segment[^1] is not ('.' or ' '), "a name that is not safe: " + path);
        }

        return path;
    }

    private static bool ReadCursor(byte[] input)
    {
        var cursor = MergeCursor.Read(Encoding.UTF8.GetString(input));
        Require(cursor.VersionIds.All(id => id > 0), "a version without an id");
        Require(cursor.Names("v1") || (cursor.CursorOf("v1") is null && !cursor.IsAtEnd("v1")), "a cursor of a feed that is not named");
        return cursor.Names("v1");
    }

    private static bool ReadLedger(byte[] input) => Try(CivitaiError.ArchiveInvalid, () =>
    {
        using var file = new MemoryStream(input);
        return ArchiveLedger.Read("ledger", file, CancellationToken.None);
    });

    private static bool ReadMedia(byte[] input)
    {
        var whole = new MediaScanner();
        whole.Append(input);
        whole.End();
        var cut = new MediaScanner();
        var step = 1 + (input.Length % 41);
        for (var at = 0; at < input.Length; at += step)
        {
            cut.Append(input.AsSpan(at, Math.Min(step, input.Length - at)));
        }

        cut.End();
        Require(whole.Format == cut.Format && whole.IsWhole == cut.IsWhole && whole.IsRefused == cut.IsRefused, "cut in pieces the file is another one");
        return whole.IsWhole;
    }

    private static bool Try<T>(CivitaiError allowed, Func<T> read)
    {
        try
        {
            _ = read();
            return true;
        }
        catch (CivitaiException exception)
        {
            Require(exception.Error == allowed, "another error than " + allowed + ": " + exception.Error);
            Require(!exception.Message.Any(char.IsControl), "a control character in a message");
            return false;
        }
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
