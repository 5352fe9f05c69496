using System;
using System.Buffers.Binary;

namespace Civitai.Client.Downloads;

/// <summary>
/// WAV, with its forms for more than 4 GB (RF64 and BW64, EBU Tech 3306): chunks with their lengths in one that holds the length of all. What a program wrote that
/// could not go back to its beginning says nothing of its length and is whole wherever it ends.
/// </summary>
internal sealed class WavEnd : FieldWalker
{
    private const uint Unknown = uint.MaxValue;

    // Many programs count the first eight bytes too, or a byte that pads the last chunk and is not there. Nothing but an empty chunk fits in so few.
    private const int Miscounted = 8;
    private State _state = State.Header;
    private bool _isLarge;
    private long _end;
    private long _largeDataLength;
    private long _chunkEnd;
    private bool _hasData;

    internal WavEnd()
    {
        Next(12);
    }

    private enum State
    {
        Header,
        Chunk,
        LargeLengths,
    }

    internal override bool IsReached => _hasData && Total >= _chunkEnd && Total >= _end - Miscounted;

    protected override void Read(ReadOnlySpan<byte> field)
    {
        switch (_state)
        {
            case State.Header:
                _isLarge = !field.StartsWith("RIFF"u8);
                var length = BinaryPrimitives.ReadUInt32LittleEndian(field.Slice(4));
                _end = length is 0 or Unknown ? 0 : length + 8L;
                _state = State.Chunk;
                Next(8);
                break;
            case State.LargeLengths:
                _end = Bounded(BinaryPrimitives.ReadUInt64LittleEndian(field)) + 8;
                _largeDataLength = Bounded(BinaryPrimitives.ReadUInt64LittleEndian(field.Slice(8)));
                _state = State.Chunk;
                Next(8, Math.Max(0, _chunkEnd - At));
                break;
            default:
                ReadChunk(field);
                break;
        }
    }

    private void ReadChunk(ReadOnlySpan<byte> field)
    {
        long length = BinaryPrimitives.ReadUInt32LittleEndian(field.Slice(4));
        if (field.StartsWith("data"u8))
        {
            _hasData = true;
            if (length == Unknown)
            {
                length = _isLarge ? _largeDataLength : 0;
            }

            // How far the file reaches is known with this.
            _chunkEnd = At + length;
            IsLost = true;
            return;
        }

        _chunkEnd = At + length;
        if (_isLarge && field.StartsWith("ds64"u8) && length >= 16)
        {
            _state = State.LargeLengths;
            Next(16);
            return;
        }

        // Chunks begin at even positions.
        Next(8, length + (length & 1));
    }
}
