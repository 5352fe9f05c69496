using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using Civitai;

namespace CivitaiPS.Parameters;

/// <summary>
/// What is piped to <c>Save-CivitaiImage</c>, as an image: the image itself, or whatever a record (a row of a CSV file, a hashtable, an image that came through a
/// file or a job) tells of one. What cannot be read for certain is unknown. On the pipeline thread only: members of a record may be script.
/// </summary>
internal static class InputRecord
{
    // Deserialised objects are cut off at some depth; hashtables may hold themselves.
    private const int DeepestValue = 8;

    private static readonly (string Property, string Field)[] MetaFields =
    [
        ("Prompt", "prompt"), ("NegativePrompt", "negativePrompt"), ("Steps", "steps"), ("Sampler", "sampler"), ("CfgScale", "cfgScale"),
        ("Seed", "seed"), ("Size", "Size"), ("Model", "Model"), ("ClipSkip", "clipSkip"),
    ];

    /// <summary>Reads what was piped.</summary>
    /// <exception cref="CivitaiException"><see cref="CivitaiError.InputNotSupported"/>.</exception>
    internal static Image Read(object? input)
    {
        switch (Unwrap(input))
        {
            case null:
                throw NotSupported(input, "Nothing was piped in");
            case Image image:
                return image;
            case Uri address:
                return OfAddress(address.OriginalString);
            case string text when Uri.TryCreate(text.Trim(), UriKind.Absolute, out _):
                return OfAddress(text.Trim());
            case string text:
                throw NotSupported(input, "The text '" + (text.Length > 100 ? text.Substring(0, 100) : text) + "' is no media address");
            case IConvertible:
                throw NotSupported(input, "A value of type " + Unwrap(input)!.GetType().Name + " has no Url");
        }

        var properties = PropertiesOf(input!);
        var url = Text(Find(properties, nameof(Image.Url)));
        if (url is null)
        {
            throw NotSupported(input, "The record has no Url, or an empty one");
        }

        return new Image(new RecordContent(properties.ConvertAll(property => new KeyValuePair<string, object?>(property.Key, Plain(property.Value, 0))), MetaOf(properties), InfotextOf(properties)))
        {
            Id = Integer(Find(properties, nameof(Image.Id))) is > 0 and { } id ? id : 0,
            Url = url.Trim(),
            Username = Text(Find(properties, nameof(Image.Username))),
            Width = Int(Find(properties, nameof(Image.Width))),
            Height = Int(Find(properties, nameof(Image.Height))),
            Type = Name<MediaType>(Find(properties, nameof(Image.Type))),
            NsfwLevel = Level(Find(properties, nameof(Image.NsfwLevel))),
            BrowsingLevel = Name<BrowsingLevel>(Find(properties, nameof(Image.BrowsingLevel))) ?? BrowsingLevel.None,
            IsNsfw = Flag(Find(properties, nameof(Image.IsNsfw))),
            CreatedAt = Date(Find(properties, nameof(Image.CreatedAt))),
            PostId = Integer(Find(properties, nameof(Image.PostId))),
            BaseModel = Text(Find(properties, nameof(Image.BaseModel))),
            ModelVersionIds = Numbers(Find(properties, nameof(Image.ModelVersionIds))),
            Hash = Text(Find(properties, nameof(Image.Hash))),
            Tags = Texts(Find(properties, nameof(Image.Tags))),
            TagIds = Numbers(Find(properties, nameof(Image.TagIds))),
            ThumbnailUrl = Text(Find(properties, nameof(Image.ThumbnailUrl))),
            Stats = new ImageStats
            {
                LikeCount = Int(Find(properties, nameof(Image.LikeCount))) ?? 0,
                HeartCount = Int(Find(properties, nameof(Image.HeartCount))) ?? 0,
                LaughCount = Int(Find(properties, nameof(Image.LaughCount))) ?? 0,
                CryCount = Int(Find(properties, nameof(Image.CryCount))) ?? 0,
                CommentCount = Int(Find(properties, nameof(Image.CommentCount))) ?? 0,
            },
        };
    }

    private static Image OfAddress(string address) =>
        new(new RecordContent([new KeyValuePair<string, object?>(nameof(Image.Url), address)], meta: null)) { Url = address };

