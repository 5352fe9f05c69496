using System.IO.Compression;

namespace Gallery;

/// <summary>An answer before it is sent: complete in memory, so that every way of cutting it is exact.</summary>
internal sealed class Reply
{
    private readonly Lock _lock = new();
    private byte[]? _gzip;
    private byte[]? _brotli;

    public int Status { get; init; } = 200;

    public List<KeyValuePair<string, string>> Headers { get; init; } = [];

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Where each item of a page ends in the uncompressed body.</summary>
    public int[]? ItemEnds { get; init; }

    public bool IsCompressible { get; init; }

    /// <summary>How long the service takes over this answer.</summary>
    public TimeSpan Wait { get; init; }

    public static Reply Json(int status, byte[] body, int[]? itemEnds = null, TimeSpan wait = default, bool cacheable = true)
    {
        var reply = new Reply { Status = status, Body = body, ItemEnds = itemEnds, IsCompressible = true, Wait = wait };
        reply.Headers.Add(new("Content-Type", "application/json; charset=utf-8"));
        if (cacheable)
        {
            // Set before the service's handler runs, and so on errors as well.
            reply.Headers.Add(new("Cache-Control", "public, s-maxage=300, stale-while-revalidate=150"));
        }

        reply.Headers.Add(new("Access-Control-Allow-Origin", "*"));
        return reply;
    }

    public static Reply Json(int status, string body, bool cacheable = true) => Json(status, System.Text.Encoding.UTF8.GetBytes(body), cacheable: cacheable);

    public ReadOnlyMemory<byte> Encoded(string encoding)
    {
        // Fastest, since an embedded gallery shares the machine with what it tests.
        const CompressionLevel level = CompressionLevel.Fastest;
        lock (_lock)
        {
            return encoding == "br" ? _brotli ??= Compress(stream => new BrotliStream(stream, level, leaveOpen: true)) : _gzip ??= Compress(stream => new GZipStream(stream, level, leaveOpen: true));
        }
    }

    private byte[] Compress(Func<Stream, Stream> wrap)
    {
        using var packed = new MemoryStream(Math.Max(256, Body.Length / 4));
        using (var packer = wrap(packed))
        {
            packer.Write(Body.Span);
        }

        return packed.ToArray();
    }
}
