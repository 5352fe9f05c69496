using System.Buffers;

namespace Benchmarks.Floors;

/// <summary>
/// The least that saving takes: n workers, HttpClient, headers first, straight to a file of the announced length. Nothing is checked, named,
/// dated, renamed, retried or resumed.
/// </summary>
/// <param name="flushes">Whether each file is flushed to the disk when it has come, as the module's are.</param>
internal sealed class SaveFloor(bool flushes) : IDisposable
{
    private const int BufferLength = 256 * 1024;

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false });

    /// <summary>Saves files as <c>0</c>, <c>1</c>, … .</summary>
    public async Task SaveAsync(IReadOnlyList<Uri> addresses, string folder, int workers)
    {
        Directory.CreateDirectory(folder);
        var next = -1;
        async Task WorkAsync()
        {
            var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
            int index;
            while ((index = Interlocked.Increment(ref next)) < addresses.Count)
            {
                await SaveAsync(addresses[index], Path.Combine(folder, FormattableString.Invariant($"{index}")), buffer);
            }

            ArrayPool<byte>.Shared.Return(buffer);
        }

        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(WorkAsync)));
    }

    public void Dispose() => _client.Dispose();

    private async Task SaveAsync(Uri address, string path, byte[] buffer)
    {
        using var response = await _client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync();
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.None, response.Content.Headers.ContentLength ?? 0);
        var position = 0L;
        int received;
        while ((received = await body.ReadAsync(buffer)) > 0)
        {
            RandomAccess.Write(file, buffer.AsSpan(0, received), position);
            position += received;
        }

        if (flushes)
        {
            RandomAccess.FlushToDisk(file);
        }
    }
}
