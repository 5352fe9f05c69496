using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace FuzzTest;

/// <summary>
/// Makes answers that no server should give: statuses, headers, lengths, encodings, redirects and bodies of every kind, right ones among them, put together by
/// chance and damaged. The same seed gives the same answers to the same requests.
/// </summary>
[SuppressMessage("Security", "CA5394", Justification = "No secret hangs on it, and the seed makes a run repeatable.")]
internal sealed class OddAnswers(int seed, byte[][] pages, byte[][] media)
{
    private static readonly byte[] Model = "{\"id\":123,\"name\":\"x\",\"modelVersions\":[{\"id\":1,\"images\":[]},{\"id\":2}]}"u8.ToArray();

    /// <summary>What stands in the samples for the host that is asked.</summary>
    internal const string Host = "gallery.example";

    private static readonly int[] Statuses =
        [0, 99, 100, 101, 103, 200, 201, 204, 205, 206, 226, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 407, 408, 410, 413, 414, 416, 418, 422, 429, 451, 500, 501, 502, 503, 504, 511, 520, 524, 599, 600, 999];

    private static readonly string[] StatusLines = ["HTTP/1.1 {0} OK", "HTTP/1.0 {0} x", "HTTP/1.1 {0}", "HTTP/2 {0} x", "HTTP/1.1  {0}", "http/1.1 {0} OK", "HTTP/1.1 {0}0 OK", "{0}", "ICY {0} OK", "HTTP/1.1 {0} \u001b[2J\u0007"];

    private static readonly string[] Types =
        ["application/json", "application/json; charset=utf-16", "text/html; charset=utf-8", "text/plain", "image/png", "application/octet-stream", "*/*", ";;;", "\u00ff/\u00ff", "application/json; charset=no-such", ""];

    private static readonly string[] Encodings = ["br", "gzip", "deflate", "identity", "zstd", "br, gzip", "gzip, gzip", "x-gzip", "GZIP", "\u00ff", "", ",,,"];

    private static readonly string[] Locations =
    [
        "/", "?x=1", "//", "http://" + Host + "/a", "https://" + Host + "/a", "http://localhost\u00e9.xn--/", "http://\u00c0\u00c0.xn--/", "http://xn--\u00e9/", "http://[::1", "http://[fe80::1%25eth0]/", "http://127.0.0.1:1/",
        "ftp://" + Host + "/", "file:///etc/passwd", "javascript:alert(1)#x", "http://a@b@" + Host + "/", "http://" + Host + ":0/", "http://" + Host + ":99999/", "\u001b[2J", "#", "", "http://%zz/#%", "data:text/html,x", "http:/\\x", "\u00ff\u00fe",
    ];

    private static readonly string[] Lengths = ["0", "1", "-1", "99999999999", "9223372036854775807", "18446744073709551616", "many", "5, 5", "5, 6", "0x10", " 7", ""];

    private static readonly string[] Oddities =
    [
        "Retry-After: soon", "Retry-After: -5", "Retry-After: 0", "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT", "Date: never", "Date: Thu, 31 Dec 9999 23:59:59 GMT", "Last-Modified: Thu, 99 Foo 2025 99:99:99 GMT", "ETag: W/\"\u00ff\"", "ETag: \"a\"", "ETag: no",
        "Content-Range: bytes 0-1/2", "Content-Range: bytes */0", "Content-Range: bytes 9-1/99999999999999999999", "Content-Range: pages", "Transfer-Encoding: gzip", "Transfer-Encoding: chunked, chunked", "Connection: keep-alive", "Connection: upgrade\r\nUpgrade: h2c",
        "Set-Cookie: a=b; domain=.", "Proxy-Authenticate: Basic realm=\u00ff", "WWW-Authenticate: Negotiate !", "no colon", ": no name", "X: \u001b]0;x\u0007", "X-Long: 0123456789", " folded", "Content-Disposition: attachment; filename=../../x", "Trailer: X", "Content-Location: \u00ff",
    ];

    private static readonly string[] Bodies =
    [
        "", "{}", "[]", "null", "\"", "{\"items\":[]}", "{\"items\":[],\"metadata\":{}}", "{\"items\":{},\"metadata\":7}", "{\"items\":[1,null,\"x\",[],{}],\"metadata\":{\"nextCursor\":\"a\u2019;b\"}}", "{\"items\":[],\"metadata\":{\"nextCursor\":{}}}",
        "{\"error\":\"Server busy\"}", "{\"error\":{\"name\":\"ZodError\",\"message\":\"[{\\\"path\\\":[\\\"baseModels\\\",0],\\\"message\\\":\\\"no\\\"}]\"}}", "{\"message\":\"\\u001b[2J\"}", "{\"error\":\"\\ud800\"}", "<!DOCTYPE html><title>Sign in</title>", "<?xml version=\"1.0\"?><e/>",
        "\ufeff{\"items\":[],\"metadata\":{}}", "plain words", "0", "-", "\0\0\0\0", "{\"items\":[{\"id\":5,\"url\":\"http://localhost\u00e9.xn--/x.png\"},{\"id\":6,\"url\":\"http://" + Host + "/6.png\"}],\"metadata\":{}}",
    ];

