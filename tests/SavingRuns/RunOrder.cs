namespace SavingRuns;

/// <summary>What a run in a process of its own is to do.</summary>
public sealed record RunOrder
{
    /// <summary>The base address of the API.</summary>
    public required Uri Gallery { get; init; }

    /// <summary>The folder that is saved into.</summary>
    public required string Folder { get; init; }

    /// <summary>The file that lists the images: an id, a blank and an address a line.</summary>
    public required string List { get; init; }

    /// <summary>The template of the names.</summary>
    public string FileName { get; init; } = "{Id}";

    /// <summary>The path of the archive, or null for none.</summary>
    public string? Archive { get; init; }

    /// <summary>Whether both sidecars are written.</summary>
    public bool Sidecars { get; init; }

    /// <summary>Whether the SHA-256 is reported.</summary>
    public bool Hash { get; init; }

    /// <summary>How many downloads run at a time.</summary>
    public int ThrottleLimit { get; init; } = 8;
}
