namespace HelpBuilder;

/// <summary>A command as the built assembly has it.</summary>
/// <param name="Verb">The verb.</param>
/// <param name="Noun">The noun.</param>
/// <param name="Sets">The names of its parameter sets, the default first.</param>
/// <param name="Parameters">Its parameters, those of the engine last.</param>
internal sealed record Command(string Verb, string Noun, IReadOnlyList<string> Sets, IReadOnlyList<CommandParameter> Parameters)
{
    /// <summary>Verb and noun.</summary>
    public string Name => Verb + "-" + Noun;

    /// <summary>The parameters of a set in the order in which Get-Command lists them: by position, then required ones, then the others.</summary>
    /// <param name="set">The name of the set.</param>
    public IEnumerable<(CommandParameter Parameter, ParameterUse Use)> ParametersOf(string set) =>
        Parameters
            .Select(parameter => (Parameter: parameter, Use: parameter.In(set)!))
            .Where(pair => pair.Use is not null)
            .OrderBy(pair => pair.Use.Position ?? int.MaxValue)
            .ThenBy(pair => pair.Use.IsRequired ? 0 : 1);
}
