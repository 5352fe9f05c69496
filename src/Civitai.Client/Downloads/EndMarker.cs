using System;

namespace Civitai.Client.Downloads;

/// <summary>
/// Follows a file's structure as its bytes go by, to tell whether the file has its end: a file that was cut off has not. Bytes after the end are no fault.
/// </summary>
internal abstract class EndMarker
{
    /// <summary>Whether the end has gone by.</summary>
    internal abstract bool IsReached { get; }

    /// <summary>Takes the next bytes, of any number.</summary>
    internal abstract void Append(ReadOnlySpan<byte> data);

    /// <summary>Begins to follow a file of a format, from its first byte.</summary>
    /// <param name="format">The format; MPEG audio is followed by <see cref="TaggedAudio"/>.</param>
    /// <param name="isBare">Whether the file is a JPEG XL codestream without its container.</param>
    internal static EndMarker Of(MediaFormat format, bool isBare) => format switch
    {
        MediaFormat.Png => new PngEnd(),
        MediaFormat.Jpeg => new JpegEnd(),
        MediaFormat.Gif => new GifEnd(),
        MediaFormat.Webp => new RiffEnd(),
        MediaFormat.Mp4 or MediaFormat.Mov or MediaFormat.M4a => new MovieEnd(),
        MediaFormat.Avif or MediaFormat.Heic => new HeifEnd(),
        MediaFormat.Jxl when !isBare => new JxlEnd(),
        MediaFormat.Webm => new MatroskaEnd(),
        MediaFormat.Wav => new WavEnd(),
        MediaFormat.Ogg => new OggEnd(),
        MediaFormat.Flac => new FlacEnd(),
        _ => new NoEnd(),
    };
}
