using System;
using System.Buffers.Binary;

namespace Civitai.Client.Downloads;

/// <summary>
/// A row of boxes with their lengths (ISO/IEC 14496-12): MPEG-4, QuickTime, HEIF, AVIF, JPEG XL. The file is whole when it ends between two boxes, reaches as far as
/// its boxes say that it does, and has those without which nothing can be shown.
/// </summary>
internal abstract class BoxWalker : FieldWalker
{
    private const int LongestBoxField = 32;
    private readonly string _known;
    private uint _type;
    private bool _isLarge;
    private bool _isInside;

    /// <summary>Begins at a file's first byte.</summary>
    /// <param name="known">The types that stand at the top of such a file, of four characters each, with one blank between.</param>
    protected BoxWalker(string known)
        : base(LongestBoxField)
    {
        _known = known;
        Next(8);
    }

    // What follows the boxes without being one (padding, a tag) is no fault. A box that goes on to the end of the file, wherever that is, ends with the file.
    internal sealed override bool IsReached => HasAll && Total >= Math.Max(BoxEnd, Needed);

    /// <summary>Whether every box has begun without which nothing can be shown.</summary>
    protected abstract bool HasAll { get; }

    /// <summary>Where the box ends that began last.</summary>
    protected long BoxEnd { get; private set; }

    /// <summary>How far the file reaches at least, by what stands in its boxes.</summary>
    protected long Needed { get; private set; }

    /// <summary>The type of a box as a number.</summary>
    protected static uint TypeOf(ReadOnlySpan<byte> type) => BinaryPrimitives.ReadUInt32BigEndian(type);

    /// <summary>Takes note of a box that begins.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="isOpenEnded">Whether it goes on to the end of the file, so that it is the last one.</param>
    protected abstract void Note(uint type, bool isOpenEnded);

    /// <summary>Asks for the first field inside a box whose length is known, if there is something to be read in it.</summary>
    /// <returns>Whether it did; <see cref="ReadInside"/> goes on then.</returns>
    protected virtual bool TryEnter(uint type, long contentLength) => false;

    /// <summary>Reads a field inside a box, and asks for the next one or calls <see cref="Leave"/>.</summary>
    protected virtual void ReadInside(ReadOnlySpan<byte> field) => Leave();

    /// <summary>Goes on behind the box.</summary>
    protected void Leave()
    {
        _isInside = false;
        Next(8, Math.Max(0, BoxEnd - At));
    }

    /// <summary>Notes that the file reaches at least so far.</summary>
    protected void Need(long position) => Needed = Math.Max(Needed, position);

    protected sealed override void Read(ReadOnlySpan<byte> field)
    {
        if (_isInside)
        {
            ReadInside(field);
            return;
        }

        if (_isLarge)
        {
            _isLarge = false;
            Begin(BinaryPrimitives.ReadUInt64BigEndian(field), headerLength: 16);
            return;
        }

        _type = TypeOf(field.Slice(4));
        var length = BinaryPrimitives.ReadUInt32BigEndian(field);
        if (HasAll && At - 8 >= Needed && !IsKnown(field.Slice(4, 4)))
        {
            // Something was put behind the file.
            IsLost = true;
        }
        else if (length == 1)
        {
            _isLarge = true;
            BoxEnd = At + 8;
            Next(8);
        }
        else if (length == 0)
        {
            // This box goes on to the end of the file, wherever that is.
            Note(_type, isOpenEnded: true);
            BoxEnd = At;
            IsEnded = true;
        }
        else
        {
            Begin(length, headerLength: 8);
        }
    }

    private bool IsKnown(ReadOnlySpan<byte> type)
    {
        for (var at = 0; at < _known.Length; at += 5)
        {
            if (type[0] == _known[at] && type[1] == _known[at + 1] && type[2] == _known[at + 2] && type[3] == _known[at + 3])
            {
                return true;
            }
        }

        return false;
    }

    private void Begin(ulong length, int headerLength)
    {
        if (length < (ulong)headerLength)
        {
            IsLost = true;
            return;
        }

        BoxEnd = At - headerLength + Bounded(length);
        Note(_type, isOpenEnded: false);
        _isInside = TryEnter(_type, BoxEnd - At);
        if (!_isInside)
        {
            Leave();
        }
    }
}
