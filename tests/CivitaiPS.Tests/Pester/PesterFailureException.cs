using System.Text.RegularExpressions;

namespace CivitaiPS.Tests;

/// <summary>The failure of a test of Pester, with the place in its script where a stack trace has that of a C# test.</summary>
/// <param name="errors">What Pester says of it.</param>
internal sealed partial class PesterFailureException(IReadOnlyList<PesterError> errors) : Exception(string.Join(Environment.NewLine, errors.Select(error => error.Message)))
{
    /// <inheritdoc/>
    public override string StackTrace { get; } = string.Join('\n', errors.SelectMany(error => Frame().Matches(error.Trace)).Select(frame => $"   at Pester in {frame.Groups["file"].Value}:line {frame.Groups["line"].Value}"));

    // 'at <code>, <file>:<line>' of Pester, 'at <name>, <file>: line <line>' of PowerShell.
    [GeneratedRegex(@"(^|, )(?<file>[^,\n]+\.psm?1): ?(line )?(?<line>[0-9]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Frame();
}
