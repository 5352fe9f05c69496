using System;

namespace Civitai;

/// <summary>An image and where it was saved.</summary>
public sealed class SavedImage : Image
{
    /// <summary>Makes the report of a saved image.</summary>
    /// <param name="image">The image that was saved.</param>
    public SavedImage(Image image)
        : base(image)
    {
    }

    /// <summary>The full path of the file; for an image that only the archive knows, the path it was saved under, or null.</summary>
    public string? Path { get; init; }

    /// <summary>How the file came to be there.</summary>
    public SaveStatus Status { get; init; }

    /// <summary>The file's length in bytes, where the file is there.</summary>
    public long? Length { get; init; }

    /// <summary>The format that the bytes are in, where the file is there.</summary>
    public MediaFormat? Format { get; init; }

    /// <summary>The SHA-256 of the file in lower-case hexadecimal digits, where it was asked for.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The number of media requests that were made; 0 for a file that was there.</summary>
    public int Attempts { get; init; }

    /// <summary>How long it took from the download's turn on, the waits between its attempts included.</summary>
    public TimeSpan Elapsed { get; init; }
}
