using System;
using System.Runtime.CompilerServices;

namespace Civitai.Client.Downloads;

/// <summary>A set of ledger keys in one array: 16 bytes a place, of which at least 57 and at most 80 in a hundred are taken once it has grown.</summary>
internal sealed class LedgerKeySet
{
    private const int LeastPlaces = 1024;
    private ulong[] _places;
    private int _capacity;

    /// <summary>Makes an empty set.</summary>
    /// <param name="expected">The number of keys that will come, as far as it is known.</param>
    internal LedgerKeySet(int expected)
    {
        _capacity = Math.Max(LeastPlaces, (int)Math.Min(1 << 29, expected * 10L / 7));
        _places = new ulong[2 * _capacity];
    }

    /// <summary>The number of keys.</summary>
    internal int Count { get; private set; }

    /// <summary>The bytes that the places take.</summary>
    internal long Bytes => _places.LongLength * sizeof(ulong);

    internal bool Contains(LedgerKey key)
    {
        var place = PlaceOf(key.High, key.Low);
        return _places[place + 1] != 0;
    }

    /// <summary>Adds a key.</summary>
    /// <returns>False where it was there.</returns>
    [MethodImpl(ArchiveLedger.OptimizedAtOnce)]
    internal bool Add(LedgerKey key)
    {
        if (Count >= _capacity / 10 * 8)
        {
            Grow();
        }

        var place = PlaceOf(key.High, key.Low);
        if (_places[place + 1] != 0)
        {
            return false;
        }

        _places[place] = key.High;
        _places[place + 1] = key.Low;
        Count++;
        return true;
    }

    // The low word of a key is never 0: that is an empty place.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int PlaceOf(ulong high, ulong low)
    {
        var hash = (high ^ (low * 0xC2B2AE3D27D4EB4FUL)) * 0x9E3779B97F4A7C15UL;
        hash ^= hash >> 32;
        hash *= 0x9E3779B97F4A7C15UL;
        var place = (int)(((hash >> 32) * (ulong)_capacity) >> 32);
        while (true)
        {
            var at = 2 * place;
            if (_places[at + 1] == 0 || (_places[at + 1] == low && _places[at] == high))
            {
                return at;
            }

            place = place + 1 == _capacity ? 0 : place + 1;
        }
    }

    private void Grow()
    {
        var old = _places;
        _capacity = (int)(_capacity * 7L / 5);
        _places = new ulong[2 * _capacity];
        for (var i = 0; i < old.Length; i += 2)
        {
            if (old[i + 1] != 0)
            {
                var place = PlaceOf(old[i], old[i + 1]);
                _places[place] = old[i];
                _places[place + 1] = old[i + 1];
            }
        }
    }
}
