using System;

namespace Civitai.Client.Json;

/// <summary>What a page's <c>metadata</c> says: where the listing goes on. It may be an object, an empty object, an empty array, null or missing.</summary>
internal static class PageMetadata
{
    /// <summary>The cursor's text, unchanged: feeds give strings, model listings numbers. Null at the end of the listing.</summary>
    internal static string? ReadNextCursor(ReadOnlySpan<byte> metadata)
    {
        var walker = new ObjectWalker(metadata);
        while (walker.MoveNext())
        {
            if (walker.RawName.SequenceEqual("nextCursor"u8))
            {
                return JsonText.ReadStringOrNumber(walker.Value) is { Length: > 0 } cursor ? cursor : null;
            }
        }

        return null;
    }
}
