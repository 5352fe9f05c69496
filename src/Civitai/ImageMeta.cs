using System;
using System.Collections;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Civitai;

/// <summary>
/// Generation data: free-form, written by image generators and uploaders. The named properties read the spellings that are known;
/// every field, those included, is in <see cref="IGenerationFields.Fields"/> under its exact name.
/// </summary>
/// <remarks>
/// <c>ConvertTo-Json</c> reads an object's public properties and, at its default depth, has room for nothing but simple values here. The two that are not simple
/// are therefore members of an interface: PowerShell, its serialisation and C# read them as before, and JSON stays flat.
/// </remarks>
public sealed class ImageMeta : IGenerationFields
{
    // The service's own key first, then the spelling of the text that A1111 and its descendants write into their pictures.
    private static readonly string[] PromptKeys = ["prompt", "Prompt"];
    private static readonly string[] NegativePromptKeys = ["negativePrompt", "Negative prompt", "negative_prompt"];
    private static readonly string[] StepsKeys = ["steps", "Steps"];
    private static readonly string[] SamplerKeys = ["sampler", "Sampler"];
    private static readonly string[] CfgScaleKeys = ["cfgScale", "CFG scale", "cfg_scale", "cfg"];
    private static readonly string[] SeedKeys = ["seed", "Seed"];
    private static readonly string[] ModelKeys = ["Model"];
    private static readonly string[] OtherModelKeys = ["model"];
    private static readonly string[] SizeKeys = ["Size", "size"];
    private static readonly string[] WidthKeys = ["width"];
    private static readonly string[] HeightKeys = ["height"];
    private static readonly string[] ClipSkipKeys = ["clipSkip", "Clip skip", "clip_skip"];

    /// <summary>The fields that have a place of their own in the infotext, and the one that embeds a whole ComfyUI workflow as a string.</summary>
    private static readonly HashSet<string> NotOtherFields = new(
        PromptKeys.Concat(NegativePromptKeys).Concat(StepsKeys).Concat(SamplerKeys).Concat(CfgScaleKeys).Concat(SeedKeys)
            .Concat(ModelKeys).Concat(OtherModelKeys).Concat(SizeKeys).Concat(WidthKeys).Concat(HeightKeys).Concat(ClipSkipKeys).Concat(["comfy", string.Empty]),
        StringComparer.Ordinal);

    private readonly IDictionary<string, object?> _fields;
    private readonly ReadOnlyDictionary<string, object?> _readOnlyFields;
    private IReadOnlyList<ImageResource>? _resources;

    /// <summary>Makes generation data of its fields.</summary>
    /// <param name="fields">
    /// The fields with ordinal keys and plain values: string, bool, long, decimal, double, null, lists and dictionaries of these.
    /// </param>
    public ImageMeta(IDictionary<string, object?> fields)
    {
        _fields = fields ?? throw new ArgumentNullException(nameof(fields));
        _readOnlyFields = new ReadOnlyDictionary<string, object?>(_fields);
    }

    /// <summary>What the picture was asked to show.</summary>
    public string? Prompt => Text(PromptKeys);

    /// <summary>What it was asked not to show.</summary>
    public string? NegativePrompt => Text(NegativePromptKeys);

    /// <summary>The number of sampling steps.</summary>
    public int? Steps => Integer(StepsKeys);

    /// <summary>The sampler's name.</summary>
    public string? Sampler => Text(SamplerKeys);

    /// <summary>The classifier-free guidance scale.</summary>
    public decimal? CfgScale => FirstOf(CfgScaleKeys, ToDecimal);

    /// <summary>The seed, where it fits into 64 bits with a sign.</summary>
    public long? Seed => FirstOf(SeedKeys, ToInt64);

    /// <summary>The seed in its own digits where <see cref="Seed"/> cannot hold it, otherwise null.</summary>
    public string? SeedText
    {
        get
        {
            if (Seed is not null)
            {
                return null;
            }

            foreach (var key in SeedKeys)
            {
                if (_fields.TryGetValue(key, out var value) && ToText(value) is { Length: > 0 } text)
                {
                    return text;
                }
            }

            return null;
        }
    }

    /// <summary>
    /// The name of the model: its own field, or the first checkpoint among the resources. A field <c>model</c> counts after these, since
    /// the settings of a ControlNet leave one behind that is none.
    /// </summary>
    public string? Model =>
        NotEmpty(Text(ModelKeys))
        ?? Resources().FirstOrDefault(resource => resource.Name is not null && IsCheckpoint(resource.Type))?.Name
        ?? NotEmpty(Text(OtherModelKeys))
        ?? (this["models"] as IEnumerable<object?>)?.OfType<string>().FirstOrDefault();

    /// <summary>The size that was generated: its own field, or width and height.</summary>
    public string? Size =>
        NotEmpty(Text(SizeKeys))
        ?? (Integer(WidthKeys) is { } width && Integer(HeightKeys) is { } height
            ? string.Format(CultureInfo.InvariantCulture, "{0}x{1}", width, height)
            : null);

    /// <summary>How many layers of CLIP were skipped.</summary>
    public int? ClipSkip => Integer(ClipSkipKeys);

    /// <summary>The infotext that image generators read back, as <see cref="ToString"/> gives it: JSON, which has no room for the fields, loses nothing simple.</summary>
    public string Infotext => ToString();

