using System;

namespace Civitai.Client.Downloads;

/// <summary>Watches a file go by: tells its format by the first bytes and whether it has its end by all of them.</summary>
internal sealed class MediaScanner
{
    private readonly byte[] _head = new byte[MediaSniffer.MaximumLength];
    private int _headLength;
    private bool _isTold;
    private MediaFormat? _format;
    private EndMarker? _end;
    private TaggedAudio? _audio;

    /// <summary>The format, or null as long as too little has come, or where it is none that is known.</summary>
    internal MediaFormat? Format => _audio is not null ? _audio.Format : _format;

    /// <summary>Whether enough has come to know that this is no media file.</summary>
    internal bool IsRefused => _audio is not null ? _audio.IsRefused : _isTold && _format is null;

    /// <summary>Whether the file has its end, where its format has one.</summary>
    internal bool IsWhole => _audio is not null ? _audio.IsWhole : _end is { IsReached: true };

    /// <summary>The first bytes, as many as were kept to tell the format.</summary>
    internal ReadOnlySpan<byte> Head => _head.AsSpan(0, _headLength);

    /// <summary>Takes the next bytes.</summary>
    internal void Append(ReadOnlySpan<byte> data)
    {
        if (!_isTold)
        {
            var taken = Math.Min(data.Length, _head.Length - _headLength);
            data.Slice(0, taken).CopyTo(_head.AsSpan(_headLength));
            _headLength += taken;
            Tell(isAll: _headLength == _head.Length);
            data = data.Slice(taken);
        }

        _audio?.Append(data);
        _end?.Append(data);
    }

    /// <summary>Says that no more bytes follow.</summary>
    internal void End()
    {
        if (!_isTold)
        {
            Tell(isAll: true);
        }

        _audio?.End();
    }

    /// <summary>Begins again with the first byte.</summary>
    internal void Reset()
    {
        _headLength = 0;
        _isTold = false;
        _end = null;
        _audio = null;
        _format = null;
    }

    private void Tell(bool isAll)
    {
        if (!MediaSniffer.TryTell(Head, isAll, out var format))
        {
            return;
        }

        _isTold = true;
        if (format == MediaFormat.Mp3)
        {
            _audio = new TaggedAudio();
            _audio.Append(Head);
        }
        else if (format is { } known)
        {
            _format = known;
            _end = EndMarker.Of(known, MediaSniffer.IsBareJxl(Head));
            _end.Append(Head);
        }
    }
}
