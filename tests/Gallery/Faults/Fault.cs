using System.Globalization;
using System.Text;

namespace Gallery;

/// <summary>
/// One way for an answer to go wrong: what happens (the static members), to which requests (<see cref="OnApi"/>, <see cref="OnImage"/>, <see cref="When"/> …; all
/// requests by default) and how often (once by default; <see cref="Times"/>, <see cref="Forever"/>, <see cref="Skip"/>, <see cref="Nth"/>). Several faults that meet
/// the same request act together: a wait, then a status, cut off after a few bytes.
/// </summary>
public sealed class Fault
{
    private const string Html403 = "<!DOCTYPE html><html lang=\"en-US\"><head><title>Just a moment...</title><script>/* {\"items\":[]} */</script></head><body><h1>civitai.com</h1><p>Checking if the site connection is secure</p><p>Ray ID: 8c1f2e3d4a5b6c7d</p></body></html>";

    private readonly List<Func<LoggedRequest, bool>> _conditions = [];
    private int _skip;
    private int _times = 1;
    private int _seen;
    private int _applied;
    private HashSet<string>? _stickyAddresses;

    private Fault(FaultKind kind, string name)
    {
        Kind = kind;
        Name = name;
    }

    /// <summary>What happens, in a few words; appears in the log.</summary>
    public string Name { get; }

    /// <summary>How many requests it has been applied to.</summary>
    public int Applied => Volatile.Read(ref _applied);

    internal FaultKind Kind { get; }

    internal long Amount { get; private init; }

    internal int Code { get; private init; } = 200;

    internal byte[] Body { get; private init; } = [];

    internal byte[] Repeated { get; private init; } = [];

    internal string? Text { get; private init; }

    internal IReadOnlyList<KeyValuePair<string, string>> Headers { get; private init; } = [];

    internal TimeSpan Wait { get; private init; }

    internal bool Reset { get; private init; }

    internal Task? Gate { get; private init; }

    internal Func<ReadOnlyMemory<byte>, long?, MediaAnswer>? Make { get; private init; }

    // ---- instead of the answer ----

    /// <summary>Another status, with a body in the service's words unless one is given. <paramref name="retryAfter"/> is <c>Retry-After</c> as it is sent (see <see cref="InSeconds"/>, <see cref="AtDate"/>).</summary>
    public static Fault Status(int code, string? body = null, string? contentType = null, string? retryAfter = null, IEnumerable<KeyValuePair<string, string>>? headers = null)
    {
        var (ownBody, ownType) = ServiceWords(code);
        var all = new List<KeyValuePair<string, string>> { new("Content-Type", contentType ?? (body is null ? ownType : body.StartsWith('<') ? "text/html; charset=UTF-8" : "application/json; charset=utf-8")) };
        if (retryAfter is not null)
        {
            all.Add(new("Retry-After", retryAfter));
        }

        all.AddRange(headers ?? []);
        return new Fault(FaultKind.Reply, FormattableString.Invariant($"status {code}")) { Code = code, Body = Encoding.UTF8.GetBytes(body ?? ownBody), Headers = all };
    }

    /// <summary>The service's own overload answer: 503 with <c>Retry-After: 2</c> (or as given) and <c>no-store</c>.</summary>
    public static Fault Busy(string retryAfter = "2") =>
        Status(503, "{\"error\":\"Server busy, please retry shortly.\"}", retryAfter: retryAfter, headers: [new("Cache-Control", "no-store")]);

    /// <summary>The 429 that must not be retried: too many pages by <c>page</c>.</summary>
    public static Fault TooManyPages() => Status(429, "{\"error\":\"You've requested too many pages, please use cursors instead\"}");

    /// <summary>451, as in a blocked region.</summary>
    public static Fault RegionBlocked() => Status(451);

    /// <summary>A page of the edge server instead of the answer.</summary>
    public static Fault HtmlPage(int status = 200, string? html = null) => Status(status, html ?? Html403, "text/html; charset=UTF-8");

    /// <summary>JSON with status 200 instead of the answer.</summary>
    public static Fault Json(string json, int status = 200) => Status(status, json, "application/json; charset=utf-8");