    private static List<KeyValuePair<string, object?>> PropertiesOf(object input)
    {
        var properties = new List<KeyValuePair<string, object?>>();
        if (Unwrap(input) is IDictionary dictionary)
        {
            foreach (DictionaryEntry entry in dictionary)
            {
                if (entry.Key is string key)
                {
                    properties.Add(new KeyValuePair<string, object?>(key, Unwrap(entry.Value)));
                }
            }

            return properties;
        }

        foreach (var property in PSObject.AsPSObject(input).Properties)
        {
            if (property.IsGettable && TryGet(property, out var value))
            {
                properties.Add(new KeyValuePair<string, object?>(property.Name, value));
            }
        }

        return properties;
    }

    private static bool TryGet(PSPropertyInfo property, out object? value)
    {
        try
        {
            value = property.Value;
            return true;
        }
        catch (GetValueException)
        {
            // A property that fails is one that the record has not got.
            value = null;
            return false;
        }
    }

    private static object? Find(List<KeyValuePair<string, object?>> properties, string name)
    {
        foreach (var property in properties)
        {
            if (string.Equals(property.Key, name, StringComparison.OrdinalIgnoreCase))
            {
                return property.Value;
            }
        }

        return null;
    }

    /// <summary>
    /// The infotext as the record has it: a CSV file keeps the generation data so, JSON has it beside the simple values, and an object that came through a file or a job has it as its text, while its
    /// fields have lost their order.
    /// </summary>
    private static string? InfotextOf(List<KeyValuePair<string, object?>> properties) => Find(properties, nameof(Image.Meta)) switch
    {
        string text => Text(text),
        PSObject meta when meta.TypeNames.Contains("Deserialized.Civitai.ImageMeta") => Text(meta.ToString(null, CultureInfo.InvariantCulture)),
        PSObject meta => Text(meta.Properties[nameof(ImageMeta.Infotext)]?.Value as string),
        _ => null,
    };

    private static ImageMeta? MetaOf(List<KeyValuePair<string, object?>> properties)
    {
        var fields = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (Find(properties, nameof(Image.Meta)) is { } meta and not string
            && Plain(meta is PSObject ? PSObject.AsPSObject(meta).Properties[nameof(IGenerationFields.Fields)]?.Value : (meta as ImageMeta)?.Fields, 0) is IDictionary<string, object?> all)
        {
            foreach (var field in all)
            {
                fields[field.Key] = field.Value;
            }
        }

        foreach (var (property, field) in MetaFields)
        {
            var value = Find(properties, property);
            object? plain = field switch
            {
                "steps" or "clipSkip" => Int(value) is { } number ? (long)number : null,
                "cfgScale" => Decimal(value),
                "seed" => Integer(value) is { } seed ? seed : Text(value),
                _ => Text(value),
            };
            if (plain is not null && !fields.ContainsKey(field))
            {
                fields[field] = plain;
            }
        }

        return fields.Count == 0 ? null : new ImageMeta(fields);
    }

    private static object? Unwrap(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    private static string? Text(object? value) => Unwrap(value) switch
    {
        string { Length: > 0 } text => text,
        Uri address => address.OriginalString,
        char or bool => value!.ToString(),
        IConvertible other and not string and not DBNull => Convert.ToString(other, CultureInfo.InvariantCulture),
        _ => null,
    };

    private static long? Integer(object? value)
    {
        switch (Unwrap(value))
        {
            case Enum:
                return null;
            case byte or sbyte or short or ushort or int or uint or long:
                return Convert.ToInt64(Unwrap(value), CultureInfo.InvariantCulture);
            case ulong and <= long.MaxValue and { } number:
                return (long)number;
            case double and > -9007199254740992 and < 9007199254740992 and { } number when Math.Floor(number) == number:
                return (long)number;
            case decimal and >= long.MinValue and <= long.MaxValue and { } number when decimal.Truncate(number) == number:
                return (long)number;
            case string text:
                return long.TryParse(text, NumberStyles.Integer, CultureInfo.CurrentCulture, out var read)
                    || long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out read)
                    ? read
                    : null;
            default:
                return null;
        }
    }

    private static int? Int(object? value) => Integer(value) is >= int.MinValue and <= int.MaxValue and { } number ? (int)number : null;

