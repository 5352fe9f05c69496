using System;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Civitai.Client.Downloads;

/// <summary>What an entry of the ledger stands for, in 128 bits: an image's key and the width it was saved in.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct LedgerKey : IEquatable<LedgerKey>
{
    // Kinds stand in the upper half of the low word of the short ones, so that no two kinds can meet.
    private const ulong IdKind = 1UL << 32;
    private const ulong HashKind = 2UL << 32;
    private const string HashPrefix = "0x";

    private LedgerKey(ulong high, ulong low)
    {
        High = high;
        Low = low;
    }

    internal ulong High { get; }

    internal ulong Low { get; }

    /// <summary>The entry of an image.</summary>
    /// <param name="key">The image's key.</param>
    /// <param name="width">The width of the rendition, or null for the original.</param>
    internal static LedgerKey Of(MediaKey key, int? width)
    {
        var text = Encoding.ASCII.GetBytes(TextOf(key, width));
        return TryParse(text, out var entry) ? entry : throw new InvalidOperationException("A key that cannot be read back: " + key.Text);
    }

    /// <summary>The entry of an original whose id is known.</summary>
    internal static LedgerKey OfId(ulong id) => new(id, IdKind);

    /// <summary>An entry as it stands in the file.</summary>
    internal static string TextOf(MediaKey key, int? width)
    {
        var text = key.IsId || key.Text.Length != 16 ? key.Text : HashPrefix + key.Text;
        return width is { } pixels ? text + "@" + pixels.ToString(CultureInfo.InvariantCulture) : text;
    }

    /// <summary>Reads an entry.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out LedgerKey key)
    {
        key = default;
        var width = 0UL;
        var at = text.IndexOf((byte)'@');
        if (at >= 0)
        {
            if (!TryReadDecimal(text.Slice(at + 1), out width) || width is 0 or > int.MaxValue)
            {
                return false;
            }

            text = text.Slice(0, at);
        }

        if (TryReadDecimal(text, out var id))
        {
            key = new LedgerKey(id, IdKind | width);
            return id != 0;
        }

        if (text.Length == 18 && text[0] == '0' && text[1] == 'x' && TryReadHexadecimal(text.Slice(2), out var hash))
        {
            key = new LedgerKey(hash, HashKind | width);
            return true;
        }

        // 8-4-4-4-12 digits. A UUID is as good as random: a width mixed into it gives another.
        if (text.Length == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-'
            && TryReadHexadecimal(text.Slice(0, 8), out var a) && TryReadHexadecimal(text.Slice(9, 4), out var b)
            && TryReadHexadecimal(text.Slice(14, 4), out var c) && TryReadHexadecimal(text.Slice(19, 4), out var d)
            && TryReadHexadecimal(text.Slice(24, 12), out var e))
        {
            key = new LedgerKey(((a << 32) | (b << 16) | c) ^ (width * 0x9E3779B97F4A7C15UL), (d << 48) | e | (1UL << 63));
            return true;
        }

        return false;
    }

    public bool Equals(LedgerKey other) => High == other.High && Low == other.Low;

    public override bool Equals(object? obj) => obj is LedgerKey other && Equals(other);

    public override int GetHashCode() => (High ^ Low).GetHashCode();

    private static bool TryReadDecimal(ReadOnlySpan<byte> text, out ulong number)
    {
        number = 0;
        foreach (var c in text)
        {
            if (c is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            number = (number * 10) + (c - (ulong)'0');
        }

        return text.Length is > 0 and <= 19;
    }

    private static bool TryReadHexadecimal(ReadOnlySpan<byte> text, out ulong number)
    {
        number = 0;
        foreach (var c in text)
        {
            var digit = c switch
            {
                >= (byte)'0' and <= (byte)'9' => c - '0',
                >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
                _ => -1,
            };
            if (digit < 0)
            {
                return false;
            }

            number = (number << 4) | (uint)digit;
        }

        return true;
    }
}