    /// <summary>Any body with status 200 and the content type that the answer would have had (or another).</summary>
    public static Fault Bytes(byte[] body, string contentType = "application/octet-stream", int status = 200) =>
        new(FaultKind.Reply, "other bytes") { Code = status, Body = body, Headers = [new("Content-Type", contentType)] };

    /// <summary>200 with no body at all.</summary>
    public static Fault EmptyBody() => new(FaultKind.Reply, "empty body") { Headers = [] };

    /// <summary>A redirect: to an address, absolute or relative; to the same bytes under another path of the media host if none is given.</summary>
    public static Fault Redirect(string? to = null, int status = 302) => new(FaultKind.Redirect, "redirect") { Text = to, Code = status };

    /// <summary>Redirects for ever, to an address that differs each time.</summary>
    public static Fault EndlessRedirect() => new Fault(FaultKind.Redirect, "endless redirect") { Text = "*", Code = 302 }.Forever();

    /// <summary>An error that repeats the key: the body holds the <c>Authorization</c> header, its bare key and the query, raw, URL-encoded, as base64 and as JSON.</summary>
    public static Fault EchoSecret(int status = 400) => new(FaultKind.Echo, "echoed secret") { Code = status };

    /// <summary>A body that begins with <paramref name="start"/> and repeats <paramref name="repeated"/> until the client leaves.</summary>
    public static Fault EndlessBody(string start = "{\"items\":[],\"padding\":\"", string repeated = "0123456789abcdef", string contentType = "application/json; charset=utf-8") =>
        new(FaultKind.Endless, "endless body") { Body = Encoding.UTF8.GetBytes(start), Repeated = Encoding.UTF8.GetBytes(repeated), Headers = [new("Content-Type", contentType)] };

    /// <summary>A page whose items never end, each with an id of its own.</summary>
    public static Fault EndlessItems() => new(FaultKind.Endless, "endless items") { Text = "items", Headers = [new("Content-Type", "application/json; charset=utf-8")] };

    /// <summary>A body of <paramref name="bytes"/> bytes, as a page whose one text is that long. Nothing of it is held in memory.</summary>
    public static Fault HugeBody(long bytes, string contentType = "application/json; charset=utf-8") =>
        new(FaultKind.Endless, "huge body") { Amount = bytes, Body = "{\"items\":[],\"padding\":\""u8.ToArray(), Repeated = "0123456789abcdef"u8.ToArray(), Headers = [new("Content-Type", contentType)] };

    /// <summary>A small gzip body (about a thousandth) that unpacks to this many bytes of a JSON page, sent whether or not the client accepts gzip.</summary>
    public static Fault GzipBomb(long unpackedBytes = 4L << 30) => new(FaultKind.GzipBomb, "gzip bomb") { Amount = unpackedBytes };

    /// <summary>JSON nested this deep. <paramref name="inside"/> is what stands around it; <c>@</c> stands for the nesting.</summary>
    public static Fault DeepNesting(int levels, string inside = "{\"items\":[{\"id\":5,\"url\":\"\",\"meta\":@}],\"metadata\":{}}") =>
        new(FaultKind.Reply, "deep nesting") { Body = Encoding.UTF8.GetBytes(inside.Replace("@", new string('[', levels) + new string(']', levels), StringComparison.Ordinal)), Headers = [new("Content-Type", "application/json; charset=utf-8")] };

    /// <summary>Exactly these bytes on the connection, headers included, then the end of the connection: for what no server would send.</summary>
    public static Fault Raw(byte[] bytes) => new(FaultKind.Raw, "raw bytes") { Body = bytes };

    /// <summary>Exactly this text on the connection, headers included, then the end of the connection.</summary>
    public static Fault Raw(string text) => Raw(Encoding.Latin1.GetBytes(text));

    // ---- time ----

    /// <summary>No headers, ever: waits until the client leaves.</summary>
    public static Fault Hang() => new(FaultKind.Hang, "hang");

    /// <summary>Waits before the headers until the test opens the gate.</summary>
    public static Fault HoldUntil(Task gate) => new(FaultKind.Hold, "hold") { Gate = gate };

