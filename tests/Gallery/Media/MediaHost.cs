using System.Collections.Concurrent;
using System.Globalization;
using SkiaSharp;

namespace Gallery;

/// <summary>The media host: addresses, originals and renditions. Everything is drawn when first asked for.</summary>
internal sealed class MediaHost
{
    private const string CachePath = "/file/civitai-media-cache/";
    private const string DeliveryKey = "xG1nkqKTMzGDvpLrqFT7WA"; // the service's name for the first part of media paths
    private const long IdFactor = 0x5DEECE66D; // odd, so that it can be undone
    private const long IdMask = (1L << 48) - 1;
    private static readonly long IdInverse = Inverse(IdFactor);
    private static readonly int[] Ladder = [96, 320, 450, 512, 800, 1200, 1600, 2200];

    private readonly GalleryOptions _options;
    private readonly Catalogue _catalogue;
    private readonly ConcurrentDictionary<(long Id, string Rendition), Lazy<byte[]>> _drawn = new();
    private readonly ConcurrentQueue<(long Id, string Rendition)> _order = new();
    private readonly ConcurrentDictionary<(int Seed, ServedFormat Format), Lazy<byte[]>> _templates = new();
    private readonly ConcurrentDictionary<long, int> _revisions = new();
    private string _base = "";

    public MediaHost(GalleryOptions options, Catalogue catalogue)
    {
        _options = options;
        _catalogue = catalogue;
    }

    public void SetBase(Uri uri) => _base = uri.GetLeftPart(UriPartial.Authority);

    public string AddressOf(CatalogueImage image) => Address(image.Id, "original=true", image.Type switch { "video" => ".mp4", "audio" => ".mp3", _ => ".jpeg" });

    public string ThumbnailOf(CatalogueImage image) => Address(image.Id, "anim=false,transcode=true,width=450,original=false", ".jpeg");

