namespace Gallery;

/// <summary>What the bytes of a medium really are; the address says <c>.jpeg</c>, <c>.mp4</c> or <c>.mp3</c> whatever they are.</summary>
public enum ServedFormat
{
    /// <summary>Chosen by the image's type and id.</summary>
    ByType,
    /// <summary>PNG, with the generation data in a text chunk as the service leaves it.</summary>
    Png,
    /// <summary>JPEG.</summary>
    Jpeg,
    /// <summary>WebP, lossy.</summary>
    Webp,
    /// <summary>GIF89a, two frames.</summary>
    Gif,
    /// <summary>The boxes of an AVIF file around placeholder data (nothing here can encode AV1).</summary>
    Avif,
    /// <summary>MP4 with Motion JPEG frames.</summary>
    Mp4,
    /// <summary>WebM with one VP8 key frame.</summary>
    Webm,
    /// <summary>MP3: an ID3v2 tag and silent frames.</summary>
    Mp3,
}
