using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Http;

/// <summary>A body that is wanted as a whole: read to its end, or to a bound, whichever comes first.</summary>
/// <param name="bound">The most bytes that are read.</param>
internal sealed class BodyBuffer(int bound)
{
    private const int FirstLength = 4096;

    private byte[] _bytes = new byte[Math.Min(bound, FirstLength)];
    private int _length;

    /// <summary>What has been read, also where reading failed.</summary>
    internal ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    /// <summary>Reads.</summary>
    internal async Task FillAsync(Stream body, CancellationToken cancellationToken)
    {
        while (_length < bound)
        {
            if (_length == _bytes.Length)
            {
                Array.Resize(ref _bytes, (int)Math.Min(bound, _bytes.Length * 4L));
            }

            var read = await body.ReadAsync(_bytes.AsMemory(_length), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }

            _length += read;
        }
    }
}
