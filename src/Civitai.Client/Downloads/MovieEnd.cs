using System;
using System.Buffers.Binary;

namespace Civitai.Client.Downloads;

/// <summary>
/// MPEG-4 and QuickTime: an index (<c>moov</c>), and data. In a file of fragments each index (<c>moof</c>) is followed by its data, and where a table of segments
/// (<c>sidx</c>) stands before them, it tells how long they are together.
/// </summary>
internal sealed class MovieEnd : BoxWalker
{
    private static readonly uint Index = TypeOf("moov"u8);
    private static readonly uint Data = TypeOf("mdat"u8);
    private static readonly uint IdentifiedData = TypeOf("imda"u8);
    private static readonly uint Fragment = TypeOf("moof"u8);
    private static readonly uint Segments = TypeOf("sidx"u8);
    private bool _hasIndex;
    private bool _hasData;
    private bool _awaitsData;
    private State _state;
    private int _entries;
    private long _segmentsEnd;

    internal MovieEnd()

        // ISO/IEC 14496-12, table 1, and QuickTime's own.
        : base("ftyp styp moov mdat imda moof mfra free skip wide meta meco uuid sidx ssix prft emsg pdin udta idat pnot pict PICT junk")
    {
    }

    private enum State
    {
        Version,
        FirstOffset,
        Count,
        Entry,
    }

    protected override bool HasAll => _hasIndex && _hasData && !_awaitsData;

    protected override void Note(uint type, bool isOpenEnded)
    {
        _hasIndex |= type == Index;
        _awaitsData |= type == Fragment;
        if (type == Data || type == IdentifiedData)
        {
            _hasData = true;
            _awaitsData = false;
        }
    }

    protected override bool TryEnter(uint type, long contentLength)
    {
        if (type != Segments || contentLength < 24)
        {
            return false;
        }

        // Version and flags, the stream's id, the time scale.
        _state = State.Version;
        Next(12);
        return true;
    }

    protected override void ReadInside(ReadOnlySpan<byte> field)
    {
        switch (_state)
        {
            case State.Version:
                // The earliest time, and where the first segment begins behind this box.
                _state = State.FirstOffset;
                Next(field[0] == 0 ? 8 : 16);
                break;
            case State.FirstOffset:
                var offset = field.Length == 8 ? BinaryPrimitives.ReadUInt32BigEndian(field.Slice(4)) : BinaryPrimitives.ReadUInt64BigEndian(field.Slice(8));
                _segmentsEnd = Math.Min(BoxEnd + Bounded(offset), Bounded(ulong.MaxValue));
                _state = State.Count;
                Next(4);
                break;
            case State.Count:
                _entries = BinaryPrimitives.ReadUInt16BigEndian(field.Slice(2));
                _state = State.Entry;
                ReadNextEntry();
                break;
            default:
                // The first bit tells whether it is of media or of another table.
                _segmentsEnd += BinaryPrimitives.ReadUInt32BigEndian(field) & 0x7FFFFFFF;
                _entries--;
                ReadNextEntry();
                break;
        }
    }

    private void ReadNextEntry()
    {
        if (_entries > 0 && At + 12 <= BoxEnd)
        {
            Next(12);
            return;
        }

        Need(_segmentsEnd);
        Leave();
    }
}
