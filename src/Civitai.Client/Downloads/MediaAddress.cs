using System;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Civitai.Client.Downloads;

/// <summary>
/// The service's media URLs: <c>https://{host}/{deliveryKey}/{uuid}/{parameters}/{name}</c>, with parameters of a name and a value each. The UUID is the media's;
/// another rendition has other parameters; the name is cosmetic. A UUID anywhere else in a URL identifies nothing.
/// </summary>
internal static class MediaAddress
{
    // The widths that the service makes; others snap up to the next, and nothing is made beyond the last.
    private static readonly int[] Ladder = [96, 320, 450, 512, 800, 1200, 1600, 2200];

    private static readonly Regex Form = new(
        "^(?<before>https?://[^/?#]+/[0-9a-z_-]+/(?<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/)"
            + "(?<parameters>[a-z]+=[^/?#,]+(,[a-z]+=[^/?#,]+)*)/(?<name>[^/?#]+)(?<after>[?#].*)?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(1));

    /// <summary>The UUID of the media, in lower case, or null where the URL is not one of the service's own.</summary>
    internal static string? UuidOf(string url) => Form.Match(url) is { Success: true } match ? match.Groups["uuid"].Value.ToLowerInvariant() : null;

    /// <summary>The width that the service makes for one that is wished for.</summary>
    internal static int WidthOnLadder(int width)
    {
        foreach (var step in Ladder)
        {
            if (width <= step)
            {
                return step;
            }
        }

        return Ladder[Ladder.Length - 1];
    }

    /// <summary>The address of the rendition of a width, or null where the address is none that has renditions.</summary>
    internal static string? OfWidth(string url, int width, bool isVideo)
    {
        var parameters = "width=" + WidthOnLadder(width).ToString(CultureInfo.InvariantCulture);
        return isVideo ? Replace(url, "transcode=true," + parameters, ".mp4") : Replace(url, parameters, extension: null);
    }

    /// <summary>The address that gives a video where the original comes as a still picture, or null where there is none.</summary>
    internal static string? OfVideo(string url)
    {
        var match = Form.Match(url);
        if (!match.Success)
        {
            return null;
        }

        // A width that was asked for stays.
        var width = Regex.Match(match.Groups["parameters"].Value, "(?<=^|,)width=[0-9]+", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        return Replace(url, width.Success ? "transcode=true," + width.Value : "transcode=true", ".mp4");
    }

    /// <summary>Whether an image is meant to be a video: it says so, or its address does.</summary>
    internal static bool IsVideo(Image image)
    {
        if (image.Type is { } type)
        {
            return type == MediaType.Video;
        }

        var url = image.Url ?? string.Empty;
        var end = url.IndexOfAny(['?', '#']);
        return MediaFormats.KnownExtensionAtEnd(end < 0 ? url : url.Substring(0, end)) is ".mp4" or ".webm" or ".mov";
    }

    private static string? Replace(string url, string parameters, string? extension)
    {
        var match = Form.Match(url);
        if (!match.Success)
        {
            return null;
        }

        var name = match.Groups["name"].Value;
        if (extension is not null)
        {
            var dot = name.LastIndexOf('.');
            name = (dot < 0 ? name : name.Substring(0, dot)) + extension;
        }

        return match.Groups["before"].Value + parameters + "/" + name + match.Groups["after"].Value;
    }
}
