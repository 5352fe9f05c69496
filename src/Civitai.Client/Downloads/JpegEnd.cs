using System;

namespace Civitai.Client.Downloads;

/// <summary>JPEG: segments with their lengths, and between them compressed data in which every 0xFF is followed by a zero or a restart marker; EOI is the last.</summary>
internal sealed class JpegEnd : EndMarker
{
    private State _state = State.Data;
    private int _length;
    private int _skip;

    private enum State
    {
        Data,
        Marker,
        LengthHigh,
        LengthLow,
        Segment,
        End,
    }

    internal override bool IsReached => _state == State.End;

    internal override void Append(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty && _state != State.End)
        {
            switch (_state)
            {
                case State.Data:
                    var at = data.IndexOf((byte)0xFF);
                    if (at < 0)
                    {
                        return;
                    }

                    data = data.Slice(at + 1);
                    _state = State.Marker;
                    break;
                case State.Marker:
                    _state = data[0] switch
                    {
                        0xD9 => State.End,
                        0xFF => State.Marker,
                        0x00 or 0x01 or (>= 0xD0 and <= 0xD8) => State.Data,
                        _ => State.LengthHigh,
                    };
                    data = data.Slice(1);
                    break;
                case State.LengthHigh:
                    _length = data[0] << 8;
                    data = data.Slice(1);
                    _state = State.LengthLow;
                    break;
                case State.LengthLow:
                    // The length counts its own two bytes.
                    _skip = Math.Max(0, _length + data[0] - 2);
                    data = data.Slice(1);
                    _state = _skip == 0 ? State.Data : State.Segment;
                    break;
                default:
                    var passed = Math.Min(_skip, data.Length);
                    _skip -= passed;
                    data = data.Slice(passed);
                    _state = _skip == 0 ? State.Data : State.Segment;
                    break;
            }
        }
    }
}
