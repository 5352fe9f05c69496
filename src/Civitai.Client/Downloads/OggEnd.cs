using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace Civitai.Client.Downloads;

/// <summary>Ogg (RFC 3533): pages of streams, of which each one's last page says that it is. Another file may follow in the same one, and counts too.</summary>
internal sealed class OggEnd : FieldWalker
{
    private const int HeaderLength = 27;
    private const int MostStreams = 64;
    private const byte FirstPage = 0x02;
    private const byte LastPage = 0x04;
    private readonly List<uint> _open = [];
    private bool _hasStream;
    private bool _isTable;
    private long _pageEnd;

    internal OggEnd()
        : base(longestField: byte.MaxValue)
    {
        Next(HeaderLength);
    }

    internal override bool IsReached => _hasStream && _open.Count == 0 && Total >= _pageEnd;

    protected override void Read(ReadOnlySpan<byte> field)
    {
        if (_isTable)
        {
            _isTable = false;
            Pass(field);
            return;
        }

        if (!field.StartsWith("OggS"u8))
        {
            // Something was put behind the file, or between its pages.
            IsLost = true;
            return;
        }

        var serial = BinaryPrimitives.ReadUInt32LittleEndian(field.Slice(14));
        if ((field[5] & FirstPage) != 0)
        {
            _hasStream = true;
            if (!_open.Contains(serial))
            {
                _open.Add(serial);
            }
        }

        if ((field[5] & LastPage) != 0)
        {
            _open.Remove(serial);
        }

        var segments = field[26];
        _pageEnd = At + segments;
        IsLost = _open.Count > MostStreams;
        if (segments == 0)
        {
            Next(HeaderLength);
            return;
        }

        _isTable = true;
        Next(segments);
    }

    private void Pass(ReadOnlySpan<byte> table)
    {
        var length = 0;
        foreach (var segment in table)
        {
            length += segment;
        }

        _pageEnd = At + length;
        Next(HeaderLength, length);
    }
}
