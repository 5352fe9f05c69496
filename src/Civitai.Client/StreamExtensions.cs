#if !NET
using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client;

/// <summary>What streams cannot do yet on the older framework.</summary>
internal static class StreamExtensions
{
    internal static Task<int> ReadAsync(this Stream stream, Memory<byte> memory, CancellationToken cancellationToken) =>
        MemoryMarshal.TryGetArray<byte>(memory, out var segment)
            ? stream.ReadAsync(segment.Array!, segment.Offset, segment.Count, cancellationToken)
            : throw new ArgumentException("Only memory of an array can be read into.", nameof(memory));
}
#endif
