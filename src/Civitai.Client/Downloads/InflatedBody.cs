using System;
using System.IO;
using System.IO.Compression;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Downloads;

/// <summary>What is in a body of the encoding <c>deflate</c>: the zlib format by its definition (RFC 9110, section 8.4.1.2), bare deflate by the practice of some servers.</summary>
internal sealed class InflatedBody : Stream
{
    private readonly EncodedBody _source;
    private readonly DeflateStream _inflated;
    private bool _hasBegun;

    internal InflatedBody(Stream body)
    {
        _source = new EncodedBody(body, announced: null);
        _inflated = new DeflateStream(_source, CompressionMode.Decompress);
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

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadCoreAsync(buffer.AsMemory(offset, count), cancellationToken);

#if NET
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(ReadCoreAsync(buffer, cancellationToken));
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
            _inflated.Dispose();
            _source.Dispose();
        }

        base.Dispose(disposing);
    }

    // The header of zlib: the method in the low half of the first byte, and a checksum of both.
    private static bool IsZlib(byte[] start) => (start[0] & 0x0F) == 8 && ((start[0] << 8) | start[1]) % 31 == 0;

    private async Task<int> ReadCoreAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            var start = new byte[2];
            var have = 0;
            int read;
            while (have < start.Length && (read = await _source.ReadAsync(start.AsMemory(have), cancellationToken).ConfigureAwait(false)) > 0)
            {
                have += read;
            }

            if (have < start.Length || !IsZlib(start))
            {
                _source.Unread(start.AsSpan(0, have).ToArray());
            }
        }

        return await _inflated.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
    }
}
