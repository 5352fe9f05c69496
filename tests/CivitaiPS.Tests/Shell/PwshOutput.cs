namespace CivitaiPS.Tests;

/// <summary>What a script wrote.</summary>
public sealed class PwshOutput
{
    /// <summary>Its objects, as text.</summary>
    public required IReadOnlyList<string> Output { get; init; }

    /// <summary>Its errors: the id, the message and the place of each; the one that ended it, if any, comes last.</summary>
    public required IReadOnlyList<string> Errors { get; init; }
}
