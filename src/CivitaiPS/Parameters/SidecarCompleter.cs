using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using Civitai;

namespace CivitaiPS.Parameters;

/// <summary>Completes what can be written beside a file, each once; the enum's own "nothing" is not worth offering.</summary>
public sealed class SidecarCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        Completions.Matching(
            wordToComplete,
            new[] { nameof(Sidecar.Json), nameof(Sidecar.Text) }.Except(Completions.Given(commandAst, parameterName, wordToComplete), StringComparer.OrdinalIgnoreCase),
            name => name == nameof(Sidecar.Json) ? "The complete item as the service gave it, as NAME.json" : "The infotext, as NAME.txt");
}