    private readonly Random _random = new(seed);
    private readonly Mutator _pages = new(seed + 1, pages, [.. Bodies.Select(Encoding.UTF8.GetBytes), "\\u"u8.ToArray(), "\"id\":"u8.ToArray(), "\"url\":\"http://"u8.ToArray(), "9"u8.ToArray()]);
    private readonly Mutator _media = new(seed + 2, media, ["\0"u8.ToArray(), "IEND"u8.ToArray(), "ftyp"u8.ToArray()]);

    /// <summary>The bytes of the next answer, status line and all.</summary>
    /// <param name="request">The first line of the request.</param>
    /// <param name="host">The host that it is for.</param>
    internal byte[] Next(string request, string host)
    {
        var isPage = request.Contains("/api/", StringComparison.Ordinal);
        if (Chance(40))
        {
            // Nothing would ever get past its first answer if all were wrong.
            var right = request.Contains("/models/", StringComparison.Ordinal) ? Model : !isPage ? Pick<byte[]>(media) : Chance(70) ? Pick<byte[]>(pages) : _pages.NextInput();
            return [.. Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: " + (isPage ? "application/json" : "image/png") + "\r\nETag: \"a\"\r\nContent-Length: " + right.Length.ToString(CultureInfo.InvariantCulture) + "\r\n\r\n"), .. right];
        }

        var status = Chance(60) ? 200 : request.StartsWith("CONNECT", StringComparison.Ordinal) && Chance(50) ? 407 : Pick(Statuses);
        var head = new StringBuilder();
        head.AppendFormat(CultureInfo.InvariantCulture, Chance(95) ? StatusLines[0] : Pick(StatusLines), status).Append("\r\n");
        var body = Body(isPage);
        Header(head, "Content-Type", Chance(70) ? isPage ? "application/json" : "image/png" : Pick(Types));
        if (Chance(40))
        {
            var encoding = Chance(80) ? Pick(Encodings.AsSpan(0, 3)) : Pick(Encodings);
            Header(head, "Content-Encoding", encoding);
            body = Chance(85) ? Compressed(encoding, body) : body;
        }

        if (status is >= 300 and < 400 || Chance(3))
        {
            Header(head, "Location", Pick(Locations));
        }

        for (var times = Chance(30) ? 1 + _random.Next(4) : 0; times > 0; times--)
        {
            head.Append(Pick(Oddities)).Append("\r\n");
        }

        if (Chance(10))
        {
            body = Damaged(body);
        }

        if (Chance(20))
        {
            body = Chunked(head, body);
        }
        else if (Chance(80))
        {
            Header(head, "Content-Length", Chance(90) ? body.Length.ToString(CultureInfo.InvariantCulture) : Pick(Lengths));
        }

        head.Append("\r\n");
        byte[] answer = [.. Encoding.Latin1.GetBytes(head.Replace(Host, host).ToString()), .. body];
        return Chance(8) ? answer[.._random.Next(answer.Length + 1)] : Chance(4) ? Damaged(answer) : answer;
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private T Pick<T>(ReadOnlySpan<T> from) => from[_random.Next(from.Length)];

    private static void Header(StringBuilder head, string name, string value) => head.Append(name).Append(": ").Append(value).Append("\r\n");

    private byte[] Body(bool isPage)
    {
        switch (_random.Next(10))
        {
            case < 4:
                return isPage ? Pick<byte[]>(pages) : Pick<byte[]>(media);
            case < 7:
                return isPage ? _pages.NextInput() : _media.NextInput();
            default:
                var text = Pick(Bodies);
                return Chance(90) ? Encoding.UTF8.GetBytes(text) : [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)];
        }
    }

    private static byte[] Compressed(string encoding, byte[] body)
    {
        using var packed = new MemoryStream();
        using (Stream packer = encoding switch
        {
            "br" => new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            _ => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true),
        })
        {
            packer.Write(body);
        }

        return packed.ToArray();
    }

    private byte[] Damaged(byte[] bytes)
    {
        var damaged = (byte[])bytes.Clone();
        for (var times = 1 + _random.Next(4); times > 0 && damaged.Length > 0; times--)
        {
            damaged[_random.Next(damaged.Length)] = (byte)_random.Next(256);
        }

        return damaged;
    }

    private byte[] Chunked(StringBuilder head, byte[] body)
    {
        Header(head, "Transfer-Encoding", "chunked");
        var chunks = new MemoryStream();
        for (var at = 0; at < body.Length;)
        {
            var length = Math.Min(body.Length - at, 1 + _random.Next(3000));
            chunks.Write(Encoding.ASCII.GetBytes(length.ToString("x", CultureInfo.InvariantCulture) + (Chance(2) ? ";" + new string('x', 300) : "") + "\r\n"));
            chunks.Write(body, at, length);
            chunks.Write("\r\n"u8);
            at += length;
        }

        chunks.Write(Chance(95) ? "0\r\n\r\n"u8 : Chance(50) ? "0\r\nX: y\r\nContent-Length: 5\r\n\r\n"u8 : "zz\r\n"u8);
        return chunks.ToArray();
    }
}
