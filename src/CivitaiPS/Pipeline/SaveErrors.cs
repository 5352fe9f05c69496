using System.Globalization;
using System.Management.Automation;
using System.Text;
using Civitai;

namespace CivitaiPS.Pipeline;

/// <summary>The errors of saving: each begins with the image, says what was kept, and ends with what can be done.</summary>
internal static class SaveErrors
{
    private const int LongestName = 60;

    /// <summary>The record of an image that could not be saved.</summary>
    /// <param name="exception">Why it could not.</param>
    /// <param name="image">The image, where the input was one.</param>
    /// <param name="input">What was piped in: the target, which can be piped again.</param>
    internal static ErrorRecord From(CivitaiException exception, Image? image, object? input)
    {
        var message = new StringBuilder();
        if (image is not null)
        {
            message.Append(NameOf(image)).Append(": ");
        }

        message.Append(PlainText.OneLine(exception.Message));
        if (exception.KeptBytes is { } kept)
        {
            message.Append(' ')
                .Append(exception.TotalBytes is { } total
                    ? string.Format(CultureInfo.CurrentCulture, "{0} of {1} kept", ByteSize.Format(kept), ByteSize.Format(total))
                    : string.Format(CultureInfo.CurrentCulture, "{0} kept", ByteSize.Format(kept)))
                .Append("; run again to resume.");
        }
        else if (exception.RecommendedAction is { } action)
        {
            message.Append(' ').Append(action);
        }

        return ErrorRecords.From(
            new CivitaiException(exception.Error, message.ToString(), exception.InnerException)
            {
                Target = exception.Target,
                Cursor = exception.Cursor,
                RecommendedAction = exception.RecommendedAction,
                StatusCode = exception.StatusCode,
                KeptBytes = exception.KeptBytes,
                TotalBytes = exception.TotalBytes,
            },
            input);
    }

    private static string NameOf(Image image)
    {
        var name = "Image" + (image.Id > 0 ? " " + image.Id.ToString(CultureInfo.InvariantCulture) : " without an id");
        return string.IsNullOrWhiteSpace(image.Username) ? name : name + " (" + PlainText.OneLine(image.Username!, LongestName) + ")";
    }
}
