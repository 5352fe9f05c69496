using System;

namespace Civitai.Client.Downloads;

/// <summary>
/// WebM and Matroska (RFC 8794, RFC 9559): elements of an id, a length and content. The segment's length tells where the file ends; where it is unknown, as in a
/// recording that was written in one go, the elements in it are followed, and the file may end behind any of them.
/// </summary>
internal sealed class MatroskaEnd : FieldWalker
{
    private const ulong Segment = 0x18538067;
    private const ulong Cluster = 0x1F43B675;
    private State _state = State.IdStart;
    private ulong _id;
    private int _length;
    private ulong _number;
    private bool _hasSegment;
    private long _elementEnd;
    private long _end;

    internal MatroskaEnd()
    {
        Next(1);
    }

    private enum State
    {
        IdStart,
        IdRest,
        LengthStart,
        LengthRest,
    }

    internal override bool IsReached => _hasSegment && Total >= _end;

    protected override void Read(ReadOnlySpan<byte> field)
    {
        switch (_state)
        {
            case State.IdStart:
                _length = LengthOf(field[0]);
                _id = field[0];
                if (_length > 4)
                {
                    // Something was put behind the file.
                    IsLost = true;
                    return;
                }

                // At least its length must follow.
                _end = At + _length;
                _state = State.IdRest;
                ReadRest(field.Slice(1));
                break;
            case State.IdRest:
                _id = Shifted(_id, field);
                ReadId();
                break;
            case State.LengthStart:
                _length = LengthOf(field[0]);
                if (_length > 8)
                {
                    IsLost = true;
                    return;
                }

                _end = At + _length - 1;
                _number = field[0] & (0xFFUL >> _length);
                _state = State.LengthRest;
                ReadRest(field.Slice(1));
                break;
            default:
                _number = Shifted(_number, field);
                Pass();
                break;
        }
    }

    // The number of leading zero bits tells how many bytes there are.
    private static int LengthOf(byte first)
    {
        var length = 1;
        for (var bit = 0x80; bit != 0 && (first & bit) == 0; bit >>= 1)
        {
            length++;
        }

        return length;
    }

    private static ulong Shifted(ulong number, ReadOnlySpan<byte> field)
    {
        foreach (var value in field)
        {
            number = (number << 8) | value;
        }

        return number;
    }

    private void ReadRest(ReadOnlySpan<byte> nothing)
    {
        if (_length > 1)
        {
            Next(_length - 1);
        }
        else
        {
            Read(nothing);
        }
    }

    private void ReadId()
    {
        if (_hasSegment && !IsInSegment(_id))
        {
            _end = _elementEnd;
            IsLost = true;
            return;
        }

        _state = State.LengthStart;
        Next(1);
    }

    private void Pass()
    {
        _state = State.IdStart;
        PassContent();
        _elementEnd = _end;
    }

    private void PassContent()
    {
        var isUnknown = _number == (1UL << (7 * _length)) - 1;
        if (_id == Segment)
        {
            _hasSegment = true;
            if (!isUnknown)
            {
                _end = At + Bounded(_number);
                IsLost = true;
                return;
            }
        }

        if (isUnknown)
        {
            // What is in it comes next.
            _end = At;
            IsLost = _id is not (Segment or Cluster);
            Next(1);
            return;
        }

        _end = At + Bounded(_number);
        Next(1, Bounded(_number));
    }

    // What stands in a segment or in a cluster.
    private static bool IsInSegment(ulong id) => id is 0x114D9B74 or 0x1549A966 or 0x1654AE6B or Cluster or 0x1C53BB6B or 0x1941A469 or 0x1043A770 or 0x1254C367
        or 0xEC or 0xBF or 0xE7 or 0x5854 or 0xA7 or 0xAB or 0xA3 or 0xA0 or 0xAF;
}
