using System.Collections.Generic;

namespace Civitai;

/// <summary>Stands behind an image that was made of some record (a row of a CSV file, a hashtable, a deserialised object) and not of an answer of the service.</summary>
public sealed class RecordContent : ImageContent
{
    /// <summary>Makes the content of a record.</summary>
    /// <param name="properties">The record's properties that are known, in their order, with plain values.</param>
    /// <param name="meta">The generation data that the record has, if any.</param>
    /// <param name="infotext">The infotext as it stands in the record, if it does: a CSV file keeps the generation data so.</param>
    public RecordContent(IReadOnlyList<KeyValuePair<string, object?>> properties, ImageMeta? meta, string? infotext = null)
    {
        Infotext = infotext;
        Properties = properties;
        Meta = meta;
    }

    /// <summary>The properties that came, in their order, with plain values.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Properties { get; }

    /// <summary>The infotext as it stands in the record, or null: then <see cref="Meta"/> gives it.</summary>
    public string? Infotext { get; }

    /// <inheritdoc/>
    public override ImageMeta? Meta { get; }

    /// <inheritdoc/>
    public override string? Json => null;
}
