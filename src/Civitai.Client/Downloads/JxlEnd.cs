using System;
using System.Buffers.Binary;

namespace Civitai.Client.Downloads;

/// <summary>JPEG XL in its container (ISO/IEC 18181-2): the codestream in one box (<c>jxlc</c>), or in parts (<c>jxlp</c>) of which the last one is marked.</summary>
internal sealed class JxlEnd : BoxWalker
{
    private static readonly uint Codestream = TypeOf("jxlc"u8);
    private static readonly uint Part = TypeOf("jxlp"u8);
    private bool _hasAll;

    internal JxlEnd()
        : base("JXL  ftyp jxlc jxlp jxll jxli jbrd brob Exif xml  jumb uuid free skip")
    {
    }

    protected override bool HasAll => _hasAll;

    protected override void Note(uint type, bool isOpenEnded) => _hasAll |= type == Codestream || (type == Part && isOpenEnded);

    protected override bool TryEnter(uint type, long contentLength)
    {
        if (type != Part || contentLength < 4)
        {
            return false;
        }

        Next(4);
        return true;
    }

    protected override void ReadInside(ReadOnlySpan<byte> field)
    {
        const uint Last = 0x80000000;
        _hasAll |= (BinaryPrimitives.ReadUInt32BigEndian(field) & Last) != 0;
        Leave();
    }
}
