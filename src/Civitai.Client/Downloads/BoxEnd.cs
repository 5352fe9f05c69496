using System;
using System.Buffers.Binary;
using System.Text;

namespace Civitai.Client.Downloads;

/// <summary>
/// MPEG-4, QuickTime and AVIF: a row of boxes with their lengths (ISO/IEC 14496-12). The file is whole when it ends between two boxes and
/// has those without which nothing can be shown.
/// </summary>
internal sealed class BoxEnd : FieldWalker
{
    private readonly uint _index;
    private readonly uint _data;
    private bool _hasIndex;
    private bool _hasData;
    private bool _isLarge;
    private bool _isOpenEnded;
    private uint _type;

    /// <summary>Begins at a file's first byte.</summary>
    /// <param name="index">The box that describes the content.</param>
    /// <param name="data">The box that holds it.</param>
    internal BoxEnd(string index, string data)
    {
        _index = BinaryPrimitives.ReadUInt32BigEndian(Encoding.ASCII.GetBytes(index));
        _data = BinaryPrimitives.ReadUInt32BigEndian(Encoding.ASCII.GetBytes(data));
        Next(8);
    }

    // What follows the boxes without being one (padding, a tag) is no fault.
    internal override bool IsReached => _hasIndex && _hasData && (_isOpenEnded || IsLost || (HasPassedAll && !_isLarge));

    protected override void Read(ReadOnlySpan<byte> field)
    {
        if (_isLarge)
        {
            _isLarge = false;
            Pass(BinaryPrimitives.ReadUInt64BigEndian(field), headerLength: 16);
            return;
        }

        _type = BinaryPrimitives.ReadUInt32BigEndian(field.Slice(4));
        var length = BinaryPrimitives.ReadUInt32BigEndian(field);
        if (_hasIndex && _hasData && !IsKnown(field.Slice(4, 4)))
        {
            // Something was put behind the file.
            IsLost = true;
        }
        else if (length == 1)
        {
            _isLarge = true;
            Next(8);
        }
        else if (length == 0)
        {
            // This box goes on to the end of the file, wherever that is.
            Note();
            _isOpenEnded = true;
            IsEnded = true;
        }
        else
        {
            Pass(length, headerLength: 8);
        }
    }

    // The boxes that stand at the top of a file (ISO/IEC 14496-12, table 1, and QuickTime's wide).
    private static bool IsKnown(ReadOnlySpan<byte> type)
    {
        const string Known = "ftyp styp moov mdat imda moof mfra free skip wide meta meco uuid sidx ssix prft emsg pdin udta idat";
        for (var at = 0; at < Known.Length; at += 5)
        {
            if (type[0] == Known[at] && type[1] == Known[at + 1] && type[2] == Known[at + 2] && type[3] == Known[at + 3])
            {
                return true;
            }
        }

        return false;
    }

    private void Pass(ulong length, int headerLength)
    {
        if (length < (ulong)headerLength || length > long.MaxValue)
        {
            IsLost = true;
            return;
        }

        // HasPassedAll holds only when all of the box has gone by.
        Note();
        Next(8, (long)length - headerLength);
    }

    private void Note()
    {
        _hasIndex |= _type == _index;
        _hasData |= _type == _data;
    }
}
