using System.Management.Automation;
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
        if (exception.Cursor is null)
        {
            return exception.RecommendedAction;
        }

        var goOn = "To go on from here, run the same command with -Cursor '" + exception.Cursor.Replace("'", "''") + "'.";
        return exception.RecommendedAction is null ? goOn : exception.RecommendedAction + " " + goOn;
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
        CivitaiError.FileWriteFailed => ErrorCategory.WriteError,
        CivitaiError.InvalidQuery or CivitaiError.LinkNotSupported or CivitaiError.FileNameInvalid or CivitaiError.PathNotFileSystem
            or CivitaiError.BaseUriNotAllowed or CivitaiError.InputNotSupported or CivitaiError.ParameterConflict => ErrorCategory.InvalidArgument,
        _ => ErrorCategory.NotSpecified,
    };
}
