using System;
using System.Collections.Generic;

namespace Civitai.Client.Downloads;

/// <summary>Formats and the extensions that files get for them.</summary>
internal static class MediaFormats
{
    /// <summary>The extensions that a saved picture, video or sound can have, with <c>jpeg</c>, which the service's addresses and other programs write.</summary>
    internal static readonly IReadOnlyList<string> KnownExtensions =
        [".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif", ".heic", ".jxl", ".mp4", ".webm", ".mov", ".mp3", ".wav", ".m4a", ".ogg", ".flac"];

    internal static string ExtensionOf(MediaFormat format) => format switch
    {
        MediaFormat.Png => ".png",
        MediaFormat.Jpeg => ".jpg",
        MediaFormat.Webp => ".webp",
        MediaFormat.Gif => ".gif",
        MediaFormat.Avif => ".avif",
        MediaFormat.Heic => ".heic",
        MediaFormat.Jxl => ".jxl",
        MediaFormat.Mp4 => ".mp4",
        MediaFormat.Webm => ".webm",
        MediaFormat.Mov => ".mov",
        MediaFormat.Wav => ".wav",
        MediaFormat.M4a => ".m4a",
        MediaFormat.Ogg => ".ogg",
        MediaFormat.Flac => ".flac",
        _ => ".mp3",
    };

    /// <summary>The format of a saved file: its extension was made of its bytes when it was saved.</summary>
    internal static MediaFormat? OfExtension(string fileName)
    {
        var extension = KnownExtensionAtEnd(fileName);
        if (extension is null)
        {
            return null;
        }

        return extension switch
        {
            ".png" => MediaFormat.Png,
            ".jpg" or ".jpeg" => MediaFormat.Jpeg,
            ".webp" => MediaFormat.Webp,
            ".gif" => MediaFormat.Gif,
            ".avif" => MediaFormat.Avif,
            ".heic" => MediaFormat.Heic,
            ".jxl" => MediaFormat.Jxl,
            ".mp4" => MediaFormat.Mp4,
            ".webm" => MediaFormat.Webm,
            ".mov" => MediaFormat.Mov,
            ".wav" => MediaFormat.Wav,
            ".m4a" => MediaFormat.M4a,
            ".ogg" => MediaFormat.Ogg,
            ".flac" => MediaFormat.Flac,
            _ => MediaFormat.Mp3,
        };
    }

    /// <summary>The known extension that a name ends in, in lower case and with its dot, or null.</summary>
    internal static string? KnownExtensionAtEnd(string name)
    {
        foreach (var extension in KnownExtensions)
        {
            if (name.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
            {
                return extension;
            }
        }

        return null;
    }

    /// <summary>Whether the format is a picture: what a video never is, although the service sometimes serves one in its place.</summary>
    internal static bool IsPicture(MediaFormat format) =>
        format is MediaFormat.Png or MediaFormat.Jpeg or MediaFormat.Webp or MediaFormat.Gif
            or MediaFormat.Avif or MediaFormat.Heic or MediaFormat.Jxl;
}
