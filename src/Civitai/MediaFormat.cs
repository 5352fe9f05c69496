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

    /// <summary>MPEG-4, <c>.mp4</c>.</summary>
    Mp4,

    /// <summary>WebM or Matroska, <c>.webm</c>.</summary>
    Webm,

    /// <summary>QuickTime, <c>.mov</c>.</summary>
    Mov,

    /// <summary>MPEG audio, <c>.mp3</c>.</summary>
    Mp3,
}
