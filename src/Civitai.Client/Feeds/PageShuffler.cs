using System;
using System.Collections.Generic;

namespace Civitai.Client.Feeds;

/// <summary>Holds the images of a page and gives them out in random order: the service itself does not shuffle.</summary>
internal sealed class PageShuffler
{
    private readonly List<(Image Image, int Bytes)> _images = [];
    private readonly Random _random = new();

    internal bool IsEmpty => _images.Count == 0;

    internal void Add(Image image, int bytes) => _images.Add((image, bytes));

    /// <summary>Takes any of the images.</summary>
    internal bool TryTake(out (Image Image, int Bytes) taken)
    {
        if (IsEmpty)
        {
            taken = default;
            return false;
        }

#pragma warning disable CA5394 // The order of pictures is no secret.
        var index = _random.Next(_images.Count);
#pragma warning restore CA5394
        taken = _images[index];
        var last = _images.Count - 1;
        _images[index] = _images[last];
        _images.RemoveAt(last);
        return true;
    }
}
