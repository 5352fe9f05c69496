using System;
using System.Buffers;
using System.IO;
using System.Net.Http;
#if NET
using System.Runtime.CompilerServices;
#endif
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Http;

/// <summary>
/// A response's body as the rest of the client may read it. No exception of the framework passes: a silence longer than the time-out, a body that breaks off,
/// one that ends before its announced length and one that cannot be decompressed are a <see cref="TransientException"/>, and more bytes than the bound are a
/// <see cref="CivitaiException"/>. A body that should be JSON is UTF-8 without a byte order mark here, and no web page. One timer serves all its reads.
/// </summary>
internal sealed class BodyStream : Stream
{
    /// <summary>What is read of a web page for its title.</summary>
    private const int LongestTitlePage = ErrorBody.LongestBody;

    /// <summary>How much of a body is kept, so that an error inside a success is not lost.</summary>
    private const int LongestHead = 16 * 1024;

    /// <summary>UTF-16 is converted as a whole, which costs several times its length. No answer of the service is in it.</summary>
    private const int LongestUtf16 = 16 * 1024 * 1024;

    private readonly HttpResponseMessage _response;
    private readonly TransportFailure _failure;
    private readonly TimeSpan _timeout;
    private readonly long _limit;
    private readonly CancellationToken _opened;
    private readonly CancellationTokenSource _stop;
    private readonly ITimer _silence;
    private Stream _inner;
    private BodyStart? _start;
    private byte[]? _head;
    private int _headLength;
    private bool _keepsHead;
    private long? _announced;
    private long _read;
    private volatile bool _silent;
#if !NET
    private readonly CancellationTokenRegistration _abort;
#endif

