using System.Management.Automation;

namespace EngineHost;

/// <summary>Everything that a script wrote, stream by stream.</summary>
public sealed class EngineResult
{
    /// <summary>The objects.</summary>
    public required IReadOnlyList<PSObject> Output { get; init; }

    /// <summary>The errors in order; the one that ended the script, if any, comes last.</summary>
    public required IReadOnlyList<ErrorRecord> Errors { get; init; }

    /// <summary>The error that ended the script.</summary>
    public required ErrorRecord? TerminatingError { get; init; }

    /// <summary>Whether the script was stopped from outside.</summary>
    public required bool Stopped { get; init; }

    /// <summary>The warnings.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The verbose lines, when the script asked for them.</summary>
    public required IReadOnlyList<string> Verbose { get; init; }

    /// <summary>The debug lines, when the script asked for them.</summary>
    public required IReadOnlyList<string> Debug { get; init; }

    /// <summary>The information records; <c>Write-Host</c> is one.</summary>
    public required IReadOnlyList<InformationRecord> Information { get; init; }

    /// <summary>The progress records.</summary>
    public required IReadOnlyList<ProgressRecord> Progress { get; init; }

    /// <summary>The first part of an error's id, which is the part that is ours.</summary>
    /// <param name="error">An error.</param>
    /// <returns>The text before the first comma.</returns>
    public static string IdOf(ErrorRecord error)
    {
        ArgumentNullException.ThrowIfNull(error);
        var id = error.FullyQualifiedErrorId;
        var comma = id.IndexOf(',', StringComparison.Ordinal);
        return comma < 0 ? id : id[..comma];
    }
}
