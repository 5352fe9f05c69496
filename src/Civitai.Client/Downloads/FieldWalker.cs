using System;

namespace Civitai.Client.Downloads;

/// <summary>Walks over a structure of short fields and long stretches to pass over, wherever the bytes happen to be cut.</summary>
internal abstract class FieldWalker : EndMarker
{
    // No length that a file announces comes near it, and two of them can be added.
    private const long LongestLength = long.MaxValue / 4;

    private readonly byte[] _field;
    private int _have;
    private int _want;
    private long _skip;
    private bool _ends;

    /// <summary>Begins before the first byte.</summary>
    /// <param name="longestField">The length of the longest field in bytes.</param>
    protected FieldWalker(int longestField = 16)
    {
        _field = new byte[longestField];
    }

    /// <summary>The bytes that have come.</summary>
    protected long Total { get; private set; }

    /// <summary>The position behind the field that was read last. It does not depend on how the bytes were cut, as <see cref="Total"/> does while they come.</summary>
    protected long At { get; private set; }

    /// <summary>The last byte that went by.</summary>
    protected byte LastByte { get; private set; }

    /// <summary>Whether the structure makes no sense any more; the rest is not followed.</summary>
    protected bool IsLost { get; set; }

    /// <summary>Whether the structure has ended.</summary>
    protected bool IsEnded { get; set; }

    internal override bool IsReached => IsEnded;

    internal sealed override void Append(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return;
        }

        Total += data.Length;
        LastByte = data[data.Length - 1];
        while (!IsEnded && !IsLost)
        {
            if (_skip > 0)
            {
                var passed = (int)Math.Min(_skip, data.Length);
                data = data.Slice(passed);
                _skip -= passed;
                At += passed;
                if (_skip > 0)
                {
                    return;
                }
            }

            if (_ends)
            {
                IsEnded = true;
                return;
            }

            var taken = Math.Min(_want - _have, data.Length);
            data.Slice(0, taken).CopyTo(_field.AsSpan(_have));
            _have += taken;
            data = data.Slice(taken);
            if (_have < _want)
            {
                return;
            }

            At += _want;
            _have = 0;
            Read(_field.AsSpan(0, _want));
        }
    }

    /// <summary>Reads the field that was asked for, and asks for the next.</summary>
    protected abstract void Read(ReadOnlySpan<byte> field);

    /// <summary>Asks for a field of so many bytes after passing over others.</summary>
    protected void Next(int want, long skip = 0)
    {
        _want = want;
        _skip = skip;
    }

    /// <summary>Ends after passing over so many bytes.</summary>
    protected void EndAfter(long skip)
    {
        _skip = skip;
        _ends = true;
    }

    /// <summary>A length as positions are counted, of any that a file can announce: what is longer than every file stays so.</summary>
    protected static long Bounded(ulong length) => length > (ulong)LongestLength ? LongestLength : (long)length;
}
