using System;

namespace Civitai.Client.Feeds;

/// <summary>What a page was, known when it has arrived whole.</summary>
/// <param name="NextCursor">Where the listing goes on, or null at its end.</param>
/// <param name="Items">How many items the page held.</param>
/// <param name="Elapsed">How long the service took until its first byte.</param>
internal sealed record PageAnswer(string? NextCursor, int Items, TimeSpan Elapsed);
