using System;
using System.Globalization;
using System.Net.Http;
using System.Net.Http.Headers;

namespace Civitai.Client.Downloads;

/// <summary>
/// What a part is a part of: kept in a file beside it (<see cref="PartJournal"/>), so that a later run resumes only the same version of the same file.
/// </summary>
internal sealed class PartNote
{
    internal PartNote(string url, string? entityTag, DateTimeOffset? lastModified, long? length)
    {
        Url = url;
        EntityTag = entityTag;
        LastModified = lastModified;
        Length = length;
    }

    /// <summary>The address that was asked for.</summary>
    internal string Url { get; }

    /// <summary>The strong entity tag, with its quotes; a weak one does not vouch for single bytes.</summary>
    internal string? EntityTag { get; }

    /// <summary>When the file last changed, where there is no strong entity tag.</summary>
    internal DateTimeOffset? LastModified { get; }

    /// <summary>The length of the whole file in bytes, where it was announced.</summary>
    internal long? Length { get; }

    /// <summary>Whether the server can be asked for the rest of just this version.</summary>
    internal bool HasValidator => EntityTag is not null || LastModified is not null;

    /// <summary>What an answer with the whole file says of itself.</summary>
    internal static PartNote Of(string url, HttpResponseMessage response)
    {
        if (ContentDecoder.IsEncoded(response))
        {
            // Its length and its positions are those of other bytes.
            return new PartNote(url, null, null, null);
        }

        // A date stands in for an entity tag only where there is none, not even a weak one (RFC 9110, 13.1.5).
        var hasTag = response.Headers.TryGetValues("ETag", out _);
        var tag = response.Headers.ETag is { IsWeak: false } strong ? strong.Tag : null;
        return new PartNote(url, tag, hasTag ? null : StrongDateOf(response), RangeRules.LengthOf(response));
    }

    /// <summary>Whether an answer to a request for the rest (status 206 or 416) is about the same version.</summary>
    internal bool Matches(HttpResponseMessage response)
    {
        var range = response.Content.Headers.ContentRange;
        if (range?.Length is { } length && Length is { } noted && length != noted)
        {
            return false;
        }

        // A server need not repeat the validators, but what it says must not differ. A weak tag says nothing of single bytes.
        return EntityTag is not null
            ? !response.Headers.TryGetValues("ETag", out _) || (response.Headers.ETag is { IsWeak: false } tag && tag.Tag == EntityTag)
            : response.Content.Headers.LastModified is not { } date || date == LastModified;
    }

    /// <summary>Asks for the rest from a position on, if it is still the same version.</summary>
    internal void Ask(HttpRequestMessage request, long from)
    {
        request.Headers.Range = new RangeHeaderValue(from, to: null);
        request.Headers.IfRange = EntityTag is not null
            ? new RangeConditionHeaderValue(new EntityTagHeaderValue(EntityTag))
            : new RangeConditionHeaderValue(LastModified!.Value);
    }

    /// <summary><see cref="LastModified"/> in ticks of UTC, or nothing.</summary>
    internal string DateText => LastModified?.UtcTicks.ToString(CultureInfo.InvariantCulture) ?? string.Empty;

    /// <summary><see cref="Length"/>, or nothing.</summary>
    internal string LengthText => Length?.ToString(CultureInfo.InvariantCulture) ?? string.Empty;

    /// <summary>A note of its fields in text, as the journal of a part has them.</summary>
    /// <returns>Null where they cannot be read.</returns>
    internal static PartNote? OfFields(string url, string entityTag, string date, string length)
    {
        if (entityTag.Length > 0 && !EntityTagHeaderValue.TryParse(entityTag, out _))
        {
            return null;
        }

        var modified = long.TryParse(date, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTime.MaxValue.Ticks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : (DateTimeOffset?)null;
        var total = long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (long?)null;
        return new PartNote(url, entityTag.Length > 0 ? entityTag : null, modified, total);
    }

    // A date vouches for a version only if the file had not changed for a while when it was sent, by the clock of whoever sent it (RFC 9110, 8.8.2.2).
    private static DateTimeOffset? StrongDateOf(HttpResponseMessage response) =>
        response.Content.Headers.LastModified is { } modified && response.Headers.Date is { } sent && sent - modified >= TimeSpan.FromSeconds(1) ? modified : null;
}