    // ---- transport ----

    /// <summary>Ends the connection after this many bytes of the body (never the whole: one byte is always missing; a negative number counts from the end); 0 resets it before any header.</summary>
    public static Fault AbortAfter(long bytes) => new(FaultKind.AbortAfter, "abort") { Amount = bytes };

    /// <summary>As <see cref="AbortAfter"/> with a reset instead of an orderly end; bytes still under way are lost.</summary>
    public static Fault ResetAfter(long bytes) => new(FaultKind.AbortAfter, "reset") { Amount = bytes, Reset = true };

    /// <summary>Ends the connection when it should answer, as the service does (status 499 in its own log) when it thinks that nobody listens.</summary>
    public static Fault CloseWithoutAnswer() => new(FaultKind.Raw, "closed") { Body = [] };

    /// <summary>Sends headers and this many bytes, then nothing more until the client leaves. A negative number counts from the end.</summary>
    public static Fault StallAfter(long bytes, Task? until = null) => new(FaultKind.StallAfter, "stall") { Amount = bytes, Gate = until };

    /// <summary>As <see cref="AbortAfter"/>, after this many complete items of a page; the page is not compressed then.</summary>
    public static Fault AbortAfterItems(int items) => new(FaultKind.AbortAfterItems, "abort after items") { Amount = items };

    /// <summary>As <see cref="StallAfter"/>, after this many complete items of a page; the page is not compressed then. Goes on when <paramref name="until"/> completes, if given.</summary>
    public static Fault StallAfterItems(int items, Task? until = null) => new(FaultKind.StallAfterItems, "stall after items") { Amount = items, Gate = until };

    /// <summary>HTTP/2: resets the stream with this error code, in place of an answer or after so many bytes of its body.</summary>
    public static Fault StreamReset(int errorCode, long? afterBytes = null) => new(FaultKind.StreamReset, FormattableString.Invariant($"stream reset {errorCode}")) { Code = errorCode, Amount = afterBytes ?? -1 };

    /// <summary>HTTP/2: announces that the connection takes no more requests (GOAWAY), and answers this one and those under way as usual.</summary>
    public static Fault GoAway() => new(FaultKind.GoAway, "go away");

    /// <summary>Ends the whole connection at once, with HTTP/2 all its streams, in place of an answer.</summary>
    public static Fault LoseConnection() => new(FaultKind.LoseConnection, "lost connection");

    /// <summary>Announces this many bytes more than are sent, or fewer if negative; the connection then ends.</summary>
    public static Fault WrongLength(long difference) => new(FaultKind.WrongLength, "wrong length") { Amount = difference };

    /// <summary>Announces no length (chunked).</summary>
    public static Fault WithoutLength() => new(FaultKind.WithoutLength, "without length");

    /// <summary>A file that is cut but whose announced length matches: the last <paramref name="missing"/> bytes are simply not there.</summary>
    public static Fault TruncateAtAnnouncedLength(long missing) => new(FaultKind.Truncate, "truncated") { Amount = missing };

    /// <summary>One byte in the middle is another, everything else as it should be.</summary>
    public static Fault Damaged(long offset) => new(FaultKind.Damage, "damaged") { Amount = offset };

    /// <summary>A header of this many bytes besides the answer.</summary>
    public static Fault HugeHeader(int bytes = 1 << 20) => new(FaultKind.Header, "huge header") { Headers = [new("X-Padding", new string('x', bytes))] };

    /// <summary>A header besides, or instead of the one the answer has.</summary>
    public static Fault Header(string name, string value) => new(FaultKind.Header, "header " + name) { Headers = [new(name, value)] };

    /// <summary>Leaves a header out, such as <c>ETag</c>.</summary>
    public static Fault WithoutHeader(string name) => new(FaultKind.RemoveHeader, "without " + name) { Text = name };

    // ---- pages ----

    /// <summary>Gives the cursor that was just sent (or the one given) as the next one. The first page, which had none, gives its own.</summary>
    public static Fault RepeatCursor(string? cursor = null) => new(FaultKind.RepeatCursor, "repeated cursor") { Text = cursor };

