using System;

namespace Civitai.Client.Json;

/// <summary>What a page's <c>metadata</c> says: where the listing goes on. It may be an object, an empty object, an empty array, null or missing.</summary>
internal static class PageMetadata
{
    /// <summary>Reads the cursor's text, unchanged: feeds give strings, model listings numbers.</summary>
    /// <param name="metadata">The value of <c>metadata</c>, empty where there was none.</param>
    /// <param name="cursor">The cursor, or null at the end of the listing.</param>
    /// <returns>False where there is something in the cursor's place that is neither a cursor nor the end: to take it for the end would lose the rest.</returns>
    internal static bool TryReadNextCursor(ReadOnlySpan<byte> metadata, out string? cursor)
    {
        cursor = null;
        var walker = new ObjectWalker(metadata);
        if (walker.IsBroken)
        {
            return true;
        }

        while (walker.MoveNext())
        {
            if (walker.Utf8Name.SequenceEqual("nextCursor"u8))
            {
                cursor = JsonText.ReadStringOrNumber(walker.Value) is { Length: > 0 } text ? text : null;
                return cursor is not null || JsonText.IsNull(walker.Value) || walker.Value.SequenceEqual("false"u8) || walker.Value.SequenceEqual("\"\""u8);
            }
        }

        return !walker.IsBroken;
    }
}
