using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Civitai.Client.Http;

namespace Civitai.Client.Downloads;

/// <summary>The pattern of the names, read once and filled in for each image.</summary>
internal sealed class FileNameTemplate
{
    private const string Unknown = "unknown";
    private const string ExtensionToken = "Extension";
    private const string DateToken = "Date";

    /// <summary>The tokens, as the user is told of them.</summary>
    internal const string TokenList =
        "{Id} {PostId} {Username} {Width} {Height} {Type} {BaseModel} {NsfwLevel} {ModelVersionId} {Date} {Date:format} {Hash} {Seed} {Model} {Extension}";

    private static readonly Dictionary<string, Func<Image, MediaKey, string?>> Values = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Id"] = (_, key) => key.Text,
        ["PostId"] = (image, _) => Number(image.PostId),
        ["Username"] = (image, _) => image.Username,
        ["Width"] = (image, _) => Number(image.Width),
        ["Height"] = (image, _) => Number(image.Height),
        ["Type"] = (image, _) => image.Type?.ToString(),
        ["BaseModel"] = (image, _) => image.BaseModel,
        ["NsfwLevel"] = (image, _) => image.NsfwLevel?.ToString(),
        ["ModelVersionId"] = (image, _) => image.ModelVersionIds is { Count: > 0 } ids ? Number(ids[0]) : null,
        ["Hash"] = (image, _) => image.Hash,
        ["Seed"] = (image, _) => Number(image.Seed) ?? image.Meta?.SeedText,
        ["Model"] = (image, _) => image.Model,
    };

    private static readonly TextCleaner Cleaner = new(key: null);

    private readonly List<Func<Image, MediaKey, string>> _parts;

    private FileNameTemplate(List<Func<Image, MediaKey, string>> parts, bool hasId)
    {
        _parts = parts;
        HasId = hasId;
    }

    /// <summary>Whether every name that it makes holds the image's id.</summary>
    internal bool HasId { get; }

    /// <summary>Reads a template.</summary>
    /// <exception cref="CivitaiException"><see cref="CivitaiError.FileNameInvalid"/>.</exception>
    internal static FileNameTemplate Parse(string template)
    {
        var parts = new List<Func<Image, MediaKey, string>>();
        var hasId = false;
        var text = WithoutExtension(template);
        var at = 0;
        while (at < text.Length)
        {
            var open = text.IndexOf('{', at);
            if (open != at)
            {
                var literal = open < 0 ? text.Substring(at) : text.Substring(at, open - at);
                parts.Add((_, _) => literal);
            }

            if (open < 0)
            {
                break;
            }

            var close = text.IndexOf('}', open);
            if (close < 0)
            {
                throw Invalid(template, "has a '{' that is not closed");
            }

            var token = text.Substring(open + 1, close - open - 1);
            hasId |= string.Equals(token, "Id", StringComparison.OrdinalIgnoreCase);
            parts.Add(PartOf(token, template));
            at = close + 1;
        }

        if (IsNameless(text))
        {
            throw Invalid(template, "gives the file no name");
        }

        return new FileNameTemplate(parts, hasId);
    }

    /// <summary>Reads the name that a script block gave.</summary>
    /// <returns>The name without extension, with <c>/</c> between folders.</returns>
    /// <exception cref="CivitaiException"><see cref="CivitaiError.FileNameInvalid"/>.</exception>
    internal static string ReadName(string name)
    {
        var text = WithoutExtension(name);
        return IsNameless(text)
            ? throw new CivitaiException(CivitaiError.FileNameInvalid, "The file name '" + Shown(name) + "' gives the file no name: text is wanted after the last '/'.") { Target = name }
            : text;
    }

    /// <summary>The name of an image without extension, with <c>/</c> between folders. It is not safe yet.</summary>
    internal string Expand(Image image, MediaKey key)
    {
        if (_parts.Count == 1)
        {
            return _parts[0](image, key);
        }

        var name = new StringBuilder();
        foreach (var part in _parts)
        {
            name.Append(part(image, key));
        }

        return name.ToString();
    }

    private static Func<Image, MediaKey, string> PartOf(string token, string template)
    {
        if (Values.TryGetValue(token, out var value))
        {
            return (image, key) => value(image, key) is { Length: > 0 } text ? text.Replace('/', '_') : Unknown;
        }

        if (string.Equals(token, ExtensionToken, StringComparison.OrdinalIgnoreCase))
        {
            throw Invalid(template, "has {Extension} elsewhere than at its end, where alone it is allowed");
        }

        if (string.Equals(token, DateToken, StringComparison.OrdinalIgnoreCase))
        {
            return DateIn("yyyy-MM-dd");
        }

        if (token.StartsWith(DateToken + ":", StringComparison.OrdinalIgnoreCase))
        {
            var format = token.Substring(DateToken.Length + 1);
            return IsDateFormat(format) ? DateIn(format) : throw Invalid(template, "has a date format that cannot be used: '" + format + "'");
        }

        throw Invalid(template, "has the unknown token {" + token + "}");
    }

    // The UTC date in the invariant (Gregorian) calendar, so that a name is the same on every machine. Only a '/' that is written in the format makes a folder.
    private static Func<Image, MediaKey, string> DateIn(string format)
    {
        var makesFolders = format.Contains('/');
        return (image, _) =>
        {
            if (image.CreatedAt is not { } date)
            {
                return Unknown;
            }

            var text = date.ToUniversalTime().ToString(format, CultureInfo.InvariantCulture);
            return makesFolders ? text : text.Replace('/', '_');
        };
    }

    private static bool IsDateFormat(string format)
    {
        if (string.IsNullOrWhiteSpace(format))
        {
            return false;
        }

        try
        {
            return new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc).ToString(format, CultureInfo.InvariantCulture).Trim('/', ' ').Length > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    // The extension comes from the bytes: what stands for it at the end is taken off, once.
    private static string WithoutExtension(string template)
    {
        const string Token = "{" + ExtensionToken + "}";
        if (template.EndsWith(Token, StringComparison.OrdinalIgnoreCase))
        {
            var name = template.Substring(0, template.Length - Token.Length);
            return WithoutCurrentFolder(name.Length > 0 && name[name.Length - 1] == '.' ? name.Substring(0, name.Length - 1) : name);
        }

        var extension = MediaFormats.KnownExtensionAtEnd(template);
        return WithoutCurrentFolder(extension is null ? template : template.Substring(0, template.Length - extension.Length));
    }

    private static string WithoutCurrentFolder(string name)
    {
        while (name.StartsWith("./", StringComparison.Ordinal))
        {
            name = name.Substring(2);
        }

        return name;
    }

    private static bool IsNameless(string name) => string.IsNullOrWhiteSpace(name) || name[name.Length - 1] == '/';

    private static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    // A script block may take what the service says for a name.
    private static string Shown(string text) => Cleaner.Clean(text, 200);

    private static CivitaiException Invalid(string template, string what) =>
        new(CivitaiError.FileNameInvalid, "The file name '" + Shown(template) + "' " + Shown(what) + ". These tokens are known: " + TokenList + ".")
        {
            Target = template,
            RecommendedAction = "Use the tokens above, '/' between folders, and {Extension} at the end or not at all; or give a script block.",
        };
}
