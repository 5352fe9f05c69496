using System;
using System.Buffers.Binary;

namespace Civitai.Client.Downloads;

/// <summary>
/// FLAC (RFC 9639): blocks of metadata, of which the first tells how many samples there are, then frames. A frame does not tell its length, but which sample it begins
/// with, and ends in a checksum of all of it: the file is whole when the frame with the last sample has gone by, and its checksum.
/// </summary>
internal sealed class FlacEnd : EndMarker
{
    private const int LongestHeader = 16;
    private const int StreamInfoLength = 34;
    private readonly byte[] _field = new byte[4 + StreamInfoLength];
    private State _state = State.Metadata;
    private int _have;
    private int _skip = 4;
    private bool _isLastBlock;
    private long _samples;
    private int _blockSize;
    private bool _hasFrame;
    private long _firstSample;
    private long _nextSample;
    private ushort _checksum;
    private int _frameLength;

    private enum State
    {
        Metadata,
        Frames,
        LastFrame,
        End,
    }

    // Without a number of samples, as in a recording that was written in one go, the file is whole wherever it ends.
    internal override bool IsReached => _state == State.End || (_samples == 0 && _hasFrame);

    internal override void Append(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty && _state != State.End)
        {
            data = _state switch
            {
                State.Metadata => ReadMetadata(data),
                State.Frames => FindFrame(data),
                _ => ReadLastFrame(data),
            };
        }
    }

    private ReadOnlySpan<byte> ReadMetadata(ReadOnlySpan<byte> data)
    {
        var passed = Math.Min(_skip, data.Length);
        _skip -= passed;
        data = data.Slice(passed);
        if (_skip > 0)
        {
            return data;
        }

        if (_isLastBlock)
        {
            _state = State.Frames;
            return data;
        }

        // The stream's own block is read together with its header.
        var isStreamInfo = _have > 0 ? (_field[0] & 0x7F) == 0 : data.Length > 0 && (data[0] & 0x7F) == 0;
        var taken = Math.Min((isStreamInfo ? _field.Length : 4) - _have, data.Length);
        data.Slice(0, taken).CopyTo(_field.AsSpan(_have));
        _have += taken;
        if (_have == (isStreamInfo ? _field.Length : 4))
        {
            _have = 0;
            _isLastBlock = (_field[0] & 0x80) != 0;
            _skip = (_field[1] << 16) | (_field[2] << 8) | _field[3];
            if (isStreamInfo)
            {
                _skip = Math.Max(0, _skip - StreamInfoLength);
                _blockSize = BinaryPrimitives.ReadUInt16BigEndian(_field.AsSpan(4));
                _samples = (long)(BinaryPrimitives.ReadUInt64BigEndian(_field.AsSpan(14)) & 0xFFFFFFFFF);
            }
        }

        return data.Slice(taken);
    }

    // What may be the header of a frame is kept until so much of it has come that it can be told.
    private ReadOnlySpan<byte> FindFrame(ReadOnlySpan<byte> data)
    {
        if (_have == 0)
        {
            var at = data.IndexOf((byte)0xFF);
            if (at < 0)
            {
                return default;
            }

            data = data.Slice(at);
        }

        _field[_have++] = data[0];
        while (_have > 0)
        {
            var length = TryReadHeader(_field.AsSpan(0, _have), out var isHeader);
            if (length > _have)
            {
                break;
            }

            if (_state == State.LastFrame)
            {
                var all = _have;
                _have = 0;
                Check(_field.AsSpan(0, all));
                break;
            }

            // Another one may begin behind it, or within what is none.
            DropUpToSync(isHeader ? length : 1);
        }

        return data.Slice(1);
    }

    private void DropUpToSync(int from)
    {
        var at = _field.AsSpan(from, _have - from).IndexOf((byte)0xFF);
        var left = at < 0 ? 0 : _have - from - at;
        _field.AsSpan(_have - left, left).CopyTo(_field);
        _have = left;
    }

    private ReadOnlySpan<byte> ReadLastFrame(ReadOnlySpan<byte> data)
    {
        Check(data);
        return default;
    }

    // The checksum of a frame and of its own checksum is zero.
    private void Check(ReadOnlySpan<byte> data)
    {
        foreach (var value in data)
        {
            _checksum ^= (ushort)(value << 8);
            for (var bit = 0; bit < 8; bit++)
            {
                _checksum = (ushort)((_checksum & 0x8000) == 0 ? _checksum << 1 : (_checksum << 1) ^ 0x8005);
            }

            _frameLength++;
            if (_checksum == 0 && _frameLength > LongestHeader / 2)
            {
                _state = State.End;
                return;
            }
        }
    }

    /// <summary>Reads the header of a frame, if it is one and the next one of this file.</summary>
    /// <returns>The length that must be there to tell.</returns>
    private int TryReadHeader(ReadOnlySpan<byte> head, out bool isHeader)
    {
        isHeader = false;
        if (head.Length < 5)
        {
            return head.Length >= 2 && (head[1] & 0xFE) != 0xF8 ? head.Length : 5;
        }

        var sizeCode = head[2] >> 4;
        var rateCode = head[2] & 15;
        if (sizeCode == 0 || rateCode == 15 || head[3] >> 4 > 10 || (head[3] & 0x01) != 0)
        {
            return head.Length;
        }

        var numberLength = LengthOfNumber(head[4]);
        var length = 4 + numberLength + (sizeCode is 6 ? 1 : sizeCode is 7 ? 2 : 0) + (rateCode is 12 ? 1 : rateCode is 13 or 14 ? 2 : 0) + 1;
        if (numberLength == 0 || head.Length < length)
        {
            return numberLength == 0 ? head.Length : length;
        }

        if (Checksum(head.Slice(0, length)) == 0)
        {
            var number = ReadNumber(head.Slice(4, numberLength));
            var size = sizeCode switch
            {
                1 => 192,
                < 6 => 576 << (sizeCode - 2),
                6 => head[4 + numberLength] + 1,
                7 => BinaryPrimitives.ReadUInt16BigEndian(head.Slice(4 + numberLength)) + 1,
                _ => 256 << (sizeCode - 8),
            };
            isHeader = TryTake((head[1] & 1) == 0 ? number * _blockSize : number, size);
        }

        return length;
    }

    private bool TryTake(long sample, int size)
    {
        if (_hasFrame && sample != _nextSample)
        {
            return false;
        }

        // A piece that was cut out of a longer recording does not begin with zero.
        _firstSample = _hasFrame ? _firstSample : sample;
        _hasFrame = true;
        _nextSample = sample + size;
        if (_samples > 0 && _nextSample - _firstSample >= _samples)
        {
            _state = State.LastFrame;
        }

        return true;
    }

    // A number as in UTF-8, of up to 36 bits.
    private static int LengthOfNumber(byte first) => first switch
    {
        < 0x80 => 1,
        < 0xC0 => 0,
        < 0xE0 => 2,
        < 0xF0 => 3,
        < 0xF8 => 4,
        < 0xFC => 5,
        < 0xFE => 6,
        0xFE => 7,
        _ => 0,
    };

    private static long ReadNumber(ReadOnlySpan<byte> bytes)
    {
        long number = bytes.Length == 1 ? bytes[0] : bytes[0] & ((1 << (7 - bytes.Length)) - 1);
        foreach (var value in bytes.Slice(1))
        {
            number = (number << 6) | (uint)(value & 0x3F);
        }

        return number;
    }

    // The polynomial x^8 + x^2 + x + 1.
    private static byte Checksum(ReadOnlySpan<byte> data)
    {
        byte checksum = 0;
        foreach (var value in data)
        {
            checksum ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                checksum = (byte)((checksum & 0x80) == 0 ? checksum << 1 : (checksum << 1) ^ 0x07);
            }
        }

        return checksum;
    }
}