    /// <summary>No items and a new cursor that goes on at the same place: nothing is lost by going on.</summary>
    public static Fault EmptyPage() => new(FaultKind.EmptyPage, "empty page");

    /// <summary>At most this many items, and a cursor that goes on after them.</summary>
    public static Fault ShortPage(int items) => new(FaultKind.ShortPage, "short page") { Amount = items };

    /// <summary>What the service says when its query ran too long: <c>{"items":[],"metadata":{}}</c>, which looks like the end. <paramref name="cached"/>: the same address gets the same answer for ever, as from the edge's cache; another one (another <c>limit</c>) does not.</summary>
    public static Fault FalseEnd(TimeSpan delay = default, bool cached = false) =>
        new(FaultKind.FalseEnd, "false end") { Wait = delay, _stickyAddresses = cached ? new HashSet<string>(StringComparer.Ordinal) : null };

    /// <summary>Each page begins with the last <paramref name="items"/> images of the one before.</summary>
    public static Fault OverlapPages(int items) => new Fault(FaultKind.Overlap, "overlap") { Amount = items }.Forever();

    /// <summary>What stands for <c>metadata</c> where there is no next page: <c>{}</c>, <c>[]</c>, <c>null</c>, any JSON, or <c>missing</c>. With <paramref name="evenInTheMiddle"/> the cursor of any page is dropped, too.</summary>
    public static Fault MetadataForm(string form, bool evenInTheMiddle = false) => new Fault(FaultKind.Metadata, "metadata " + form) { Text = form, Reset = evenInTheMiddle }.Forever();

    /// <summary>Puts these JSON texts among the items of a page, before the item at <paramref name="position"/>.</summary>
    public static Fault ExtraItems(int position, params string[] json) => new(FaultKind.UnreadableItem, "extra items") { Amount = position, Text = string.Join(",", json) };

    // ---- media ----

    /// <summary>The original of a video arrives as a still picture: WebP or JPEG. Renditions do not.</summary>
    public static Fault StillInsteadOfVideo(bool webp = true) => new Fault(FaultKind.Still, "still") { Reset = webp }.Forever();

    /// <summary>200 with the whole file although a range was asked for.</summary>
    public static Fault IgnoreRange() => new(FaultKind.IgnoreRange, "range ignored");

    /// <summary>206 with the range although the validator of <c>If-Range</c> no longer holds.</summary>
    public static Fault IgnoreIfRange() => new(FaultKind.IgnoreIfRange, "If-Range ignored");

    /// <summary>From this request on the image has other bytes and another ETag.</summary>
    public static Fault ChangedETag() => new(FaultKind.Changed, "changed file");

    /// <summary>206 with a <c>Content-Range</c> that does not fit: the value given, or the right one with its start moved by <paramref name="shift"/> bytes. The bytes are those asked for.</summary>
    public static Fault WrongContentRange(string? value = null, long shift = 1) => new(FaultKind.ContentRange, "wrong Content-Range") { Text = value, Amount = shift };

    /// <summary>
    /// Any answer to a request for a file, made of the file and of where the range begins that was asked for, if one was. It keeps the headers of the answer that there
    /// would have been, its validators among them, but for those given.
    /// </summary>
    public static Fault Answer(string name, Func<ReadOnlyMemory<byte>, long?, MediaAnswer> make) => new(FaultKind.Answer, name) { Make = make };

    /// <summary>The whole file under a <c>Content-Encoding</c> (<see cref="MediaAnswer.Encode"/>), though none was asked for. The header is another one, if given.</summary>
    public static Fault Encoded(string encoding, string? header = null) =>
        Answer(encoding, (file, _) => new MediaAnswer(200, MediaAnswer.Encode(file, encoding), new KeyValuePair<string, string>("Content-Encoding", header ?? encoding)));

    // ---- which requests ----

    /// <summary>Requests to the API only.</summary>
    public Fault OnApi() => When(request => request.IsApi);

    /// <summary>Requests to <c>/api/v1/images</c> only.</summary>
    public Fault OnImages() => When(request => request.Path == ImagesQuery.Path);

    /// <summary>Requests to the media host only.</summary>
    public Fault OnMedia() => When(request => request.IsMedia);

