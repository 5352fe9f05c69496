using System;
using System.Buffers.Binary;

namespace Civitai.Client.Downloads;

/// <summary>PNG: chunks of length, type, data and checksum; IEND is the last.</summary>
internal sealed class PngEnd : FieldWalker
{
    internal PngEnd()
    {
        Next(8, skip: 8);
    }

    protected override void Read(ReadOnlySpan<byte> field)
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(field);
        if (field.Slice(4, 4).SequenceEqual("IEND"u8))
        {
            EndAfter(length + 4L);
        }
        else if (length > int.MaxValue)
        {
            IsLost = true;
        }
        else
        {
            Next(8, skip: length + 4L);
        }
    }
}
