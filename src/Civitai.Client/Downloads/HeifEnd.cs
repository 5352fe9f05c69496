using System;
using System.Buffers.Binary;

namespace Civitai.Client.Downloads;

/// <summary>
/// HEIF, with AVIF (ISO/IEC 23008-12): <c>meta</c> describes the pictures and tells in <c>iloc</c> where in the file their bytes are; a sequence of pictures may be a
/// movie instead.
/// </summary>
internal sealed class HeifEnd : BoxWalker
{
    private static readonly uint Meta = TypeOf("meta"u8);
    private static readonly uint Minimized = TypeOf("mini"u8);
    private static readonly uint Locations = TypeOf("iloc"u8);
    private static readonly uint Index = TypeOf("moov"u8);
    private static readonly uint Data = TypeOf("mdat"u8);
    private State _state;
    private bool _hasMeta;
    private bool _hasLocations;
    private bool _hasMinimized;
    private bool _hasIndex;
    private bool _hasData;
    private long _childEnd;
    private int _version;
    private int _offsetSize;
    private int _lengthSize;
    private int _baseSize;
    private int _indexSize;
    private long _items;
    private int _extents;
    private bool _isInFile;
    private ulong _base;

    internal HeifEnd()
        : base("ftyp styp moov mdat imda moof mfra free skip wide meta meco uuid sidx udta idat mini jumb")
    {
    }

    private enum State
    {
        Child,
        LocationsHead,
        LocationsCount,
        Item,
        Extent,
    }

    // A picture of which nothing says where it is needs data at least.
    protected override bool HasAll => _hasMinimized || (_hasMeta ? _hasLocations || _hasData : _hasIndex && _hasData);

    private int ItemLength => (_version < 2 ? 2 : 4) + (_version > 0 ? 2 : 0) + 2 + _baseSize + 2;

    private int ExtentLength => _indexSize + _offsetSize + _lengthSize;

    protected override void Note(uint type, bool isOpenEnded)
    {
        _hasMeta |= type == Meta;
        _hasMinimized |= type == Minimized;
        _hasIndex |= type == Index;
        _hasData |= type == Data;
    }

    protected override bool TryEnter(uint type, long contentLength)
    {
        if (type == Meta && contentLength >= 12)
        {
            // Behind version and flags.
            _state = State.Child;
            Next(8, skip: 4);
            return true;
        }

        return false;
    }

    protected override void ReadInside(ReadOnlySpan<byte> field)
    {
        switch (_state)
        {
            case State.Child:
                ReadChild(field);
                break;
            case State.LocationsHead:
                ReadLocationsHead(field);
                break;
            case State.LocationsCount:
                _items |= BinaryPrimitives.ReadUInt16BigEndian(field);
                ReadNextItem();
                break;
            case State.Item:
                ReadItem(field);
                break;
            default:
                ReadExtent(field);
                break;
        }
    }

    private void ReadChild(ReadOnlySpan<byte> field)
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(field);
        _childEnd = At - 8 + length;
        if (length < 8 || _childEnd > BoxEnd)
        {
            Leave();
        }
        else if (TypeOf(field.Slice(4)) == Locations && length >= 16)
        {
            _state = State.LocationsHead;
            Next(8);
        }
        else
        {
            LeaveChild();
        }
    }

    private void LeaveChild()
    {
        _state = State.Child;
        if (_childEnd + 8 > BoxEnd)
        {
            Leave();
        }
        else
        {
            Next(8, Math.Max(0, _childEnd - At));
        }
    }

    // Version and flags, the sizes of the fields in half bytes, and the number of items.
    private void ReadLocationsHead(ReadOnlySpan<byte> field)
    {
        _version = field[0];
        _offsetSize = field[4] >> 4;
        _lengthSize = field[4] & 15;
        _baseSize = field[5] >> 4;
        _indexSize = _version > 0 ? field[5] & 15 : 0;
        if (_version > 2 || Math.Max(Math.Max(_offsetSize, _lengthSize), Math.Max(_baseSize, _indexSize)) > 8)
        {
            LeaveChild();
            return;
        }

        _items = BinaryPrimitives.ReadUInt16BigEndian(field.Slice(6));
        if (_version == 2)
        {
            _items <<= 16;
            _state = State.LocationsCount;
            Next(2);
            return;
        }

        ReadNextItem();
    }

    private void ReadNextItem()
    {
        if (_items-- > 0 && At + ItemLength <= _childEnd)
        {
            _state = State.Item;
            Next(ItemLength);
            return;
        }

        _hasLocations = true;
        LeaveChild();
    }

    private void ReadItem(ReadOnlySpan<byte> field)
    {
        var at = _version < 2 ? 2 : 4;
        var method = 0;
        if (_version > 0)
        {
            method = field[at + 1] & 15;
            at += 2;
        }

        // Not in this very file, or in a box of its own.
        _isInFile = method == 0 && BinaryPrimitives.ReadUInt16BigEndian(field.Slice(at)) == 0;
        _base = ReadNumber(field.Slice(at + 2, _baseSize));
        _extents = ExtentLength == 0 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(field.Slice(at + 2 + _baseSize));
        ReadNextExtent();
    }

    private void ReadNextExtent()
    {
        if (_extents-- > 0 && At + ExtentLength <= _childEnd)
        {
            _state = State.Extent;
            Next(ExtentLength);
        }
        else
        {
            ReadNextItem();
        }
    }

    private void ReadExtent(ReadOnlySpan<byte> field)
    {
        var offset = ReadNumber(field.Slice(_indexSize, _offsetSize));
        var length = ReadNumber(field.Slice(_indexSize + _offsetSize, _lengthSize));
        if (_isInFile)
        {
            Need(Math.Min(Bounded(_base) + Bounded(offset) + Bounded(length), Bounded(ulong.MaxValue)));
        }

        ReadNextExtent();
    }

    private static ulong ReadNumber(ReadOnlySpan<byte> bytes)
    {
        var number = 0UL;
        foreach (var value in bytes)
        {
            number = (number << 8) | value;
        }

        return number;
    }
}
