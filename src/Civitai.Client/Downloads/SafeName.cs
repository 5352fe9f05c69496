using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Civitai.Client.Downloads;

/// <summary>Names that every system takes, and the same one on each, whatever the system at hand.</summary>
internal static class SafeName
{
    /// <summary>The longest name of a file: 255 bytes on Linux, and so 255 units at the most on Windows and macOS.</summary>
    internal const int MaximumBytes = 255;

    /// <summary>The longest path that every program on Windows takes: 260 with its closing zero.</summary>
    internal const int MaximumPath = 259;

    private const char Substitute = '_';
    private const char Cut = '~';

    // A path whose folder leaves less room than this is not made to fit: the names would tell nothing any more.
    private const int LeastPath = 24;
    private const int LeastSegment = 8;

    /// <summary>A name made safe, of any length.</summary>
    internal static string Of(string name)
    {
        if (IsPlain(name))
        {
            return name;
        }

        var text = new StringBuilder(name.Length + 1);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsHighSurrogate(name[i]) && i + 1 < name.Length && char.IsLowSurrogate(name[i + 1]))
            {
                // The last two code points of every plane are no characters.
                var isCharacter = (char.ConvertToUtf32(name[i], name[i + 1]) & 0xFFFE) != 0xFFFE;
                _ = isCharacter ? text.Append(name[i]).Append(name[i + 1]) : text.Append(Substitute);
                i++;
            }
            else
            {
                text.Append(IsAllowed(name[i]) ? name[i] : Substitute);
            }
        }

        // macOS decomposes names and the others do not: one form, the composed one, everywhere. It makes no reserved character.
        var safe = text.ToString().Normalize(NormalizationForm.FormC).Trim(' ', '.', '\u00A0', '\u3000');
        if (safe.Length == 0)
        {
            return Substitute.ToString();
        }

        return IsDeviceName(safe) ? Substitute + safe : safe;
    }

    /// <summary>A relative path made safe: every segment a safe name, and all of it short enough.</summary>
    /// <param name="path">The path, with <c>/</c> between its segments.</param>
    /// <param name="rootLength">The length of the folder's full path.</param>
    /// <param name="reserve">The bytes to leave free at the end of the last segment.</param>
    internal static string OfPath(string path, int rootLength, int reserve)
    {
        if (IsPlain(path) && path.Length + reserve <= MaximumBytes && rootLength + 1 + path.Length + reserve <= MaximumPath)
        {
            return path;
        }

        var segments = path.Split('/').Where(segment => segment.Length > 0).Select(Of).ToList();
        if (segments.Count == 0)
        {
            return Substitute.ToString();
        }

        var last = segments.Count - 1;
        for (var i = 0; i <= last; i++)
        {
            segments[i] = Shorten(segments[i], int.MaxValue, MaximumBytes - (i == last ? reserve : 0));
        }

        Fit(segments, Math.Max(LeastPath, MaximumPath - rootLength - 1 - reserve));
        return string.Join("/", segments);
    }

    /// <summary>A safe name with its middle left out, so that it has at most so many characters and bytes of UTF-8.</summary>
    internal static string Shorten(string name, int maximumLength, int maximumBytes)
    {
        if (name.Length <= maximumLength && (name.Length * 3 <= maximumBytes || Encoding.UTF8.GetByteCount(name) <= maximumBytes))
        {
            return name;
        }

        var length = Math.Min(name.Length - 1, maximumLength) - 1;
        while (true)
        {
            var tail = length / 2;
            var head = length - tail;
            var shortened = Head(name, head) + Cut + Tail(name, tail);
            var excess = Encoding.UTF8.GetByteCount(shortened) - maximumBytes;
            if (excess <= 0 || length <= 1)
            {
                return shortened;
            }

            // A character takes three bytes at the most for each unit of UTF-16.
            length = Math.Max(1, length - Math.Max(1, excess / 3));
        }
    }

    private static void Fit(List<string> segments, int maximum)
    {
        var excess = segments.Sum(segment => segment.Length) + segments.Count - 1 - maximum;
        while (excess > 0)
        {
            var longest = 0;
            for (var i = 1; i < segments.Count; i++)
            {
                longest = segments[i].Length >= segments[longest].Length ? i : longest;
            }

            var before = segments[longest].Length;
            if (before > LeastSegment)
            {
                segments[longest] = Shorten(segments[longest], Math.Max(LeastSegment, before - excess), MaximumBytes);
                excess -= before - segments[longest].Length;
            }
            else if (segments.Count > 1)
            {
                // All are short, but there are too many: the folders in the middle go.
                var middle = (segments.Count - 1) / 2;
                excess -= segments[middle].Length + 1;
                segments.RemoveAt(middle);
            }
            else
            {
                return;
            }
        }
    }

    // Neither half begins or ends within a character, or with a mark that belongs to one that is gone.
    private static string Head(string name, int length)
    {
        if (length > 0 && char.IsHighSurrogate(name[length - 1]))
        {
            length--;
        }

        return name.Substring(0, length);
    }

    private static string Tail(string name, int length)
    {
        var start = name.Length - length;
        while (start < name.Length && (char.IsLowSurrogate(name[start]) || IsMark(name, start)))
        {
            start++;
        }

        return name.Substring(start);
    }

    private static bool IsMark(string name, int index) =>
        name[index] is '\u200D' or '\u200C'
        || CharUnicodeInfo.GetUnicodeCategory(name, index) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    // Nearly every name: an id, a user's name. Nothing is done to it.
    private static bool IsPlain(string name)
    {
        if (name.Length is 0 or > MaximumBytes)
        {
            return false;
        }

        foreach (var c in name)
        {
            if (c is not ((>= '0' and <= '9') or '-' or '_'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsAllowed(char c) => c switch
    {
        '<' or '>' or ':' or '"' or '/' or '\\' or '|' or '?' or '*' => false,
        // Controls of the text's direction can make a name read as another, and separators of lines break it.
        '\u061C' or '\u200E' or '\u200F' or '\u2028' or '\u2029' or '\uFEFF' => false,
        >= '\u202A' and <= '\u202E' => false,
        >= '\u2066' and <= '\u2069' => false,
        >= '\uFDD0' and <= '\uFDEF' or '\uFFFE' or '\uFFFF' => false,
        _ => !char.IsControl(c) && !char.IsSurrogate(c),
    };

    // Windows takes the name before the first dot, less its spaces, for the device, whatever follows. The superscript digits count as digits there.
    private static bool IsDeviceName(string name)
    {
        var dot = name.IndexOf('.');
        var stem = (dot < 0 ? name : name.Substring(0, dot)).TrimEnd(' ').ToUpperInvariant();
        return stem switch
        {
            "CON" or "PRN" or "AUX" or "NUL" or "CONIN$" or "CONOUT$" or "CLOCK$" => true,
            { Length: 4 } => (stem.StartsWith("COM", StringComparison.Ordinal) || stem.StartsWith("LPT", StringComparison.Ordinal))
                && stem[3] is (>= '0' and <= '9') or '\u00B9' or '\u00B2' or '\u00B3',
            _ => false,
        };
    }
}