    public static Guid UuidOf(long id)
    {
        // The last group holds the id, scrambled; the rest is noise that belongs to it.
        Span<byte> bytes = stackalloc byte[16];
        new Dice(id, 11).Fill(bytes);
        var node = unchecked(id * IdFactor) & IdMask;
        for (var index = 15; index >= 10; index--)
        {
            bytes[index] = (byte)node;
            node >>= 8;
        }

        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The image that a media path is for, or null; the parameters; the name.</summary>
    public static long? IdOf(string path)
    {
        foreach (var part in path.Split('/'))
        {
            if (part.Length == 36 && Guid.TryParseExact(part, "D", out var uuid))
            {
                Span<byte> bytes = stackalloc byte[16];
                uuid.TryWriteBytes(bytes, bigEndian: true, out _);
                var node = 0L;
                foreach (var value in bytes[10..])
                {
                    node = (node << 8) | value;
                }

                var id = unchecked(node * IdInverse) & IdMask;
                return UuidOf(id) == uuid ? id : null;
            }
        }

        return null;
    }

    public byte[] Original(long id) => Bytes(Find(id), "original=true", "");

    public void Change(long id)
    {
        _revisions.AddOrUpdate(id, 1, (_, revision) => revision + 1);
        foreach (var key in _drawn.Keys.Where(key => key.Id == id))
        {
            _drawn.TryRemove(key, out _);
        }
    }

    public Reply Answer(LoggedRequest request, IReadOnlyList<Fault> faults)
    {
        if (request.Method is not "GET" and not "HEAD")
        {
            return new Reply { Status = 405, Headers = [new("Allow", "GET, HEAD")] };
        }

        var image = request.ImageId is { } id ? _catalogue.Find(id) : null;
        var parts = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (image is null || parts.Length < 2)
        {
            return new Reply { Status = 404, Body = "Not found"u8.ToArray(), Headers = [new("Content-Type", "text/plain")] };
        }

        if (faults.Any(fault => fault.Kind == FaultKind.Changed))
        {
            Change(image.Id);
        }

        var redirected = request.Path.StartsWith(CachePath, StringComparison.Ordinal);
        var parameters = redirected ? parts[^1] : parts.Length > 2 ? parts[2] : "";
        var name = redirected ? "" : parts[^1];
        if (faults.FirstOrDefault(fault => fault.Kind == FaultKind.Redirect) is { } redirect)
        {
            return Redirect(redirect, CachePath + UuidOf(image.Id).ToString("D") + "/" + parameters);
        }

        byte[] whole;
        ServedFormat format;
        if (image.Type == "video" && IsOriginal(parameters) && faults.FirstOrDefault(fault => fault.Kind == FaultKind.Still) is { } still)
        {
            format = still.Reset ? ServedFormat.Webp : ServedFormat.Jpeg;
            whole = Bytes(image, "still", still.Reset ? ".webp" : ".jpeg");
        }
        else
        {
            format = FormatOf(image, parameters, name);
            whole = Bytes(image, parameters, Path.GetExtension(name));
        }

        return Ranged(request, image, whole, format, parameters, faults);
    }

    public static Reply Redirect(Fault fault, string fallback)
    {
        // Endless ones stay on the side that they began on, so that conditions go on matching.
        var to = fault.Text != "*" ? fault.Text ?? fallback
            : fallback.StartsWith("/api/", StringComparison.Ordinal) ? FormattableString.Invariant($"/api/again/{fault.Applied}")
            : FormattableString.Invariant($"/again/{fault.Applied}{CachePath}{Path.GetFileName(Path.GetDirectoryName(fallback))}/original");
        return new Reply { Status = fault.Code, Headers = [new("Location", to), new("Content-Type", "text/html")], Body = "<html>Moved</html>"u8.ToArray() };
    }

    private Reply Ranged(LoggedRequest request, CatalogueImage image, byte[] whole, ServedFormat format, string parameters, IReadOnlyList<Fault> faults)
    {
        ReadOnlyMemory<byte> content = whole;
        foreach (var fault in faults)
        {
            if (fault.Kind == FaultKind.Truncate)
            {
                content = content[..(int)Math.Max(0, content.Length - fault.Amount)];
            }
            else if (fault.Kind == FaultKind.Damage && content.Length > 0)
            {
                var damaged = content.ToArray();
                damaged[Math.Min(damaged.Length - 1, fault.Amount)] ^= 0x55;
                content = damaged;
            }
        }

        var headers = new List<KeyValuePair<string, string>>(8) { new("Content-Type", ContentType(image, format)), new("Accept-Ranges", "bytes"), new("Cache-Control", "public, max-age=31536000") };
        var tag = FormattableString.Invariant($"\"{image.Id:x}-{Dice.Mix((ulong)parameters.GetStableHash()):x}-{_revisions.GetValueOrDefault(image.Id)}\"");
        var modified = DateTime.UnixEpoch.AddDays(19_000).AddSeconds(image.Id % 100_000_000 + _revisions.GetValueOrDefault(image.Id)).ToString("r", CultureInfo.InvariantCulture);
        if (!_options.WithoutValidators)
        {
            headers.Add(new("ETag", tag));
            headers.Add(new("Last-Modified", modified));
        }

        if (faults.FirstOrDefault(fault => fault.Kind == FaultKind.Answer) is { Make: { } make })
        {
            var answer = make(content, request.RangeStart);
            headers.RemoveAll(header => answer.Headers.Any(own => own.Key.Equals(header.Key, StringComparison.OrdinalIgnoreCase)));
            return new Reply { Status = answer.Status, Headers = [.. headers, .. answer.Headers], Body = answer.Body };
        }

        var range = faults.Any(fault => fault.Kind == FaultKind.IgnoreRange) ? null : request.Header("Range");
        if (range is not null && request.Header("If-Range") is { } validator && validator != tag && validator != modified && !faults.Any(fault => fault.Kind == FaultKind.IgnoreIfRange))
        {
            range = null;
        }

        if (range is null || !range.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase) || range.Contains(',', StringComparison.Ordinal) || range[6..].Split('-') is not [var first, var last])
        {
            return new Reply { Headers = headers, Body = content };
        }

        long from;
        long to = content.Length - 1;
        if (first.Length == 0)
        {
            from = long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var suffix) ? Math.Max(0, content.Length - suffix) : long.MaxValue;
        }
        else
        {
            from = long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var start) ? start : long.MaxValue;
            to = last.Length > 0 && long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var end) ? Math.Min(to, end) : to;
        }

        if (from > to)
        {
            headers.Add(new("Content-Range", FormattableString.Invariant($"bytes */{content.Length}")));
            return new Reply { Status = 416, Headers = headers };
        }

        var wrong = faults.FirstOrDefault(fault => fault.Kind == FaultKind.ContentRange);
        headers.Add(new("Content-Range", wrong?.Text ?? FormattableString.Invariant($"bytes {from + (wrong?.Amount ?? 0)}-{to}/{content.Length}")));
        return new Reply { Status = 206, Headers = headers, Body = content.Slice((int)from, (int)(to - from + 1)) };
    }

    private static long Inverse(long odd)
    {
        // Newton's iteration doubles the number of right bits each time.
        var inverse = odd;
        for (var step = 0; step < 6; step++)
        {
            inverse = unchecked(inverse * (2 - odd * inverse));
        }

        return inverse & IdMask;
    }

    private string Address(long id, string parameters, string extension)
    {
        var uuid = UuidOf(id).ToString("D");
        return string.Concat(_base, "/" + DeliveryKey + "/", uuid + "/" + parameters, "/" + uuid + extension);
    }

    private CatalogueImage Find(long id) => _catalogue.Find(id) ?? throw new KeyNotFoundException(FormattableString.Invariant($"No image {id}."));

    private static bool IsOriginal(string parameters) => parameters.Split(',') is var list && (list.Contains("original=true") || list.Contains("original") || parameters.Length == 0);

    private ServedFormat OriginalFormat(CatalogueImage image)
    {
        if (image.Type == "image" && _options.ImageFormat != ServedFormat.ByType)
        {
            return _options.ImageFormat;
        }

        if (image.MediaFormat != ServedFormat.ByType)
        {
            return image.MediaFormat;
        }

        var dice = new Dice(image.Id, 21);
        return Catalogue.FormatOf(image.Type, ref dice);
    }

    private ServedFormat FormatOf(CatalogueImage image, string parameters, string name)
    {
        var list = parameters.Split(',');
        if (IsOriginal(parameters) || image.Type == "audio")
        {
            return OriginalFormat(image);
        }

        if (image.Type == "video" && !list.Contains("anim=false"))
        {
            return Path.GetExtension(name) == ".webm" ? ServedFormat.Webm : ServedFormat.Mp4;
        }

        return list.Contains("optimized=true") ? ServedFormat.Webp : ServedFormat.Jpeg;
    }

    private byte[] Bytes(CatalogueImage image, string parameters, string extension)
    {
        var original = parameters != "still" && IsOriginal(parameters);
        if (original && image.Media is { } own)
        {
            return own;
        }

        var key = (image.Id, original ? "" : parameters + extension);
        if (!_drawn.TryGetValue(key, out var drawn))
        {
            drawn = _drawn.GetOrAdd(key, new Lazy<byte[]>(() => original ? DrawOriginal(image) : DrawRendition(image, parameters, extension)));
            _order.Enqueue(key);
            while (_order.Count > _options.MediaCacheCount && _order.TryDequeue(out var oldest))
            {
                _drawn.TryRemove(oldest, out _);
            }
        }

        return drawn.Value;
    }

    private byte[] DrawOriginal(CatalogueImage image)
    {
        var format = OriginalFormat(image);
        var revision = _revisions.GetValueOrDefault(image.Id);
        var comment = revision == 0 ? Pictures.Describe(image.Id) : FormattableString.Invariant($"{Pictures.Describe(image.Id)}, revision {revision}");
        var seed = image.Id + revision * 1_000_003L;
        var (width, height) = Pictures.SizeFor(image);
        if (format == ServedFormat.Gif)
        {
            // Not compressed, and two frames.
            (width, height) = (Math.Max(8, width / 2), Math.Max(8, height / 2));
        }

        if (_options.Bulk || _options.FewPictures)
        {
            seed %= 16;
            (width, height) = (96, 96);
        }

        return Draw(format, seed, width, height, comment, image.MediaSize ?? _options.MediaSize);
    }

    private byte[] Draw(ServedFormat format, long seed, int width, int height, string comment, long? size)
    {
        byte[] Picture(SKEncodedImageFormat encoding) => _options.Bulk || _options.FewPictures
            ? _templates.GetOrAdd(((int)seed, format), _ => new Lazy<byte[]>(() => Pictures.Draw(seed, width, height, encoding))).Value
            : Pictures.Draw(seed, width, height, encoding);
        return format switch
        {
            ServedFormat.Png => Containers.Png(Picture(SKEncodedImageFormat.Png), comment, size),
            ServedFormat.Webp => Containers.Webp(Picture(SKEncodedImageFormat.Webp), comment, size),
            ServedFormat.Gif => Containers.Gif([Pictures.DrawIndexed(seed, width, height, 128), Pictures.DrawIndexed(seed + 1, width, height, 128)], width, height, comment, size),
            ServedFormat.Avif => Containers.Avif(width, height, comment, size),
            ServedFormat.Mp4 => Containers.Mp4([.. Enumerable.Range(0, 4).Select(frame => Pictures.Draw(seed + frame, width, height, SKEncodedImageFormat.Jpeg, 70))], width, height, comment, size),
            ServedFormat.Webm => Containers.Webm(Picture(SKEncodedImageFormat.Webp), width, height, comment, size),
            ServedFormat.Mp3 => Containers.Mp3(comment, size),
            _ => Containers.Jpeg(Picture(SKEncodedImageFormat.Jpeg), comment, size),
        };
    }

    private byte[] DrawRendition(CatalogueImage image, string parameters, string extension)
    {
        var (width, height) = Pictures.SizeFor(image);
        if (parameters == "still")
        {
            return Pictures.Draw(image.Id, width, height, extension == ".webp" ? SKEncodedImageFormat.Webp : SKEncodedImageFormat.Jpeg);
        }

        var format = FormatOf(image, parameters, extension);
        if (format is ServedFormat.Mp4 or ServedFormat.Webm or ServedFormat.Mp3)
        {
            return Draw(format, image.Id, width, height, "rendition " + parameters, null);
        }

        foreach (var parameter in parameters.Split(','))
        {
            if ((parameter.StartsWith("width=", StringComparison.Ordinal) || parameter.StartsWith("height=", StringComparison.Ordinal))
                && int.TryParse(parameter.AsSpan(parameter.IndexOf('=', StringComparison.Ordinal) + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var asked))
            {
                // Other sizes snap up to the service's ladder.
                var snapped = Array.Find(Ladder, step => step >= asked) is var step and > 0 ? step : Ladder[^1];
                (width, height) = (snapped, Math.Clamp((int)((long)snapped * height / width), 8, 4000));
                break;
            }
        }

        return Pictures.Draw(image.Id, width, height, format == ServedFormat.Webp ? SKEncodedImageFormat.Webp : SKEncodedImageFormat.Jpeg);
    }

    private static string ContentType(CatalogueImage image, ServedFormat format)
    {
        // Right most of the time, as at the service.
        return (image.Id % 23) switch
        {
            3 => "text/plain",
            7 when image.Type == "image" => "image/jpeg",
            _ => format switch
            {
                ServedFormat.Png => "image/png",
                ServedFormat.Webp => "image/webp",
                ServedFormat.Gif => "image/gif",
                ServedFormat.Avif => "image/avif",
                ServedFormat.Mp4 => "video/mp4",
                ServedFormat.Webm => "video/webm",
                ServedFormat.Mp3 => "audio/mpeg",
                _ => "image/jpeg",
            },
        };
    }
}
