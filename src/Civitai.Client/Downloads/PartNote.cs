using System;
using System.Globalization;
using System.IO;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;

namespace Civitai.Client.Downloads;

/// <summary>
/// What a part is a part of: kept in a file beside it, so that a later run goes on only with the same version of the same file. A note that was not written to its
/// last line counts as none.
/// </summary>
internal sealed class PartNote
{
    private const string FirstLine = "CivitaiPS part 1";
    private const string LastLine = "end";

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

    /// <summary>Writes the note.</summary>
    internal void Write(string path)
    {
        var text = string.Join(
            "\n",
            FirstLine,
            Url,
            EntityTag ?? string.Empty,
            LastModified?.UtcTicks.ToString(CultureInfo.InvariantCulture) ?? string.Empty,
            Length?.ToString(CultureInfo.InvariantCulture) ?? string.Empty,
            LastLine);
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Reads the note beside a part.</summary>
    /// <returns>The note, or null where there is none that is whole.</returns>
    internal static PartNote? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var lines = File.ReadAllText(path, Encoding.UTF8).Split('\n');
        if (lines.Length != 6 || lines[0] != FirstLine || lines[5] != LastLine)
        {
            return null;
        }

        var tag = lines[2].Length > 0 ? lines[2] : null;
        if (tag is not null && !EntityTagHeaderValue.TryParse(tag, out _))
        {
            return null;
        }

        var date = long.TryParse(lines[3], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTime.MaxValue.Ticks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : (DateTimeOffset?)null;
        var length = long.TryParse(lines[4], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (long?)null;
        return new PartNote(lines[1], tag, date, length);
    }

    // A date vouches for a version only if the file had not changed for a while when it was sent, by the clock of whoever sent it (RFC 9110, 8.8.2.2).
    private static DateTimeOffset? StrongDateOf(HttpResponseMessage response) =>
        response.Content.Headers.LastModified is { } modified && response.Headers.Date is { } sent && sent - modified >= TimeSpan.FromSeconds(1) ? modified : null;
}
