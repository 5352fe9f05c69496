using System;

namespace Civitai.Client.Downloads;

/// <summary>GIF: a header, then extensions and pictures made of sub-blocks, then the trailer.</summary>
internal sealed class GifEnd : FieldWalker
{
    private const byte Trailer = 0x3B;
    private State _state = State.Header;

    internal GifEnd()
    {
        Next(13);
    }

    private enum State
    {
        Header,
        Introducer,
        ImageDescriptor,
        SubBlock,
    }

    // A file with blocks that no standard knows is shown by viewers all the same; it has its end if the trailer is its last byte.
    internal override bool IsReached => IsEnded || (IsLost && LastByte == Trailer);

    protected override void Read(ReadOnlySpan<byte> field)
    {
        switch (_state)
        {
            case State.Header:
                _state = State.Introducer;
                Next(1, skip: ColorTableLength(field[10]));
                break;
            case State.Introducer when field[0] == Trailer:
                IsEnded = true;
                break;
            case State.Introducer when field[0] == 0x2C:
                _state = State.ImageDescriptor;
                Next(9);
                break;
            case State.Introducer when field[0] == 0x21:
                // The extension's label stands before its sub-blocks.
                _state = State.SubBlock;
                Next(1, skip: 1);
                break;
            case State.Introducer when field[0] == 0x00:
                // Some encoders leave a second block terminator.
                Next(1);
                break;
            case State.Introducer:
                IsLost = true;
                break;
            case State.ImageDescriptor:
                // The code size of the compression stands before the sub-blocks.
                _state = State.SubBlock;
                Next(1, skip: ColorTableLength(field[8]) + 1);
                break;
            default:
                if (field[0] == 0)
                {
                    _state = State.Introducer;
                    Next(1);
                }
                else
                {
                    Next(1, skip: field[0]);
                }

                break;
        }
    }

    private static int ColorTableLength(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 0x07) + 1);
}
