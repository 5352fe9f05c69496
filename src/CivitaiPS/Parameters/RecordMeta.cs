using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using Civitai;

namespace CivitaiPS.Parameters;

/// <summary>The generation data of a record: its own properties, what stands in <c>Meta</c>, or both.</summary>
internal static class RecordMeta
{
    private static readonly string[] Nested = ["id", "meta"];

    /// <summary>The properties, the fields that they become, and how they are read.</summary>
    private static readonly (string Property, string Field, Func<object?, object?> Read)[] Known =
    [
        ("Prompt", "prompt", RecordValues.Text),
        ("NegativePrompt", "negativePrompt", RecordValues.Text),
        ("Steps", "steps", value => Whole(value)),
        ("Sampler", "sampler", RecordValues.Text),
        ("CfgScale", "cfgScale", value => RecordValues.Decimal(value)),
        ("Seed", "seed", RecordValues.Seed),
        ("SeedText", "seed", RecordValues.Seed),
        ("Size", "Size", RecordValues.Text),
        ("Model", "Model", RecordValues.Text),
        ("ClipSkip", "clipSkip", value => Whole(value)),
    ];

    /// <summary>Reads the generation data.</summary>
    /// <returns>Null where the record has none.</returns>
    internal static ImageMeta? Of(RecordProperties record)
    {
        var fields = FieldsOf(record[nameof(Image.Meta)]);
        Add(fields, record);
        return fields.Count == 0 ? null : new ImageMeta(fields);
    }

    /// <summary>
    /// The infotext as the record has it: a CSV file keeps the generation data so, JSON has it beside the simple values, and an object that came through a file or a
    /// job has it as its text, while its fields have lost their order.
    /// </summary>
    internal static string? InfotextOf(RecordProperties record) => record[nameof(Image.Meta)] switch
    {
        PSObject meta when meta.TypeNames.Contains("Deserialized.Civitai.ImageMeta") => RecordValues.Text(meta.ToString(null, CultureInfo.InvariantCulture)),
        var value when RecordValues.Unwrap(value) is string text => RecordValues.Text(text),
        var value => RecordProperties.OfValue(value) is { } meta && IsOwn(meta) ? RecordValues.Text(meta[nameof(ImageMeta.Infotext)]) : null,
    };

    private static Dictionary<string, object?> FieldsOf(object? value)
    {
        var fields = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (RecordProperties.OfValue(value) is not { } meta)
        {
            return fields;
        }

        // Model listings nest it with the image's id, with exactly these two.
        if (meta.All.Count == 2 && meta.HasAll(Nested))
        {
            return FieldsOf(meta["meta"]);
        }

        // As this module's own objects have it, live or from a file: every field in one property, or the named ones alone.
        var isOwn = IsOwn(meta);
        var all = RecordValues.Unwrap(value) is IGenerationFields live ? RecordProperties.OfValue(live.Fields) : isOwn ? RecordProperties.OfValue(meta[nameof(IGenerationFields.Fields)]) : meta;
        var plain = new PlainValues();
        foreach (var field in all?.All ?? [])
        {
            fields[field.Key] = Restored(plain.Of(field.Value));
        }

        if (isOwn)
        {
            Add(fields, meta);
        }

        return fields;
    }

    private static bool IsOwn(RecordProperties meta) =>
        meta.HasAll(nameof(ImageMeta.Infotext)) || meta.HasAll(nameof(ImageMeta.NegativePrompt), nameof(ImageMeta.CfgScale), nameof(ImageMeta.SeedText));

    // What a field says already is not said again in another spelling.
    private static void Add(Dictionary<string, object?> fields, RecordProperties properties)
    {
        foreach (var (property, field, read) in Known)
        {
            if (read(properties[property]) is { } value && !IsKnown(new ImageMeta(fields), property))
            {
                fields[field] = value;
            }
        }
    }

    private static bool IsKnown(ImageMeta meta, string property) => property switch
    {
        "Prompt" => meta.Prompt is not null,
        "NegativePrompt" => meta.NegativePrompt is not null,
        "Steps" => meta.Steps is not null,
        "Sampler" => meta.Sampler is not null,
        "CfgScale" => meta.CfgScale is not null,
        "Size" => meta.Size is not null,
        "Model" => meta.Model is not null,
        "ClipSkip" => meta.ClipSkip is not null,
        _ => meta.Seed is not null || meta.SeedText is not null,
    };

    private static long? Whole(object? value) => RecordValues.Int(value);

    // A text that looked like a date to whoever read the JSON is a text.
    private static object? Restored(object? value) => value switch
    {
        DateTime date => date.ToString(date.Kind == DateTimeKind.Utc ? "yyyy-MM-ddTHH:mm:ss.FFFFFFF'Z'" : "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture),
        Dictionary<string, object?> fields => fields.ToDictionary(field => field.Key, field => Restored(field.Value), StringComparer.Ordinal),
        List<object?> items => items.ConvertAll(Restored),
        _ => value,
    };
}
