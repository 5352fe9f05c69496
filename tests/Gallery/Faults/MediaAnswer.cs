using System.IO.Compression;

namespace Gallery;

/// <summary>An answer to a request for a file.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Body">Its body.</param>
/// <param name="Headers">Its headers, besides those that the answer would have had.</param>
public sealed record MediaAnswer(int Status, ReadOnlyMemory<byte> Body, params KeyValuePair<string, string>[] Headers)
{
    /// <summary>A part of a file, with any <c>Content-Range</c>, or none.</summary>
    public static MediaAnswer Part(ReadOnlyMemory<byte> body, string? contentRange) =>
        new(206, body, contentRange is null ? [] : [new KeyValuePair<string, string>("Content-Range", contentRange)]);

    /// <summary>A file under encodings, in the order in which they are applied. <c>raw deflate</c> is deflate as some servers send it; what is unknown changes nothing.</summary>
    public static ReadOnlyMemory<byte> Encode(ReadOnlyMemory<byte> file, string encodings) =>
        encodings.Split(", ").Aggregate(file, (content, encoding) => encoding switch
        {
            "gzip" or "x-gzip" => Pack(content, stream => new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true)),
            "deflate" => Pack(content, stream => new ZLibStream(stream, CompressionLevel.Fastest, leaveOpen: true)),
            "raw deflate" => Pack(content, stream => new DeflateStream(stream, CompressionLevel.Fastest, leaveOpen: true)),
            "br" => Pack(content, stream => new BrotliStream(stream, CompressionLevel.Fastest, leaveOpen: true)),
            _ => content,
        });

    private static byte[] Pack(ReadOnlyMemory<byte> content, Func<Stream, Stream> wrap)
    {
        using var packed = new MemoryStream();
        using (var packer = wrap(packed))
        {
            packer.Write(content.Span);
        }

        return packed.ToArray();
    }
}
