using System;
using System.Buffers.Binary;

namespace Civitai.Client.Downloads;

/// <summary>WebP: a RIFF container whose header holds the length of all that follows it.</summary>
internal sealed class RiffEnd : FieldWalker
{
    // "WEBP" and the header of one chunk are the least that can follow.
    private const uint LeastLength = 12;

    internal RiffEnd()
    {
        Next(8);
    }

    protected override void Read(ReadOnlySpan<byte> field)
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(field.Slice(4));
        if (length < LeastLength)
        {
            IsLost = true;
        }
        else
        {
            EndAfter(length);
        }
    }
}
