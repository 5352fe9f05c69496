using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace CivitaiPS.Parameters;

/// <summary>Completes the tokens of a file name template: the last one, when it has been begun, or all of them behind what is there.</summary>
public sealed class FileNameCompleter : IArgumentCompleter
{
    private static readonly (string Token, string Meaning)[] Tokens =
    [
        ("{Id}", "The image's id; without one, the UUID in its address"),
        ("{PostId}", "The post's id"),
        ("{Username}", "The creator's name"),
        ("{Width}", "The width in pixels"),
        ("{Height}", "The height in pixels"),
        ("{Type}", "Image, Video or Audio"),
        ("{BaseModel}", "The base model, for instance SDXL 1.0"),
        ("{NsfwLevel}", "None, Soft, Mature or Explicit"),
        ("{ModelVersionId}", "The first model version that it was made with"),
        ("{Date}", "The UTC date as yyyy-MM-dd"),
        ("{Date:yyyy/MM}", "The UTC date in a format of your own; '/' makes folders"),
        ("{Hash}", "The BlurHash"),
        ("{Seed}", "The seed"),
        ("{Model}", "The name of the model"),
        ("{Extension}", "The extension, which is appended in any case; at the end only"),
    ];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        var word = (wordToComplete ?? string.Empty).Trim('\'', '"');
        var open = word.LastIndexOf('{');
        var begun = open >= 0 && word.IndexOf('}', open) < 0 ? word.Substring(open) : string.Empty;
        var before = word.Substring(0, word.Length - begun.Length);
        return Tokens
            .Where(token => token.Token.StartsWith(begun, StringComparison.OrdinalIgnoreCase))
            .Select(token => new CompletionResult(
                "'" + CodeGeneration.EscapeSingleQuotedStringContent(before + token.Token) + "'",
                token.Token,
                CompletionResultType.ParameterValue,
                token.Meaning));
    }
}
