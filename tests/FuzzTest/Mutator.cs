using System.Diagnostics.CodeAnalysis;

namespace FuzzTest;

/// <summary>Makes an input: a sample cut, doubled, spliced and with bytes changed; now and then random bytes alone.</summary>
[SuppressMessage("Security", "CA5394", Justification = "No secret hangs on it, and the seed makes a run repeatable.")]
internal sealed class Mutator(int seed, byte[][] samples, byte[][] words)
{
    private const int Longest = 16 * 1024;

    private readonly Random _random = new(seed);

    internal byte[] NextInput()
    {
        var kind = _random.Next(20);
        if (kind == 0)
        {
            var noise = new byte[_random.Next(200)];
            _random.NextBytes(noise);
            return noise;
        }

        var data = new List<byte>(samples[_random.Next(samples.Length)]);
        if (kind == 1)
        {
            return [.. data];
        }

        for (var times = 1 + _random.Next(6); times > 0; times--)
        {
            Change(data);
        }

        return data.Count > Longest ? [.. data.Take(Longest)] : [.. data];
    }

    private void Change(List<byte> data)
    {
        var at = _random.Next(data.Count + 1);
        switch (_random.Next(8))
        {
            case 0 when at < data.Count:
                data[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < data.Count:
                data[at] = (byte)_random.Next(256);
                break;
            case 2:
                data.RemoveRange(at, _random.Next(Math.Min(64, data.Count - at) + 1));
                break;
            case 3:
                data.RemoveRange(at, data.Count - at);
                break;
            case 4:
                var piece = data.GetRange(at, _random.Next(Math.Min(200, data.Count - at) + 1));
                data.InsertRange(_random.Next(data.Count + 1), piece);
                break;
            case 5:
                var other = samples[_random.Next(samples.Length)];
                var from = _random.Next(other.Length + 1);
                data.InsertRange(at, other.AsSpan(from, _random.Next(Math.Min(300, other.Length - from) + 1)).ToArray());
                break;
            case 6:
                // The same sign many times: nesting, digits, escapes.
                var word = words[_random.Next(words.Length)];
                for (var times = 1 << _random.Next(10); times > 0; times--)
                {
                    data.InsertRange(at, word);
                }

                break;
            default:
                data.InsertRange(at, words[_random.Next(words.Length)]);
                break;
        }
    }
}
