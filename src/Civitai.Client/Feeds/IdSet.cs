using System;

namespace Civitai.Client.Feeds;

/// <summary>
/// The ids that a listing has given, to give each once. Open addressing in one array, at most three quarters full: 11 to 22 bytes an id,
/// where a HashSet takes 20 to 40. Ids are above 0; 0 marks a free place.
/// </summary>
internal sealed class IdSet
{
    private long[] _places = new long[256];
    private int _count;

    /// <summary>What the ids take up.</summary>
    internal long Bytes => _places.LongLength * sizeof(long);

    /// <summary>Adds an id.</summary>
    /// <returns>False when it was there.</returns>
    internal bool Add(long id)
    {
        if (_count >= _places.Length / 4 * 3)
        {
            Grow();
        }

        if (!Place(_places, id))
        {
            return false;
        }

        _count++;
        return true;
    }

    /// <summary>Whether an id is there.</summary>
    internal bool Contains(long id)
    {
        var mask = _places.Length - 1;
        var index = Start(id, mask);
        while (_places[index] != 0)
        {
            if (_places[index] == id)
            {
                return true;
            }

            index = (index + 1) & mask;
        }

        return false;
    }

    /// <summary>Fibonacci hashing: neighbouring ids, which are the rule, go to distant places.</summary>
    private static int Start(long id, int mask) => (int)((ulong)(id * unchecked((long)0x9E3779B97F4A7C15)) >> 32) & mask;

    private static bool Place(long[] places, long id)
    {
        var mask = places.Length - 1;
        var index = Start(id, mask);
        while (places[index] != 0)
        {
            if (places[index] == id)
            {
                return false;
            }

            index = (index + 1) & mask;
        }

        places[index] = id;
        return true;
    }

    private void Grow()
    {
        var larger = new long[checked(_places.Length * 2)];
        foreach (var id in _places)
        {
            if (id != 0)
            {
                Place(larger, id);
            }
        }

        _places = larger;
    }
}
