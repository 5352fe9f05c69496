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

    private static string Quote(string text) =>
        text.All(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_') && !char.IsDigit(text[0])
            ? text
            : "'" + CodeGeneration.EscapeSingleQuotedStringContent(text) + "'";
}
