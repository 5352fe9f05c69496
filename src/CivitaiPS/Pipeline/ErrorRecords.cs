using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using Civitai;

namespace CivitaiPS.Pipeline;

/// <summary>Every error record of the module is made here.</summary>
internal static class ErrorRecords
{
    /// <summary>The record of an error of the engine, or of an argument that the commands refuse.</summary>
    internal static ErrorRecord From(CivitaiException exception, object? target = null)
    {
        var record = new ErrorRecord(exception, exception.ErrorId, CategoryOf(exception.Error), target ?? exception.Target);
        if (ActionFor(exception) is { } action)
        {
            record.ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = action };
        }

        return record;
    }

    private static string? ActionFor(CivitaiException exception)
    {
        if (exception.Cursor is not { } cursor || cursor.Any(char.IsControl))
        {
            return exception.RecommendedAction;
        }

        // It is the server's text and meant to be pasted: PowerShell has five kinds of single quotes, any of which would end the argument.
        var resume = "To continue from this point, run the same command with -Cursor '" + CodeGeneration.EscapeSingleQuotedStringContent(cursor) + "'.";
        return exception.RecommendedAction is null ? resume : exception.RecommendedAction + " " + resume;
    }

    private static ErrorCategory CategoryOf(CivitaiError error) => error switch
    {
        CivitaiError.Unauthorized => ErrorCategory.AuthenticationError,
        CivitaiError.Forbidden or CivitaiError.RegionBlocked => ErrorCategory.PermissionDenied,
        CivitaiError.NotFound or CivitaiError.ImageNotFound or CivitaiError.MediaNotFound => ErrorCategory.ObjectNotFound,
        CivitaiError.RateLimited => ErrorCategory.LimitsExceeded,
        CivitaiError.Unavailable or CivitaiError.MediaUnavailable => ErrorCategory.ResourceUnavailable,
        CivitaiError.Timeout => ErrorCategory.OperationTimeout,
        CivitaiError.ConnectionFailed => ErrorCategory.ConnectionError,
        CivitaiError.UnexpectedResponse or CivitaiError.ItemUnreadable or CivitaiError.ArchiveInvalid
            or CivitaiError.MediaIncomplete or CivitaiError.MediaInvalid => ErrorCategory.InvalidData,
        CivitaiError.MediaUrlNotAllowed => ErrorCategory.SecurityError,
        CivitaiError.FileUnreadable => ErrorCategory.ReadError,
        CivitaiError.FileWriteFailed => ErrorCategory.WriteError,
        CivitaiError.InvalidQuery or CivitaiError.LinkNotSupported or CivitaiError.FileNameInvalid or CivitaiError.PathNotFileSystem or CivitaiError.PathNotFolder
            or CivitaiError.BaseUriNotAllowed or CivitaiError.InputNotSupported or CivitaiError.ParameterConflict => ErrorCategory.InvalidArgument,
        _ => ErrorCategory.NotSpecified,
    };
}
