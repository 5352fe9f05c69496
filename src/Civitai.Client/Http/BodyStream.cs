using System;
using System.IO;
using System.Net.Http;
#if NET
using System.Runtime.CompilerServices;
#endif
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Http;

/// <summary>
/// A response's body that does not keep anybody waiting: a silence longer than the time-out, a body that breaks off and one that ends
/// before its announced length are a <see cref="TransientException"/>. One timer serves all its reads.
/// </summary>
internal sealed class BodyStream : Stream
{
    private readonly Stream _inner;
    private readonly HttpResponseMessage _response;
    private readonly TransportFailure _failure;
    private readonly TimeSpan _timeout;
    private readonly long _limit;
    private readonly long? _announced;
    private readonly CancellationToken _opened;
    private readonly CancellationTokenSource _stop;
    private readonly ITimer _silence;
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
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends every read.</param>
    internal BodyStream(Stream inner, HttpResponseMessage response, TransportFailure failure, TimeSpan timeout, long limit, TimeProvider time, CancellationToken cancellationToken)
    {
        _inner = inner;
        _response = response;
        _failure = failure;
        _timeout = timeout;
        _limit = limit;
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
        => ReadCoreAsync(buffer, offset, count, cancellationToken);

    private async Task<int> ReadCoreAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
#endif
    {
        // Almost every caller gives the token that the body was opened with; another one costs a registration.
        var foreign = cancellationToken.CanBeCanceled && cancellationToken != _opened;
        using var registration = foreign ? cancellationToken.Register(static state => ((CancellationTokenSource)state!).Cancel(), _stop) : default;
        try
        {
#if NET
            var count = buffer.Length;
            var pending = _inner.ReadAsync(buffer, _stop.Token);
#else
            var pending = _inner.ReadAsync(buffer, offset, count, _stop.Token);
#endif
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

            return Counted(read, count);
        }
        catch (Exception exception) when (exception is not (TransientException or CivitaiException))
        {
            _opened.ThrowIfCancellationRequested();
            cancellationToken.ThrowIfCancellationRequested();
            if (_silent)
            {
                throw _failure.Silence(_response, _timeout, exception);
            }

            if (_failure.OfBody(_response, exception) is { } broken)
            {
                throw broken;
            }

            throw;
        }
    }

    /// <summary>Reads into what is left of a buffer; the two builds spell it differently.</summary>
    internal static async Task<int> ReadAsync(Stream body, byte[] buffer, int at, CancellationToken cancellationToken)
#if NET
        => await body.ReadAsync(buffer.AsMemory(at), cancellationToken).ConfigureAwait(false);
#else
        => await body.ReadAsync(buffer, at, buffer.Length - at, cancellationToken).ConfigureAwait(false);
#endif

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
            _silence.Dispose();
#if !NET
            _abort.Dispose();
#endif
            _inner.Dispose();
            _stop.Dispose();
        }

        base.Dispose(disposing);
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
