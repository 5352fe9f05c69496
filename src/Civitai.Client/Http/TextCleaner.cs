using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Civitai.Client.Http;

/// <summary>
/// Makes text that came from outside fit to be shown: no control characters and no terminal escapes, which a server could use to
/// rewrite what stands on the screen; nothing that turns the direction of writing round; nothing invisible; not the key; one line of bounded length.
/// </summary>
internal sealed class TextCleaner
{
    /// <summary>What the service says in an error is a sentence or two; more is noise.</summary>
    internal const int LongestText = 600;

    private const int LongestAddress = 2_000;
    private const string Mask = "***";

    /// <summary>Parts of the names of query values that open doors: the API's own <c>token</c>, and those of signed storage addresses.</summary>
    private static readonly string[] SecretNames = ["token", "signature", "credential", "authorization", "password", "secret", "apikey", "api_key", "api-key"];
    private static readonly string[] SecretExactNames = ["key", "sig", "auth"];

    private readonly string[] _keyForms;

    internal TextCleaner(string? key)
    {
        _keyForms = string.IsNullOrEmpty(key) ? [] : FormsOf(key!);
    }

    /// <summary>The forms in which a key may be met: as it is, escaped for an address, and what base64 makes of it.</summary>
    internal static string[] FormsOf(string key) =>
        new[] { key, EscapeOrNothing(key) }.Concat(Base64(key)).Where(form => form.Length > 0).Distinct(StringComparer.Ordinal).ToArray();

    /// <summary>Cleans a text.</summary>
    internal string Clean(string? text, int longest = LongestText)
    {
        if (string.IsNullOrEmpty(text))
        {
            return string.Empty;
        }

        // The key goes last but for the cut: taking out an invisible character may put it together, cutting would leave half of it.
        var clean = WithoutKey(OneLine(text!));
        return clean.Length <= longest ? clean : Cut(clean, longest);
    }

    /// <summary>An address as it may be shown: without user information and fragment, with the values of secrets masked.</summary>
    internal string Address(Uri address)
    {
        var shown = address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        var query = address.Query.TrimStart('?');
        if (query.Length > 0)
        {
            shown += "?" + string.Join("&", query.Split('&').Select(Masked));
        }

        return Clean(shown, LongestAddress);
    }

    /// <summary>
    /// An exception as the cause of one of ours, or null when its text cannot be shown: the framework quotes header lines that it
    /// could not read, and such a line may echo the key or hold escapes.
    /// </summary>
    internal Exception? Cause(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            foreach (var c in cause.Message)
            {
                if (char.IsControl(c) && c is not ('\r' or '\n' or '\t'))
                {
                    return null;
                }
            }
        }

