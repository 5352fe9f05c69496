using System;
using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Civitai.Client.Http;
using Civitai.Client.Json;

namespace Civitai.Client.Feeds;

/// <summary>
/// One page on its way. It is received at the network's pace and not at the consumer's (the service's edge cuts half-read answers off), and
/// taken apart while it arrives. When the body breaks off, the same page is asked for again by the resilience policy; what was handed out
/// before comes again then, and the listing passes over the ids it has had.
/// </summary>
internal sealed class PageReceiver
{
    private const int BufferLength = 64 * 1024;

    private readonly RequestGroup _requests;
    private readonly HttpSession _session;
    private readonly MergeLimits? _limits;
    private readonly ConcurrentQueue<byte[]> _items = new();
    private readonly object _lock = new();
    private TaskCompletionSource<bool>? _news;

    /// <param name="requests">The requests that this one belongs to.</param>
    /// <param name="pathAndQuery">The page, relative to the base address.</param>
    /// <param name="target">What an error is about.</param>
    /// <param name="limits">In a merge, where the page has been entered; it is left when the page has arrived.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    internal PageReceiver(RequestGroup requests, string pathAndQuery, object? target, MergeLimits? limits, CancellationToken cancellationToken)
    {
        _requests = requests;
        _session = requests.Session;
        _limits = limits;
        var member = requests.Join();
        Answer = Task.Run(() => ReceiveAsync(member, pathAndQuery, target, cancellationToken), CancellationToken.None);
    }

    /// <summary>The whole page's outcome.</summary>
    internal Task<PageAnswer> Answer { get; }

    /// <summary>Takes the next item that has arrived.</summary>
    internal bool TryTake([NotNullWhen(true)] out byte[]? item) => _items.TryDequeue(out item);

    /// <summary>Ends when an item can be taken or the page has ended, well or badly.</summary>
    internal Task WaitAsync()
    {
        lock (_lock)
        {
            if (!_items.IsEmpty || Answer.IsCompleted)
            {
                return Task.CompletedTask;
            }

            _news ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return Task.WhenAny(_news.Task, Answer);
        }
    }

    private async Task<PageAnswer> ReceiveAsync(RequestGroup.Member member, string pathAndQuery, object? target, CancellationToken cancellationToken)
    {
        try
        {
            return await _requests.SendAsync(member, pathAndQuery, ReadPageAsync, target, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _limits?.Leave();
            Announce();
        }
    }

    private async Task<PageAnswer> ReadPageAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var scanner = new PageScanner();
        var count = 0;
        void Add(byte[] item)
        {
            _items.Enqueue(_session.WithoutKey(item));
            _limits?.Arrived(item.Length);
            count++;
        }

        using var body = await _session.OpenBodyAsync(response, cancellationToken).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            int read;
#if NET
            while ((read = await body.ReadAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false)) > 0)
#else
            while ((read = await body.ReadAsync(buffer, 0, buffer.Length, cancellationToken).ConfigureAwait(false)) > 0)
#endif
            {
                var before = count;
                if (!scanner.Scan(buffer.AsSpan(0, read), Add))
                {
                    throw Unexpected(scanner.Fault!);
                }

                if (count > before)
                {
                    Announce();
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (!scanner.HasEnded)
        {
            throw new TransientException(CivitaiError.UnexpectedResponse, "The service's answer broke off before its end.");
        }

        if (!scanner.HasItems)
        {
            throw Unexpected("it has no list of items");
        }

        _session.CountPage();
        return PageMetadata.TryReadNextCursor(scanner.Metadata, out var cursor)
            ? new PageAnswer(cursor, count, HttpSession.TimeToHeaders(response))
            : throw Unexpected("it does not say where the listing goes on");
    }

    private static CivitaiException Unexpected(string fault) =>
        new(CivitaiError.UnexpectedResponse, "The service's answer is not a page of images: " + fault + ".")
        {
            RecommendedAction = "Check the base address (Get-CivitaiConnection): a proxy or another service may have answered.",
        };

    private void Announce()
    {
        TaskCompletionSource<bool>? news;
        lock (_lock)
        {
            news = _news;
            _news = null;
        }

        news?.TrySetResult(true);
    }
}