    /// <summary>Requests whose path begins so.</summary>
    public Fault OnPath(string prefix) => When(request => request.Path.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Media requests for these images, and API requests with their <c>imageId</c>.</summary>
    public Fault OnImage(params long[] ids) => When(request => request.ImageId is { } id && Array.IndexOf(ids, id) >= 0);

    /// <summary>Requests with a <c>Range</c> header.</summary>
    public Fault OnResume() => When(request => request.RangeStart is not null);

    /// <summary>API requests with a cursor, that is, not the first page.</summary>
    public Fault OnLaterPages() => When(request => request.Parameter("cursor") is not null);

    /// <summary>Requests of this kind. Conditions add up.</summary>
    public Fault When(Func<LoggedRequest, bool> condition)
    {
        _conditions.Add(condition);
        return this;
    }

    /// <summary>Lets the first <paramref name="count"/> matching requests pass.</summary>
    public Fault Skip(int count)
    {
        _skip = count;
        return this;
    }

    /// <summary>Applies to this many matching requests.</summary>
    public Fault Times(int count)
    {
        _times = count;
        return this;
    }

    /// <summary>Applies to all matching requests.</summary>
    public Fault Forever() => Times(int.MaxValue);

    /// <summary>Applies to the matching request of this number (1 is the first) alone.</summary>
    public Fault Nth(int number) => Skip(number - 1).Times(1);

    /// <summary><c>Retry-After</c> in seconds.</summary>
    public static string InSeconds(int seconds) => seconds.ToString(CultureInfo.InvariantCulture);

    /// <summary><c>Retry-After</c> as a date.</summary>
    public static string AtDate(DateTimeOffset date) => date.UtcDateTime.ToString("r", CultureInfo.InvariantCulture);

    internal bool Matches(LoggedRequest request) => _conditions.TrueForAll(condition => condition(request));

    /// <summary>Counts the request and says whether the fault applies to it. Called under the plan's lock.</summary>
    internal bool Take(LoggedRequest request)
    {
        if (!Matches(request))
        {
            return false;
        }

        var address = request.Path + request.QueryString;
        if (_stickyAddresses?.Contains(address) == true)
        {
            _applied++;
            return true;
        }

        if (_seen++ < _skip || _applied >= _times)
        {
            return false;
        }

        _stickyAddresses?.Add(address);
        _applied++;
        return true;
    }

    /// <summary>Counts an application decided elsewhere.</summary>
    internal void Count() => Interlocked.Increment(ref _applied);

    private static (string Body, string ContentType) ServiceWords(int code)
    {
        const string json = "application/json; charset=utf-8";
        const string html = "text/html; charset=UTF-8";
        return code switch
        {
            400 => ("{\"error\":\"Bad request\",\"code\":\"BAD_REQUEST\"}", json),
            401 => ("{\"error\":\"Unauthorized\"}", json),
            403 => ("<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head><body><h1>Sorry, you have been blocked</h1></body></html>", html),
            404 => ("{\"error\":\"User not found\",\"code\":\"NOT_FOUND\"}", json),
            429 => ("<!DOCTYPE html><html><head><title>Access denied | civitai.com used Cloudflare to restrict access</title></head><body><h1>Error 1015</h1><p>You are being rate limited</p></body></html>", html),
            451 => ("{\"error\":\"Access to this service is not available in your region due to legal restrictions.\",\"code\":\"REGION_BLOCKED\"}", json),
            499 or 204 or 304 => ("", json),
            500 => ("{\"error\":\"An unexpected error occurred\",\"code\":\"INTERNAL_SERVER_ERROR\"}", json),
            503 => ("{\"error\":\"Image search is temporarily overloaded — please retry.\",\"code\":\"SERVICE_UNAVAILABLE\"}", json),
            >= 502 and < 600 => (FormattableString.Invariant($"<!DOCTYPE html><html><head><title>civitai.com | {code}: Bad gateway</title></head><body><h1>Error {code}</h1><p>cloudflare</p></body></html>"), html),
            _ => (FormattableString.Invariant($"{{\"error\":\"Status {code}\"}}"), json),
        };
    }
}