    // Without thousands: "7.500" is seven and a half in one culture and seven thousand five hundred in another.
    private static decimal? Decimal(object? value) => Unwrap(value) switch
    {
        decimal number => number,
        double and > -7e28 and < 7e28 and { } number => (decimal)number,
        string text => decimal.TryParse(text, NumberStyles.Float, CultureInfo.CurrentCulture, out var read)
            || decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out read)
            ? read
            : null,
        var other => Integer(other),
    };

    private static bool Flag(object? value) => Unwrap(value) switch
    {
        bool flag => flag,
        string text => bool.TryParse(text, out var flag) && flag,
        _ => false,
    };

    private static T? Name<T>(object? value)
        where T : struct, Enum
    {
        if (Unwrap(value) is T same)
        {
            return same;
        }

        // An enum that came through a file or a job is a number whose text is its name.
        var text = Unwrap(value) is string name ? name : value?.ToString();
        return Enum.TryParse<T>(text, ignoreCase: true, out var read) && (read.ToString() is var known && !char.IsDigit(known[0]) && known[0] != '-') ? read : null;
    }

    // The service spells Explicit "X".
    private static ImageNsfwLevel? Level(object? value) =>
        Unwrap(value) is string text && string.Equals(text.Trim(), "X", StringComparison.OrdinalIgnoreCase) ? ImageNsfwLevel.Explicit : Name<ImageNsfwLevel>(value);

    private static DateTime? Date(object? value) => Unwrap(value) switch
    {
        DateTime date => Plausible(date),
        DateTimeOffset date => Plausible(date.LocalDateTime),
        string text => (DateTime.TryParse(text, CultureInfo.CurrentCulture, DateTimeStyles.AssumeLocal, out var here) ? Plausible(here) : null)
            ?? (DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var there) ? Plausible(there) : null),
        _ => null,
    };

    private static DateTime? Plausible(DateTime date) => date.Year is >= 2000 and <= 2100 ? date.ToLocalTime() : null;

    private static ValueList<long>? Numbers(object? value)
    {
        var numbers = Each(value).Select(Integer).OfType<long>().ToArray();
        return numbers.Length == 0 ? null : new ValueList<long>(numbers);
    }

    private static ValueList<string>? Texts(object? value)
    {
        var texts = Each(value).Select(Text).OfType<string>().ToArray();
        return texts.Length == 0 ? null : new ValueList<string>(texts);
    }

    // A list in a cell of a CSV file is written with commas between its members.
    private static IEnumerable<object?> Each(object? value) => Unwrap(value) switch
    {
        null => [],
        string text => text.Split(',').Select(part => part.Trim()),
        IEnumerable list => list.Cast<object?>(),
        var one => [one],
    };

    /// <summary>A value without anything of PowerShell in it: text, numbers, dates, lists and dictionaries.</summary>
    private static object? Plain(object? value, int depth)
    {
        var plain = Unwrap(value);
        switch (plain)
        {
            case null or string or bool or DateTime or DateTimeOffset or decimal or double or float:
                return plain;
            case Enum:
                return plain.ToString();
            case byte or sbyte or short or ushort or int or uint or long or ulong:
                // An enum that came through a file or a job is a number whose text is its name.
                return value is PSObject wrapped && wrapped.TypeNames.Any(name => name.StartsWith("Deserialized.", StringComparison.Ordinal)) ? value.ToString() : plain;
            case ImageMeta meta:
                return Plain(meta.Fields, depth);
            case ImageStats:
                return null;
            case var _ when depth >= DeepestValue:
                return plain.ToString();
            case IDictionary dictionary:
                var fields = new Dictionary<string, object?>(StringComparer.Ordinal);
                foreach (DictionaryEntry entry in dictionary)
                {
                    fields[Convert.ToString(Unwrap(entry.Key), CultureInfo.InvariantCulture) ?? string.Empty] = Plain(entry.Value, depth + 1);
                }

                return fields;
            case IEnumerable<KeyValuePair<string, object?>> pairs:
                return pairs.ToDictionary(pair => pair.Key, pair => Plain(pair.Value, depth + 1), StringComparer.Ordinal);
            case IEnumerable list:
                return list.Cast<object?>().Select(item => Plain(item, depth + 1)).ToList();
            case PSObject record:
                var members = new Dictionary<string, object?>(StringComparer.Ordinal);
                foreach (var property in PropertiesOf(record))
                {
                    members[property.Key] = Plain(property.Value, depth + 1);
                }

                return members;
            default:
                return plain.ToString();
        }
    }

    private static CivitaiException NotSupported(object? input, string fault) =>
        new(CivitaiError.InputNotSupported, fault + ". Accepted is an image, anything with a Url (a row of a CSV file, a hashtable), or a media address as text.")
        {
            Target = input,
        };
}
