using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace CivitaiPS.Parameters;

/// <summary>Completes base models from the built-in list, without the network.</summary>
public sealed class BaseModelCompleter : IArgumentCompleter
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
            KnownBaseModels.Names.Except(Completions.Given(commandAst, parameterName, wordToComplete), StringComparer.OrdinalIgnoreCase),
            name => "Base model " + name);
}
