using System;
using System.Net.Http;

namespace Civitai.Client.Http;

/// <summary>
/// The module's own rules for redirects; the framework's would carry headers along. At most <see cref="Most"/> in a row; from https never
/// to http; media only to where media may be fetched. Whatever the target, the key does not go there.
/// </summary>
internal static class Redirects
{
    /// <summary>As many as browsers and tools commonly follow, and one more than any chain seen.</summary>
    internal const int Most = 10;

    internal static bool IsRedirect(int status) => status is 301 or 302 or 303 or 307 or 308;

    /// <summary>Where a redirect leads, without fragment; null when it does not say so readably.</summary>
    internal static Uri? Target(Uri from, HttpResponseMessage response)
    {
        // The framework gives null for a Location that it cannot read.
        if (response.Headers.Location is not { } location || !Uri.TryCreate(from, location, out var target))
        {
            return null;
        }

        if (target.Fragment.Length == 0)
        {
            return target;
        }

        return Uri.TryCreate(target.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped), UriKind.Absolute, out var plain) ? plain : null;
    }

    /// <summary>What is wrong with a step, as the end of a sentence, or null.</summary>
    /// <param name="from">Where the answer came from.</param>
    /// <param name="to">Where it points.</param>
    /// <param name="permitPrivate">Whether this machine and its network may be asked.</param>
    internal static string? WhyNot(Uri from, Uri to, bool permitPrivate)
    {
        if (!AddressRules.IsHttp(to))
        {
            return "an address that is neither https nor http";
        }

        if (AddressRules.HostOf(to) is null)
        {
            return "an address without a valid host name";
        }

        if (from.Scheme == Uri.UriSchemeHttps && to.Scheme != Uri.UriSchemeHttps)
        {
            return "an address without encryption";
        }

        if (!permitPrivate && AddressRules.IsPrivate(to))
        {
            return "an address on this machine or its own network";
        }

        return null;
    }
}
