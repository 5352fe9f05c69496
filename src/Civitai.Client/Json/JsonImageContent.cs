using System;

namespace Civitai.Client.Json;

/// <summary>Stands behind an image that came from the service: the item's own bytes, of which the generation data is read when somebody asks.</summary>
internal sealed class JsonImageContent : ImageContent
{
    private readonly byte[] _item;
    private readonly int _metaStart;
    private readonly int _metaLength;
    private ImageMeta? _meta;

    internal JsonImageContent(byte[] item, int metaStart, int metaLength)
    {
        _item = item;
        _metaStart = metaStart;
        _metaLength = metaLength;
    }

    /// <inheritdoc/>
    public override ImageMeta? Meta =>

        // Two threads may both read it; they get equal data, and one of the two stays.
        _metaLength == 0 ? null : _meta ??= MetaReader.Read(_item.AsSpan(_metaStart, _metaLength));

    /// <inheritdoc/>
    public override string Json => JsonText.Decode(_item);
}
