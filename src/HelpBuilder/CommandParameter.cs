namespace HelpBuilder;

/// <summary>A parameter as the built assembly has it.</summary>
internal sealed class CommandParameter
{
    /// <summary>The name, without the dash.</summary>
    public required string Name { get; init; }

    /// <summary>The type as it is written in PowerShell.</summary>
    public required string Type { get; init; }

    /// <summary>Whether it takes several values.</summary>
    public bool IsArray { get; init; }

    /// <summary>Whether it takes no value.</summary>
    public bool IsSwitch { get; init; }

    /// <summary>Whether it takes wildcards.</summary>
    public bool TakesWildcards { get; init; }

    /// <summary>Its other names.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The words that it takes, where these are all.</summary>
    public IReadOnlyList<string> AcceptedValues { get; init; } = [];

    /// <summary>The smallest and the largest value, where both say something.</summary>
    public (string Least, string Most)? Range { get; init; }

    /// <summary>How it is used in each set.</summary>
    public required IReadOnlyList<ParameterUse> Uses { get; init; }

    /// <summary>How it is used in a set, or null where it is not.</summary>
    /// <param name="set">The name of the set.</param>
    public ParameterUse? In(string set) => Uses.FirstOrDefault(use => use.Set == set) ?? Uses.FirstOrDefault(use => use.Set == CommandReader.AllSets);
}
