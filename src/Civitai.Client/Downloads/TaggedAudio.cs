using System;

namespace Civitai.Client.Downloads;

/// <summary>
/// Sound behind what may stand before it: tags of any length (ID3v2) and zeros. Only what follows them tells whether it is MPEG audio or FLAC, or neither.
/// </summary>
internal sealed class TaggedAudio
{
    private const int TagHeaderLength = 10;

    // Encoders that keep room for a tag leave some kilobytes; what is nothing but zeros is no sound.
    private const int MostPadding = 64 * 1024;

    private readonly byte[] _field = new byte[TagHeaderLength];
    private int _have;
    private long _skip;
    private int _padding;
    private bool _hasTag;
    private bool _isEnded;
    private EndMarker? _end;

    /// <summary>The format, or null as long as it cannot be told, or where it is none that is known.</summary>
    internal MediaFormat? Format { get; private set; }

    /// <summary>Whether this is no sound.</summary>
    internal bool IsRefused { get; private set; }

    /// <summary>Whether the file has its end.</summary>
    internal bool IsWhole => _end is { IsReached: true };

    /// <summary>Whether bytes are the header of a tag: <c>ID3</c>, a version that exists, no unknown flags and a length of seven bits a byte.</summary>
    internal static bool IsTagHeader(ReadOnlySpan<byte> head) =>
        head.Length >= TagHeaderLength && head.StartsWith("ID3"u8) && head[3] is >= 2 and <= 4 && head[4] != 0xFF && (head[5] & 0x0F) == 0
        && ((head[6] | head[7] | head[8] | head[9]) & 0x80) == 0;

    /// <summary>Takes the next bytes.</summary>
    internal void Append(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty && !IsRefused && _end is null)
        {
            if (_skip > 0)
            {
                var passed = (int)Math.Min(_skip, data.Length);
                _skip -= passed;
                data = data.Slice(passed);
            }
            else if (_have == 0 && data[0] == 0)
            {
                data = PassPadding(data);
            }
            else
            {
                _field[_have++] = data[0];
                data = data.Slice(1);
                ReadStart();
            }
        }

        if (_end is not null)
        {
            _end.Append(data);
            Judge();
        }
    }

    /// <summary>Says that no more bytes follow.</summary>
    internal void End()
    {
        _isEnded = true;
        if (_end is null)
        {
            // Cut off in its tag or behind it.
            Format = _hasTag ? MediaFormat.Mp3 : null;
            IsRefused = Format is null;
        }

        Judge();
    }

    private ReadOnlySpan<byte> PassPadding(ReadOnlySpan<byte> data)
    {
        var zeros = 0;
        while (zeros < data.Length && data[zeros] == 0)
        {
            zeros++;
        }

        // However the bytes are cut, it ends at the same one.
        zeros = Math.Min(zeros, MostPadding + 1 - _padding);
        _padding += zeros;
        IsRefused = _padding > MostPadding;
        return data.Slice(zeros);
    }

    private void ReadStart()
    {
        var start = _field.AsSpan(0, _have);
        if (start.StartsWith("ID3"u8))
        {
            if (_have < TagHeaderLength)
            {
                return;
            }

            if (IsTagHeader(start))
            {
                const int HasFooter = 0x10;
                _hasTag = true;
                _skip = ((start[6] << 21) | (start[7] << 14) | (start[8] << 7) | start[9]) + ((start[5] & HasFooter) != 0 ? TagHeaderLength : 0);
                _have = 0;
                _padding = 0;
                return;
            }
        }

        if (_have < 4)
        {
            return;
        }

        if (start.StartsWith("fLaC"u8))
        {
            Format = MediaFormat.Flac;
            _end = new FlacEnd();
        }
        else if (MpegAudioEnd.LengthOf(start) > 0)
        {
            _end = new MpegAudioEnd();
        }
        else if (_hasTag)
        {
            // The tag speaks for it. What a player makes of the rest, nobody can tell here.
            Format = MediaFormat.Mp3;
            _end = new NoEnd();
        }
        else
        {
            IsRefused = true;
            return;
        }

        _end.Append(start);
    }

    private void Judge()
    {
        if (_end is not MpegAudioEnd audio || Format is not null)
        {
            return;
        }

        // Cut off in the first frame, it is taken for what it seems to be.
        if (audio.IsConfirmed || _hasTag || (_isEnded && !audio.IsRefuted))
        {
            Format = MediaFormat.Mp3;
        }
        else
        {
            IsRefused = audio.IsRefuted;
        }
    }
}
