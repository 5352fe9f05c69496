namespace HelpBuilder;

/// <summary>The page of a command.</summary>
internal sealed class HelpPage
{
    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>The command.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, in a sentence.</summary>
    public required string Synopsis { get; init; }

    /// <summary>What it does, in full.</summary>
    public required IReadOnlyList<string> Description { get; init; }

    /// <summary>The examples.</summary>
    public required IReadOnlyList<HelpExample> Examples { get; init; }

    /// <summary>The parameters, named without the dash.</summary>
    public required IReadOnlyList<HelpEntry> Parameters { get; init; }

    /// <summary>What can be piped in.</summary>
    public required IReadOnlyList<HelpEntry> Inputs { get; init; }

    /// <summary>What comes out.</summary>
    public required IReadOnlyList<HelpEntry> Outputs { get; init; }

    /// <summary>What else is to be known.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Where to go on reading.</summary>
    public required IReadOnlyList<HelpLink> Links { get; init; }
}