    /// <inheritdoc/>
    IReadOnlyList<ImageResource> IGenerationFields.Resources => Resources();

    /// <inheritdoc/>
    IReadOnlyDictionary<string, object?> IGenerationFields.Fields => _readOnlyFields;

    /// <summary>A field by its exact name.</summary>
    /// <param name="key">The name; case counts.</param>
    /// <returns>The value, or null where there is no such field.</returns>
    public object? this[string key] => key is not null && _fields.TryGetValue(key, out var value) ? value : null;

    /// <summary>The infotext that image generators read back: the prompts, then one line of settings.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Prompt);
        if (NegativePrompt is { Length: > 0 } negative)
        {
            StartLine(text).Append("Negative prompt: ").Append(negative);
        }

        var settings = new StringBuilder();
        AddSetting(settings, "Steps", Steps);
        AddSetting(settings, "Sampler", Sampler);
        AddSetting(settings, "CFG scale", CfgScale);
        AddSetting(settings, "Seed", Seed is { } seed ? seed : SeedText);
        AddSetting(settings, "Size", Size);
        AddSetting(settings, "Model", Model);
        AddSetting(settings, "Clip skip", ClipSkip);
        foreach (var field in _fields)
        {
            // A name with a sign of the line's own in it could not be read back, and would take its neighbours along.
            if (!NotOtherFields.Contains(field.Key) && !field.Key.Any(c => c is ',' or ':' or '"' || char.IsControl(c)))
            {
                AddSetting(settings, field.Key, field.Value);
            }
        }

        if (settings.Length > 0)
        {
            StartLine(text).Append(settings);
        }

        return text.ToString();
    }

    private IReadOnlyList<ImageResource> Resources() => _resources ??= ReadResources();

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static bool IsCheckpoint(string? type) =>
        string.Equals(type, "checkpoint", StringComparison.OrdinalIgnoreCase) || string.Equals(type, "model", StringComparison.OrdinalIgnoreCase);

    private static StringBuilder StartLine(StringBuilder text) => text.Length > 0 ? text.Append('\n') : text;

    private static void AddSetting(StringBuilder settings, string name, object? value)
    {
        if (ToText(value) is not { Length: > 0 } text)
        {
            return;
        }

        if (settings.Length > 0)
        {
            settings.Append(", ");
        }

        settings.Append(name).Append(": ");
        if (text.IndexOfAny([',', ':', '\n', '\r', '"']) < 0)
        {
            settings.Append(text);
            return;
        }

        // Values that would break the line are quoted as JSON strings, which is how A1111 writes them and reads them back.
        settings.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => settings.Append("\\\""),
                '\\' => settings.Append("\\\\"),
                '\n' => settings.Append("\\n"),
                '\r' => settings.Append("\\r"),
                '\t' => settings.Append("\\t"),
                < ' ' => settings.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => settings.Append(c),
            };
        }

        settings.Append('"');
    }

    /// <summary>A simple value as text; null for what is not simple.</summary>
    private static string? ToText(object? value) => value switch
    {
        string text => text,
        bool flag => flag ? "True" : "False",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        long or int or decimal => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    private static decimal? ToDecimal(object? value)
    {
        switch (value)
        {
            case long number:
                return number;
            case int number:
                return number;
            case decimal number:
                return number;
            case double number when Math.Abs(number) < 7e28:
                return (decimal)number;
            case string text when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number):
                return number;
            default:
                return null;
        }
    }

    private static long? ToInt64(object? value) =>
        ToDecimal(value) is { } number && number >= long.MinValue && number <= long.MaxValue && decimal.Truncate(number) == number
            ? (long)number
            : null;

    private T? FirstOf<T>(string[] keys, Func<object?, T?> read)
        where T : struct
    {
        foreach (var key in keys)
        {
            if (_fields.TryGetValue(key, out var value) && read(value) is { } result)
            {
                return result;
            }
        }

        return null;
    }

    private int? Integer(string[] keys) =>
        FirstOf(keys, ToInt64) is { } number && number is >= int.MinValue and <= int.MaxValue ? (int)number : null;

    private string? Text(string[] keys)
    {
        foreach (var key in keys)
        {
            if (_fields.TryGetValue(key, out var value) && ToText(value) is { } text)
            {
                return text;
            }
        }

        return null;
    }

    private ValueList<ImageResource> ReadResources()
    {
        var resources = new List<ImageResource>();
        foreach (var list in (string[])["resources", "civitaiResources", "additionalResources"])
        {
            if (this[list] is not IEnumerable items || items is string or IDictionary)
            {
                continue;
            }

            foreach (var item in items)
            {
                if (item is IDictionary<string, object?> fields)
                {
                    resources.Add(ReadResource(new ImageMeta(fields)));
                }
            }
        }

        return new ValueList<ImageResource>(resources);
    }

    private static ImageResource ReadResource(ImageMeta fields) => new()
    {
        Type = fields.Text(["type"]),
        Name = fields.Text(["name", "modelName", "modelVersionName", "air"]),
        Weight = fields.FirstOf(["weight", "strength"], ToDecimal),
        Hash = fields.Text(["hash"]),
        ModelVersionId = fields.FirstOf(["modelVersionId"], ToInt64),
    };
}
