using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Civitai.Client.Http;

/// <summary>
/// What the service says in the body of an error. It has several forms, of two server generations and of the edge network before them:
/// <c>{"error":"text","code":…}</c>; <c>{"error":{"name":"ZodError","message":"[…issues as a JSON text…]"}}</c>; <c>{"error":{"issues":[…]}}</c>;
/// <c>{"message":"text"}</c>; plain text; a page of HTML. All become one clean line.
/// </summary>
internal sealed class ErrorBody
{
    /// <summary>No error of the service is near it; an edge server's page may be, and says what it has to say in its title.</summary>
    internal const int LongestBody = 64 * 1024;

    private const int MostIssues = 10;
    private const int LongestParameter = 60;
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);
    private static readonly Regex Title = new("<(title|h1)\\b[^>]*>(?<text>[^<]*)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, MatchTimeout);

    private readonly List<string> _parameters = [];

    private ErrorBody(string words) => Words = words;

    /// <summary>What it says, in one clean line; empty where there is nothing that can be shown.</summary>
    internal string Words { get; private set; }

    /// <summary>The query parameters that the service's validation found fault with, each once, as the service spells them.</summary>
    internal IReadOnlyList<string> Parameters => _parameters;

    /// <summary>Whether it is the service's answer to <c>page * limit</c> beyond its bound: "You've requested too many pages, please use cursors instead".</summary>
    internal bool IsPagingLimit => TextCleaner.Holds(Words, "too many pages");

    /// <summary>Reads the body of an error.</summary>
    internal static ErrorBody Parse(ReadOnlySpan<byte> body, TextCleaner cleaner)
    {
        var encoding = BodyStart.MarkOf(body, out var mark) ?? Encoding.UTF8;
        var text = encoding.GetString(body.Slice(mark).ToArray()).Trim();
        var read = new ErrorBody(string.Empty);
        if (text.Length > 0)
        {
            read.Words = cleaner.Clean(text[0] is '{' or '[' or '"' ? read.FromJson(text, nested: false) : text[0] == '<' ? FromHtml(text) : text);
            for (var i = 0; i < read._parameters.Count; i++)
            {
                read._parameters[i] = cleaner.Clean(read._parameters[i], LongestParameter);
            }
        }

        return read;
    }

    /// <summary>Reads an error that stands in the place of an answer, under the status of a success; null where there is none.</summary>
    internal static ErrorBody? ParseInSuccess(ReadOnlySpan<byte> body, TextCleaner cleaner)
    {
        var start = 0;
        while (start < body.Length && body[start] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            start++;
        }

        return start < body.Length && body[start] == (byte)'{' && Parse(body, cleaner) is { Words.Length: > 0 } error ? error : null;
    }

    /// <summary>The title of a page, else its first heading; an edge server's says for instance "502 Bad Gateway".</summary>
    internal static string FromHtml(string html)
    {
        try
        {
            for (var match = Title.Match(html); match.Success; match = match.NextMatch())
            {
                var text = WebUtility.HtmlDecode(match.Groups["text"].Value).Trim();
                if (text.Length > 0)
                {
                    return text;
                }
            }
        }
        catch (RegexMatchTimeoutException)
        {
            // A page made to be slow to read has nothing to say.
            return string.Empty;
        }

        return string.Empty;
    }

    private string FromJson(string text, bool nested)
    {
        try
        {
            // The reader's own limit of 64 levels holds: deeper nesting is a JsonException.
            using var document = JsonDocument.Parse(text);
            return FromElement(document.RootElement, nested);
        }
        catch (JsonException)
        {
            // Cut off, or no JSON after all. The status says what happened; half a document would only puzzle. A text inside JSON that
            // merely looks like JSON is shown as it is.
            return nested ? text : string.Empty;
        }
        catch (InvalidOperationException)
        {
            // A string that is no valid UTF-16.
            return string.Empty;
        }
    }

    private string FromElement(JsonElement element, bool nested)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                return FromString(element.GetString()!, nested);
            case JsonValueKind.Array:
                return FromIssues(element);
            case JsonValueKind.Object:
                foreach (var name in (ReadOnlySpan<string>)["error", "issues", "message", "detail", "title"])
                {
                    if (element.TryGetProperty(name, out var inner) && FromElement(inner, nested) is { Length: > 0 } words)
                    {
                        return words;
                    }
                }

                return string.Empty;
            default:
                return string.Empty;
        }
    }

    private string FromString(string text, bool nested)
    {
        var start = text.TrimStart();
        return !nested && start.Length > 0 && start[0] is '[' or '{' ? FromJson(start, nested: true) : text;
    }

    /// <summary>The issues of the service's validation: <c>[{"path":["limit"],"message":"Too big: expected number to be &lt;=200"}]</c>.</summary>
    private string FromIssues(JsonElement issues)
    {
        var lines = new List<string>();
        foreach (var issue in issues.EnumerateArray())
        {
            NoteParameter(issue);
            if (lines.Count == MostIssues)
            {
                lines.Add("…");
                break;
            }

            if (issue.ValueKind == JsonValueKind.String)
            {
                lines.Add(issue.GetString()!);
            }
            else if (issue.ValueKind == JsonValueKind.Object
                && issue.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String)
            {
                var path = issue.TryGetProperty("path", out var parts) ? Path(parts) : string.Empty;
                lines.Add(path.Length > 0 ? path + ": " + message.GetString() : message.GetString()!);
            }
        }

        return string.Join("; ", lines);
    }

    /// <summary>Notes what an issue is about: the first part of its path.</summary>
    private void NoteParameter(JsonElement issue)
    {
        if (issue.ValueKind != JsonValueKind.Object || !issue.TryGetProperty("path", out var path))
        {
            return;
        }

        var first = path.ValueKind == JsonValueKind.Array && path.GetArrayLength() > 0 ? path[0] : path;
        if (first.ValueKind == JsonValueKind.String && first.GetString() is { Length: > 0 } name && !_parameters.Contains(name, StringComparer.Ordinal))
        {
            _parameters.Add(name);
        }
    }

    private static string Path(JsonElement path)
    {
        if (path.ValueKind != JsonValueKind.Array)
        {
            return path.ValueKind == JsonValueKind.String ? path.GetString()! : string.Empty;
        }

        var text = new StringBuilder();
        foreach (var part in path.EnumerateArray())
        {
            if (part.ValueKind == JsonValueKind.Number)
            {
                text.AppendFormat(CultureInfo.InvariantCulture, "[{0}]", part.GetRawText());
            }
            else if (part.ValueKind == JsonValueKind.String)
            {
                text.Append(text.Length > 0 ? "." : string.Empty).Append(part.GetString());
            }
        }

        return text.ToString();
    }
}