        var text = exception.ToString();
        return _keyForms.Any(form => Holds(text, form)) ? null : exception;
    }

    /// <summary>Whether there is anything in a text, but for white space at its ends, that acts on a terminal or is not to be seen.</summary>
    internal static bool HoldsInvisible(string text)
    {
        foreach (var c in text.Trim())
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a text holds another in whatever case.</summary>
    internal static bool Holds(string text, string part)
#if NET
        => text.Contains(part, StringComparison.OrdinalIgnoreCase);
#else
        => text.IndexOf(part, StringComparison.OrdinalIgnoreCase) >= 0;
#endif

    private static string Masked(string pair)
    {
        var equals = pair.IndexOf('=');
        if (equals < 0)
        {
            return pair;
        }

        var name = Uri.UnescapeDataString(pair.Substring(0, equals));
        var secret = SecretExactNames.Contains(name, StringComparer.OrdinalIgnoreCase)
            || SecretNames.Any(part => Holds(name, part));
        return secret ? pair.Remove(equals + 1) + Mask : pair;
    }

    private string WithoutKey(string text)
    {
        foreach (var form in _keyForms)
        {
            if (!Holds(text, form))
            {
                continue;
            }

            var rest = new StringBuilder(text.Length);
            int at;
            var from = 0;
            while ((at = text.IndexOf(form, from, StringComparison.OrdinalIgnoreCase)) >= 0)
            {
                rest.Append(text, from, at - from).Append(Mask);
                from = at + form.Length;
            }

            text = rest.Append(text, from, text.Length - from).ToString();
        }

        return text;
    }

    private static string OneLine(string text)
    {
        var line = new StringBuilder(Math.Min(text.Length, 4096));
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '\u001b')
            {
                i = EndOfEscape(text, i);
            }
            else if (c is '\u009b')
            {
                // The one-character form of ESC [.
                i = EndOfSequence(text, i + 1);
            }
            else if (c is '\u0090' or '\u0098' or '\u009d' or '\u009e' or '\u009f')
            {
                // The one-character forms of ESC P, X, ], ^ and _.
                i = EndOfString(text, i + 1);
            }
            else if (char.IsWhiteSpace(c))
            {
                if (line.Length > 0 && line[line.Length - 1] != ' ')
                {
                    line.Append(' ');
                }
            }
            else if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                if (CharUnicodeInfo.GetUnicodeCategory(text, i) is not (UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse))
                {
                    line.Append(c).Append(text[i + 1]);
                }

                i++;
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned))
            {
                // Format characters are the direction overrides, joiners and other invisible ones.
                line.Append(c);
            }
        }

        return line.ToString().Trim();
    }

    /// <summary>The index of the last character of an escape that begins here (ECMA-48).</summary>
    private static int EndOfEscape(string text, int escape)
    {
        var next = escape + 1;
        if (next >= text.Length)
        {
            return escape;
        }

        switch (text[next])
        {
            case '[':
                return EndOfSequence(text, next + 1);
            case ']' or 'P' or 'X' or '^' or '_':
                return EndOfString(text, next + 1);
            case >= ' ' and <= '/':
                // ESC, intermediates, one final.
                while (next < text.Length && text[next] is >= ' ' and <= '/')
                {
                    next++;
                }

                return Math.Min(next, text.Length - 1);
            case >= '0' and <= '~':
                return next;
            default:
                // No escape at all: only the ESC goes, the next character is judged by itself.
                return escape;
        }
    }

    private static int EndOfSequence(string text, int at)
    {
        while (at < text.Length && text[at] is >= ' ' and <= '?')
        {
            at++;
        }

        // What is no final byte ends the sequence without belonging to it.
        return at < text.Length && text[at] is >= '@' and <= '~' ? at : at - 1;
    }

    private static int EndOfString(string text, int at)
    {
        for (var i = at; i < text.Length; i++)
        {
            if (text[i] is '\u0007' or '\u009c')
            {
                return i;
            }

            if (text[i] is '\u001b')
            {
                return i + 1 < text.Length && text[i + 1] is '\\' ? i + 1 : i - 1;
            }

            // Never ended: hide no more than a line.
            if (text[i] is '\r' or '\n')
            {
                return i - 1;
            }
        }

        return text.Length - 1;
    }

    private static string Cut(string text, int longest)
    {
        var end = longest - 1;
        if (char.IsHighSurrogate(text[end - 1]))
        {
            end--;
        }

        return text.Remove(end) + "…";
    }

    /// <summary>
    /// What of the key is to be seen in any base64 text that holds it: a text is encoded three bytes at a time, so there are three ways
    /// to stand in it. Parts too short to be told from chance are left out.
    /// </summary>
    private static IEnumerable<string> Base64(string key)
    {
        const int shortest = 8;
        var bytes = Encoding.UTF8.GetBytes(key);
        for (var before = 0; before < 3; before++)
        {
            var padded = new byte[before + bytes.Length];
            bytes.CopyTo(padded, before);

            // Characters that bits of a neighbour go into are not the key's alone.
            var text = Convert.ToBase64String(padded);
            var from = before == 0 ? 0 : before + 1;
            var to = padded.Length * 8 / 6;
            if (to - from >= shortest)
            {
                var part = text.Substring(from, to - from);
                yield return part;
                yield return part.Replace('+', '-').Replace('/', '_');
            }
        }
    }

    private static string EscapeOrNothing(string key)
    {
        try
        {
            return Uri.EscapeDataString(key);
        }
        catch (UriFormatException)
        {
            // .NET Framework refuses lone surrogates; such a key has no escaped form that could be echoed.
            return string.Empty;
        }
    }
}
