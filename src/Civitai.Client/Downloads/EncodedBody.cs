using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Downloads;

/// <summary>
/// The encoded bytes of a body as a decoder reads them: in whatever way the framework's decoder asks, with bytes that were read too early put back, and never fewer
/// than were announced.
/// </summary>
internal sealed class EncodedBody : Stream
{
    private readonly Stream _inner;
    private readonly long? _announced;
    private ReadOnlyMemory<byte> _unread;
    private long _length;

    /// <summary>Wraps a body.</summary>
    /// <param name="inner">The body.</param>
    /// <param name="announced">Its length in bytes, where it was announced.</param>
    internal EncodedBody(Stream inner, long? announced)
    {
        _inner = inner;
        _announced = announced;
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

    /// <summary>Puts bytes back that the next read gives out again.</summary>
    internal void Unread(byte[] bytes) => _unread = bytes;

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadCoreAsync(buffer.AsMemory(offset, count), cancellationToken);

#if NET
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(ReadCoreAsync(buffer, cancellationToken));
#else
    // The older frameworks' decoders do not ask with ReadAsync: .NET Framework's with these two, Mono's with Read on a thread of its own.
    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state)
    {
        var source = new TaskCompletionSource<int>(state);
        _ = ReadCoreAsync(buffer.AsMemory(offset, count), CancellationToken.None).ContinueWith(
            read =>
            {
                _ = read.IsFaulted ? source.TrySetException(read.Exception!.InnerExceptions)
                    : read.IsCanceled ? source.TrySetCanceled()
                    : source.TrySetResult(read.Result);
                callback?.Invoke(source.Task);
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return source.Task;
    }

    public override int EndRead(IAsyncResult asyncResult) => ((Task<int>)asyncResult).GetAwaiter().GetResult();
#endif

    public override int Read(byte[] buffer, int offset, int count) =>
#if NET
        throw new NotSupportedException("A body is read asynchronously.");
#else
#pragma warning disable VSTHRD002 // Nothing of a download runs on a thread that anybody waits for.
        ReadCoreAsync(buffer.AsMemory(offset, count), CancellationToken.None).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
#endif

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
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<int> ReadCoreAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_unread.Length > 0 && buffer.Length > 0)
        {
            var taken = Math.Min(_unread.Length, buffer.Length);
            _unread.Slice(0, taken).CopyTo(buffer);
            _unread = _unread.Slice(taken);
            return taken;
        }

        var read = await _inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _length += read;
        if (read == 0 && buffer.Length > 0 && _length < _announced)
        {
            throw new EndOfStreamException("The body ended before its announced length.");
        }

        return read;
    }
}
