using System;

namespace Civitai.Client.Downloads;

/// <summary>Walks over a structure of short fields and long stretches to pass over, wherever the bytes happen to be cut.</summary>
internal abstract class FieldWalker : EndMarker
{
    private readonly byte[] _field = new byte[16];
    private int _have;
    private int _want;
    private long _skip;
    private bool _ends;

    /// <summary>Whether nothing is left to pass over: the next bytes are a field, or part of one has come.</summary>
    protected bool HasPassedAll => _skip == 0;

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

        LastByte = data[data.Length - 1];
        while (!IsEnded && !IsLost)
        {
            if (_skip > 0)
            {
                var passed = (int)Math.Min(_skip, data.Length);
                data = data.Slice(passed);
                _skip -= passed;
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
}
