using System;

namespace Civitai.Client.Feeds;

/// <summary>
/// Decides how much is asked for at once: what is still wanted, unless something between the page and the user drops images or shuffles
/// them. Where the client filters or shuffles, that is a whole page, however few images are wanted. Where images have come
/// twice it is as many as were wanted in all: what is left over may be less than what is dropped next.
/// </summary>
internal sealed class PageSizing
{
    private readonly int _pageSize;
    private readonly Demand _demand;
    private bool _isThinned;
    private bool _hasRepeated;

    /// <param name="pageSize">The size of a whole page.</param>
    /// <param name="demand">What is wanted.</param>
    /// <param name="isThinned">Whether the client filters or shuffles.</param>
    internal PageSizing(int pageSize, Demand demand, bool isThinned)
    {
        _pageSize = pageSize;
        _demand = demand;
        _isThinned = isThinned;
    }

    /// <summary>The client has left out an image that does not fit the query.</summary>
    internal void Dropped() => _isThinned = true;

    /// <summary>An image has come that was given before.</summary>
    internal void Repeated() => _hasRepeated = true;

    /// <summary>How much to ask for now; at least 1, at most a whole page.</summary>
    internal int Next() =>
        _isThinned || (_hasRepeated ? _demand.Total : _demand.Remaining) is not { } wanted ? _pageSize : (int)Math.Max(1, Math.Min(_pageSize, wanted));
}
