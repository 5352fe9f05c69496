namespace Gallery;

/// <summary>A SplitMix64 generator: the same numbers on every runtime and in every order of asking, since each thing is seeded by its own id.</summary>
internal struct Dice
{
    private ulong _state;

    public Dice(long seed, long stream = 0)
    {
        _state = unchecked((ulong)seed * 0x9E3779B97F4A7C15UL ^ Mix((ulong)stream + 0x632BE59BD9B4E019UL));
    }

    public ulong NextBits()
    {
        _state = unchecked(_state + 0x9E3779B97F4A7C15UL);
        return Mix(_state);
    }

    /// <summary>A number from 0 up to, not including, <paramref name="max"/>.</summary>
    public int Next(int max) => (int)(NextBits() % (ulong)max);

    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => NextDouble() < probability;

    public T Pick<T>(T[] from) => from[Next(from.Length)];

    public void Fill(Span<byte> bytes)
    {
        var index = 0;
        for (; index + 8 <= bytes.Length; index += 8)
        {
            BitConverter.TryWriteBytes(bytes[index..], NextBits());
        }

        for (; index < bytes.Length; index++)
        {
            bytes[index] = (byte)NextBits();
        }
    }

    internal static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
            return value ^ (value >> 31);
        }
    }
}

internal static class StableHash
{
    /// <summary>The same in every process, unlike <see cref="string.GetHashCode()"/>.</summary>
    public static long GetStableHash(this string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in text)
        {
            hash = unchecked((hash ^ character) * 1099511628211UL);
        }

        return (long)hash;
    }
}
