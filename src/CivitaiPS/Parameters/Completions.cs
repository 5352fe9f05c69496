using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace CivitaiPS.Parameters;

/// <summary>Completion results that are quoted as the word at hand needs it.</summary>
internal static class Completions
{
    /// <summary>The candidates that begin with the word, whatever its case and its quotes.</summary>
    internal static IEnumerable<CompletionResult> Matching(string? wordToComplete, IEnumerable<string> candidates, Func<string, string> toolTip)
    {
        var word = (wordToComplete ?? string.Empty).Trim('\'', '"');
        return candidates
            .Where(candidate => candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(candidate => new CompletionResult(Quote(candidate), candidate, CompletionResultType.ParameterValue, toolTip(candidate)));
    }

    /// <summary>The values that stand in a parameter's list already, without the one at hand.</summary>
    internal static IReadOnlyCollection<string> Given(CommandAst? command, string parameterName, string? wordToComplete)
    {
        if (command is null)
        {
            return [];
        }

        // The elements behind the parameter, up to the next one. While a list is being typed it is no list yet for the parser, so it is read as text.
        var text = string.Join(
            ",",
            command.CommandElements
                .SkipWhile(element => element is not CommandParameterAst named || !parameterName.StartsWith(named.ParameterName, StringComparison.OrdinalIgnoreCase))
                .Skip(1)
                .TakeWhile(element => element is not CommandParameterAst)
                .Select(element => element.Extent.Text));
        var values = text.Split(',').Select(Unquoted).Where(value => value.Length > 0).ToList();
        values.Remove(Unquoted(wordToComplete ?? string.Empty));
        return values;
    }

    private static string Unquoted(string text) => text.Trim().Trim('\'', '"');

    private static string Quote(string text) =>
        text.All(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_') && !char.IsDigit(text[0])
            ? text
            : "'" + CodeGeneration.EscapeSingleQuotedStringContent(text) + "'";
}
