using System;
using System.Buffers.Binary;

namespace Civitai.Client.Downloads;

/// <summary>
/// The frames of MPEG audio (ISO/IEC 11172-3 and 13818-3), of which each one's header tells its length. The first may say how many there are, and how many bytes (the
/// tags Xing, Info and VBRI); without, the file is whole wherever it ends.
/// </summary>
internal sealed class MpegAudioEnd : FieldWalker
{
    private const int HeaderLength = 4;

    // What an encoder says of the file stands behind the side information, at one of four places, and ends here at the latest.
    private const int LongestInfo = 50;
    private const int VbriOffset = 32;

    private static readonly int[] RatesOfLayer3 = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    private static readonly int[] RatesOfLayer2 = [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384];
    private static readonly int[] RatesOfHalf = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    private static readonly int[] SampleRates = [44100, 48000, 32000];

    private bool _isInfo;
    private int _first;
    private int _length;
    private long _frameEnd;
    private long _frames;
    private long? _announcedFrames;
    private long? _announcedBytes;

    internal MpegAudioEnd()
        : base(LongestInfo)
    {
        Next(HeaderLength);
    }

    /// <summary>Whether a second frame, or what an encoder says, has confirmed that the first one is one.</summary>
    internal bool IsConfirmed { get; private set; }

    /// <summary>Whether what follows the first frame shows that it is none.</summary>
    internal bool IsRefuted => IsLost && !IsConfirmed;

    // Some encoders count the frame that holds the numbers, or a tag: a file that does not fit by one number may by the other. Where the frames end in something else, a
    // number of frames tells nothing.
    internal override bool IsReached => (_announcedFrames, _announcedBytes) switch
    {
        (null, null) => _frames > 1 || (_frames == 1 && Total >= _frameEnd),
        (_, null) when IsLost => true,
        _ => Total >= _announcedBytes || Whole() >= _announcedFrames,
    };

    /// <summary>The length of the frame that a header begins, in bytes; 0 where it is no header, or none whose length can be told.</summary>
    internal static int LengthOf(ReadOnlySpan<byte> header)
    {
        // Eleven bits of sync, a version and a layer that exist, a bit rate and a sampling rate that are told. Layer I is left out: nobody publishes it, and its first
        // two bytes are those of UTF-16 text.
        if (header.Length < HeaderLength || header[0] != 0xFF || (header[1] & 0xE0) != 0xE0)
        {
            return 0;
        }

        var version = (header[1] >> 3) & 3;
        var layer = (header[1] >> 1) & 3;
        var rate = header[2] >> 4;
        var sampleRate = (header[2] >> 2) & 3;
        if (version == 1 || layer is 0 or 3 || rate is 0 or 15 || sampleRate == 3)
        {
            return 0;
        }

        var isWhole = version == 3;
        var rates = !isWhole ? RatesOfHalf : layer == 1 ? RatesOfLayer3 : RatesOfLayer2;
        var hertz = SampleRates[sampleRate] >> (3 - version - (version == 0 ? 1 : 0));
        var factor = !isWhole && layer == 1 ? 72_000 : 144_000;
        return (factor * rates[rate - 1] / hertz) + ((header[2] >> 1) & 1);
    }

    protected override void Read(ReadOnlySpan<byte> field)
    {
        if (_isInfo)
        {
            _isInfo = false;
            ReadInfo(field);
            Next(HeaderLength, _length - HeaderLength - field.Length);
            return;
        }

        _length = LengthOf(field);

        // Sync, version, layer and sampling rate are the same in all frames of a file.
        var kind = (BinaryPrimitives.ReadUInt16BigEndian(field) & 0xFFFE) << 2 | ((field[2] >> 2) & 3);
        if (_length == 0 || (_frames > 0 && kind != _first))
        {
            // The frames end here: a tag, or something else that was put behind the file.
            IsLost = true;
            return;
        }

        _frameEnd = At - HeaderLength + _length;
        _first = kind;
        IsConfirmed |= _frames > 0;
        _isInfo = _frames++ == 0 && _length >= HeaderLength + LongestInfo;
        Next(_isInfo ? LongestInfo : HeaderLength, _isInfo ? 0 : _length - HeaderLength);
    }

    private static long? NumberAt(ReadOnlySpan<byte> field, int at) =>
        BinaryPrimitives.ReadUInt32BigEndian(field.Slice(at)) is > 0 and { } number ? number : null;

    // What is counted does not include the frame that tells it.
    private long Whole() => _frames - 1 - (Total >= _frameEnd ? 0 : 1);

    private void ReadInfo(ReadOnlySpan<byte> field)
    {
        if (field.Slice(VbriOffset).StartsWith("VBRI"u8))
        {
            IsConfirmed = true;
            _announcedBytes = NumberAt(field, VbriOffset + 10);
            _announcedFrames = NumberAt(field, VbriOffset + 14);
            return;
        }

        foreach (var offset in (ReadOnlySpan<int>)[9, 17, 32])
        {
            var info = field.Slice(offset);
            if (!info.StartsWith("Xing"u8) && !info.StartsWith("Info"u8))
            {
                continue;
            }

            IsConfirmed = true;
            var at = 8;
            if ((info[7] & 1) != 0)
            {
                _announcedFrames = NumberAt(info, at);
                at += 4;
            }

            if ((info[7] & 2) != 0)
            {
                _announcedBytes = NumberAt(info, at);
            }

            return;
        }
    }
}
