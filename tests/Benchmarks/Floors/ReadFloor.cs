using System.Net;
using System.Text.Json;

namespace Benchmarks.Floors;

/// <summary>
/// The least that reading a listing takes: HttpClient, a page into one buffer, a source-generated reader into bare records, the next page.
/// Nothing is retried, checked, cancelled or told, and the first object is there when the whole page is.
/// </summary>
internal sealed class ReadFloor : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All, UseCookies = false });
    private byte[] _buffer = new byte[1 << 20];

    /// <summary>How many bytes of JSON the last reading was of.</summary>
    public long Bytes { get; private set; }

    /// <summary>Reads a listing.</summary>
    /// <param name="address">The address of the gallery.</param>
    /// <param name="count">How many images; at the end of the listing it begins anew nowhere.</param>
    /// <param name="pageSize">Images a page.</param>
    /// <returns>How many there were.</returns>
    public async Task<long> ReadAsync(Uri address, long count, int pageSize)
    {
        var first = new Uri(address, FormattableString.Invariant($"api/v1/images?nsfw=X&sort=Most%20Reactions&withMeta=true&limit={pageSize}"));
        var next = first;
        var read = 0L;
        Bytes = 0;
        while (read < count)
        {
            var page = await ReadPageAsync(next);
            read += page.Items.Length;
            if (page.Metadata?.NextCursor is not { } cursor)
            {
                break;
            }

            next = new Uri(first.AbsoluteUri + "&cursor=" + Uri.EscapeDataString(cursor));
        }

        return Math.Min(read, count);
    }

    public void Dispose() => _client.Dispose();

    private async Task<FloorPage> ReadPageAsync(Uri address)
    {
        using var response = await _client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync();
        var length = 0;
        int received;
        while ((received = await body.ReadAsync(_buffer.AsMemory(length))) > 0)
        {
            length += received;
            if (length == _buffer.Length)
            {
                Array.Resize(ref _buffer, length * 2);
            }
        }

        Bytes += length;
        var json = _buffer.AsSpan(0, length);
        var page = JsonSerializer.Deserialize(json, FloorContext.Default.FloorPage)!;
        foreach (var item in page.Items)
        {
            item.Meta = json.Slice(item.MetaPlace.Start, item.MetaPlace.Length).ToArray();
        }

        return page;
    }
}
