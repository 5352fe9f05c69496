using System.Globalization;

namespace Gallery;

/// <summary>A request that the gallery received. Its state goes on changing until <see cref="State"/> is not <see cref="RequestState.Running"/>.</summary>
public sealed class LoggedRequest
{
    private int _status;
    private long _bytesSent;
    private volatile RequestState _state;

    internal LoggedRequest(int number, string method, string path, string queryString, IReadOnlyDictionary<string, IReadOnlyList<string>> query, IReadOnlyDictionary<string, string> headers, string connectionId, string host, DateTimeOffset started, long? imageId, string protocol, bool isMedia)
    {
        Number = number;
        Method = method;
        Path = path;
        QueryString = queryString;
        Query = query;
        Headers = headers;
        ConnectionId = connectionId;
        Host = host;
        Started = started;
        ImageId = imageId;
        Protocol = protocol;
        IsMedia = isMedia;
        UnknownParameters = path == ImagesQuery.Path ? [.. query.Keys.Where(name => !ImagesQuery.KnownParameters.Contains(name))] : [];
        RangeStart = ParseRangeStart(Header("Range"));
    }

    /// <summary>1, 2, 3 … in the order of arrival.</summary>
    public int Number { get; }

    /// <summary>The verb.</summary>
    public string Method { get; }

    /// <summary>The decoded path.</summary>
    public string Path { get; }

    /// <summary>The query as it came, with its question mark, or an empty text.</summary>
    public string QueryString { get; }

    /// <summary>The decoded parameters.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Query { get; }

    /// <summary>The headers; names ignore case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The connection that carried it.</summary>
    public string ConnectionId { get; }

    /// <summary>The version of HTTP: <c>HTTP/1.1</c> or <c>HTTP/2</c>.</summary>
    public string Protocol { get; }

    /// <summary>Host and port asked for.</summary>
    public string Host { get; }

    /// <summary>When it arrived.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>When its answer ended, or null.</summary>
    public DateTimeOffset? Finished { get; private set; }

    /// <summary>The image that a media request is for, or that <c>imageId</c> names.</summary>
    public long? ImageId { get; }

    /// <summary>Whether it went to the media host.</summary>
    public bool IsMedia { get; }

    /// <summary>Whether it went to the API.</summary>
    public bool IsApi => Path.StartsWith("/api/", StringComparison.Ordinal);

    /// <summary>Parameters that <c>/api/v1/images</c> does not know, and therefore ignored.</summary>
    public IReadOnlyList<string> UnknownParameters { get; }

    /// <summary>The first byte asked for by <c>Range</c>, or null.</summary>
    public long? RangeStart { get; }

    /// <summary>The status sent, 0 before any.</summary>
    public int Status => Volatile.Read(ref _status);

    /// <summary>Bytes of the body handed to the transport so far, as compressed.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>How it ended, if it did.</summary>
    public RequestState State => _state;

    /// <summary>Whether the answer was sent as a whole.</summary>
    public bool Completed => _state == RequestState.Completed;

    /// <summary>Whether the client went away before the end.</summary>
    public bool Aborted => _state == RequestState.ClientLeft;

    /// <summary>The names of the faults that were applied.</summary>
    public IReadOnlyList<string> Faults { get; internal set; } = [];

    /// <summary>A parameter's first value, or null.</summary>
    public string? Parameter(string name) => Query.TryGetValue(name, out var values) && values.Count > 0 ? values[0] : null;

    /// <summary>A header's value, or null.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"#{Number} {Method} {Path}{QueryString} -> {Status} {State} {BytesSent} bytes{(Faults.Count > 0 ? " [" + string.Join(", ", Faults) + "]" : "")}{(Header("Range") is { } range ? " " + range : "")}");

    internal void SetStatus(int status) => Volatile.Write(ref _status, status);

    internal void AddBytes(long count) => Interlocked.Add(ref _bytesSent, count);

    internal void Finish(RequestState state, DateTimeOffset at)
    {
        Finished = at;
        _state = state;
    }

    private static long? ParseRangeStart(string? range)
    {
        if (range is null || !range.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var dash = range.IndexOf('-', StringComparison.Ordinal);
        return dash > 6 && long.TryParse(range.AsSpan(6, dash - 6), NumberStyles.None, CultureInfo.InvariantCulture, out var start) ? start : null;
    }
}
