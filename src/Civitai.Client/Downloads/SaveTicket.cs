using System;

namespace Civitai.Client.Downloads;

/// <summary>The plan for one image: where it goes, and what is known of that place.</summary>
internal sealed class SaveTicket : SavePlan
{
    internal SaveTicket(Image image, MediaKey key, SaveStatus? found, IndexedFolder folder, string name)
        : base(image)
    {
        Key = key;
        Found = found;
        Folder = folder;
        Name = name;
    }

    /// <summary>What names the image.</summary>
    internal MediaKey Key { get; }

    /// <summary>Why nothing need be fetched, or null.</summary>
    internal SaveStatus? Found { get; }

    /// <summary>The folder that the file goes into.</summary>
    internal IndexedFolder Folder { get; }

    /// <summary>The file's name without extension.</summary>
    internal string Name { get; }

    /// <summary>The name to take instead, should another image's file turn up under <see cref="Name"/>; null where the name is this image's own.</summary>
    internal string? OtherName { get; init; }

    /// <summary>The file that is this image's, where one was found.</summary>
    internal IndexedFile? Own { get; init; }

    /// <summary>What has the image's own name and gives way to the file that is saved: with <c>-Force</c>, or because it is no media file.</summary>
    internal IndexedFile? Replaced { get; init; }

    /// <summary>What stood under the name that was wanted before this run, whoever's it is: it is compared when the bytes are there.</summary>
    internal IndexedFile? Rival { get; init; }

    /// <summary>Whether this image was piped before in this run, under the same name.</summary>
    internal bool IsRepeated { get; init; }

    /// <summary>Whether a part of the file may be there.</summary>
    internal bool MayHavePart { get; init; }

    /// <inheritdoc/>
    public override bool NeedsDownload => Found is null;

    /// <inheritdoc/>
    public override string Path => System.IO.Path.Combine(Folder.Path, (Own ?? Replaced)?.FileName ?? Name);

    /// <summary>The full path of the file without extension.</summary>
    internal string BasePath => System.IO.Path.Combine(Folder.Path, Name);

    /// <summary>The image's date in UTC, where a file can have it.</summary>
    internal DateTime? FileDate => Image.CreatedAt?.ToUniversalTime() is { Year: >= 1980 and < 2107 } date ? date : null;
}
