namespace Civitai.Client.Downloads;

/// <summary>What a folder holds under one name, extensions apart.</summary>
internal sealed class IndexedFile
{
    /// <summary>The media file's name with its extension, or null where there is none.</summary>
    internal string? FileName { get; set; }

    /// <summary>The next media file of the same name with another extension.</summary>
    internal IndexedFile? Other { get; set; }

    /// <summary>Whether what a broken-off download left is there: its part, or the note beside the part.</summary>
    internal bool HasLeftover { get; set; }
}
