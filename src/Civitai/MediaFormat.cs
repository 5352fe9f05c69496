namespace Civitai;

/// <summary>The format of a saved file, told by its bytes and never by its address.</summary>
public enum MediaFormat
{
    /// <summary>PNG, <c>.png</c> (APNG included).</summary>
    Png,

    /// <summary>JPEG, <c>.jpg</c>.</summary>
    Jpeg,

    /// <summary>WebP, <c>.webp</c>.</summary>
    Webp,

    /// <summary>GIF, <c>.gif</c>.</summary>
    Gif,

    /// <summary>AVIF, <c>.avif</c>.</summary>
    Avif,

    /// <summary>HEIF other than AVIF: HEVC, AVC and VVC pictures, <c>.heic</c>.</summary>
    Heic,

    /// <summary>JPEG XL, <c>.jxl</c>.</summary>
    Jxl,

    /// <summary>MPEG-4, <c>.mp4</c>.</summary>
    Mp4,

    /// <summary>WebM or Matroska, <c>.webm</c>.</summary>
    Webm,

    /// <summary>QuickTime, <c>.mov</c>.</summary>
    Mov,

    /// <summary>MPEG audio, <c>.mp3</c>.</summary>
    Mp3,

    /// <summary>WAV, <c>.wav</c> (RF64 and BW64 included).</summary>
    Wav,

    /// <summary>MPEG-4 that says it is sound alone, <c>.m4a</c>.</summary>
    M4a,

    /// <summary>Ogg, <c>.ogg</c>, whatever is in it (Vorbis, Opus, FLAC, Theora).</summary>
    Ogg,

    /// <summary>FLAC, <c>.flac</c>.</summary>
    Flac,
}