    /// <summary>Wraps a body.</summary>
    /// <param name="inner">The body.</param>
    /// <param name="response">What it belongs to.</param>
    /// <param name="failure">Puts failures into words.</param>
    /// <param name="timeout">The longest silence.</param>
    /// <param name="limit">The most bytes that are given out; more are an error at once.</param>
    /// <param name="isJson">Whether it should be JSON.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends every read.</param>
    internal BodyStream(Stream inner, HttpResponseMessage response, TransportFailure failure, TimeSpan timeout, long limit, bool isJson, TimeProvider time, CancellationToken cancellationToken)
    {
        _inner = inner;
        _response = response;
        _failure = failure;
        _timeout = timeout;
        _limit = limit;
        _start = isJson ? new BodyStart() : null;
        _keepsHead = isJson && response.RequestMessage is ApiRequest;
        _opened = cancellationToken;

        // A body that is decompressed on the way has no length here.
        _announced = response.Content.Headers.ContentEncoding.Count == 0 ? response.Content.Headers.ContentLength : null;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _silence = time.CreateTimer(static state => ((BodyStream)state!).OnSilence(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
#if !NET
        // .NET Framework does not listen to the token once a read waits for the network; taking the response away ends it.
        _abort = _stop.Token.Register(static state => ((HttpResponseMessage)state!).Dispose(), response);
#endif
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
#if NET
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
#else
        => ReadCoreAsync(buffer.AsMemory(offset, count), cancellationToken);

    private async Task<int> ReadCoreAsync(Memory<byte> buffer, CancellationToken cancellationToken)
#endif
    {
        // Almost every caller gives the token that the body was opened with; another one costs a registration.
        var foreign = cancellationToken.CanBeCanceled && cancellationToken != _opened;
        using var registration = foreign ? cancellationToken.Register(static state => ((CancellationTokenSource)state!).Cancel(), _stop) : default;
        try
        {
            while (true)
            {
                var space = _start is null ? buffer : buffer.Slice(_start.Held);
                var pending = _inner.ReadAsync(space, _stop.Token);
                int read;
                if (pending.IsCompleted)
                {
                    // What has arrived already is no silence: the timer is not touched.
                    read = await pending.ConfigureAwait(false);
                }
                else
                {
                    _silence.Change(_timeout, Timeout.InfiniteTimeSpan);
                    try
                    {
                        read = await pending.ConfigureAwait(false);
                    }
                    finally
                    {
                        _silence.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                    }
                }

                read = Counted(read, space.Length);
                if (_start is { } start && !space.IsEmpty)
                {
                    read = start.Judge(buffer.Span, read);
                    if (start.IsWebPage)
                    {
                        throw await WebPageAsync(buffer.Slice(0, read)).ConfigureAwait(false);
                    }

                    if (start.Encoding is { } encoding)
                    {
                        await ConvertAsync(buffer.Slice(0, read), encoding).ConfigureAwait(false);
                        continue;
                    }

                    _start = start.IsOver ? null : start;
                }

                if (read >= 0)
                {
                    Keep(buffer.Span.Slice(0, read));
                    return read;
                }
            }
        }
        catch (Exception exception) when (exception is not (TransientException or CivitaiException))
        {
            _opened.ThrowIfCancellationRequested();
            cancellationToken.ThrowIfCancellationRequested();
            throw _silent ? _failure.Silence(_response, _timeout, exception) : _failure.OfBody(_response, exception);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A body is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            if (_head is not null && _response.RequestMessage is ApiRequest request)
            {
                request.Body = _head.AsSpan(0, _headLength).ToArray();
            }

            ReleaseHead();
            _silence.Dispose();
#if !NET
            _abort.Dispose();
#endif
            _inner.Dispose();
            _stop.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Keeps a body for <see cref="ApiRequest.Body"/> as long as it is short: what is longer is no error that the service puts in the place of an answer.</summary>
    private void Keep(ReadOnlySpan<byte> text)
    {
        if (!_keepsHead)
        {
            return;
        }

        if (_headLength + text.Length > LongestHead)
        {
            ReleaseHead();
            return;
        }

        _head ??= ArrayPool<byte>.Shared.Rent(LongestHead);
        text.CopyTo(_head.AsSpan(_headLength));
        _headLength += text.Length;
    }

    private void ReleaseHead()
    {
        _keepsHead = false;
        if (_head is { } head)
        {
            _head = null;
            ArrayPool<byte>.Shared.Return(head);
        }
    }

    /// <summary>The failure of a body that turned out to be a web page, with its title.</summary>
    private async Task<TransientException> WebPageAsync(ReadOnlyMemory<byte> first)
    {
        _start = null;
        ReleaseHead();
        var page = new byte[LongestTitlePage];
        var length = Math.Min(first.Length, page.Length);
        first.Slice(0, length).CopyTo(page);
        try
        {
            int read;
            while (length < page.Length && (read = await ((Stream)this).ReadAsync(page.AsMemory(length), _opened).ConfigureAwait(false)) > 0)
            {
                length += read;
            }
        }
        catch (TransientException)
        {
            // It is a web page, whole or not; what has come of it is enough.
        }

        return _failure.WebPage(_response, page.AsMemory(0, length));
    }

    /// <summary>Reads the rest of a body in UTF-16 and goes on with the same text in UTF-8.</summary>
    private async Task ConvertAsync(ReadOnlyMemory<byte> first, Encoding encoding)
    {
        _start = null;
        using var text = new MemoryStream();
        text.Write(first.ToArray(), 0, first.Length);
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await ((Stream)this).ReadAsync(buffer.AsMemory(), _opened).ConfigureAwait(false)) > 0)
        {
            text.Write(buffer, 0, read);
            if (text.Length > LongestUtf16)
            {
                throw _failure.TooLong(_response, LongestUtf16);
            }
        }

        _inner.Dispose();
        _inner = new MemoryStream(Encoding.UTF8.GetBytes(encoding.GetString(text.GetBuffer(), 0, (int)text.Length)));
        _announced = null;
        _read = 0;
        _start = new BodyStart();
    }

    private int Counted(int read, int wanted)
    {
        _read += read;
        if (_read > _limit)
        {
            throw _failure.TooLong(_response, _limit);
        }

        // .NET Framework takes a connection that closes early for the end of the body.
        if (read == 0 && wanted > 0 && _announced > _read)
        {
            throw _failure.EndedEarly(_response, _announced.Value, _read);
        }

        return read;
    }

    private void OnSilence()
    {
        _silent = true;
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The body was closed while the timer went off; nobody waits any more.
            _silent = false;
        }
    }
}
