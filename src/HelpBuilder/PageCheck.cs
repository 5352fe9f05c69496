namespace HelpBuilder;

/// <summary>Holds the pages against the commands.</summary>
internal static class PageCheck
{
    /// <summary>Checks that there is a page for each command, a command for each page, and in each page exactly the parameters of its command.</summary>
    /// <param name="commands">The commands.</param>
    /// <param name="pages">The pages.</param>
    /// <param name="assembly">Where the commands come from.</param>
    /// <returns>Everything that is wrong.</returns>
    public static IEnumerable<HelpFault> Faults(IReadOnlyList<Command> commands, IReadOnlyList<HelpPage> pages, string assembly)
    {
        foreach (var command in commands.Where(command => !pages.Any(page => page.Name == command.Name)))
        {
            yield return new HelpFault(assembly, 0, $"The command {command.Name} has no page {command.Name}.md.");
        }

        foreach (var page in pages)
        {
            if (commands.FirstOrDefault(command => command.Name == page.Name) is not { } command)
            {
                yield return new HelpFault(page.File, 0, $"There is no command {page.Name}.");
                continue;
            }

            foreach (var parameter in command.Parameters.Where(parameter => !page.Parameters.Any(entry => entry.Name == parameter.Name)))
            {
                yield return new HelpFault(page.File, 0, $"The parameter -{parameter.Name} is not described.");
            }

            foreach (var entry in page.Parameters.Where(entry => !command.Parameters.Any(parameter => parameter.Name == entry.Name)))
            {
                yield return new HelpFault(page.File, entry.Line, $"{page.Name} has no parameter -{entry.Name}.");
            }

            foreach (var twice in page.Parameters.GroupBy(entry => entry.Name, StringComparer.Ordinal).SelectMany(group => group.Skip(1)))
            {
                yield return new HelpFault(page.File, twice.Line, $"The parameter -{twice.Name} is described twice.");
            }
        }
    }
}
