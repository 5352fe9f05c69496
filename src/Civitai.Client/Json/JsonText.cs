using System;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Civitai.Client.Json;

/// <summary>Reads single JSON values leniently: a value of another kind than expected is unknown, never an exception.</summary>
internal static class JsonText
{
    internal static bool IsWhiteSpace(byte b) => b is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';

    internal static int SkipWhiteSpace(ReadOnlySpan<byte> bytes, int index)
    {
        while (index < bytes.Length && IsWhiteSpace(bytes[index]))
        {
            index++;
        }

        return index;
    }

    internal static bool IsNull(ReadOnlySpan<byte> value) => value.SequenceEqual("null"u8);

    internal static bool IsString(ReadOnlySpan<byte> value) => value.Length >= 2 && value[0] == (byte)'"';

    /// <summary>A string's text; null for what is no string, or none that can be decoded.</summary>
    internal static string? ReadString(ReadOnlySpan<byte> value)
    {
        if (!IsString(value))
        {
            return null;
        }

        var inner = value.Slice(1, value.Length - 2);
        return inner.IndexOf((byte)'\\') < 0 ? Decode(inner) : Unescape(value);
    }

    /// <summary>A string's text, or the digits of a number: user names of digits only arrive as numbers.</summary>
    internal static string? ReadStringOrNumber(ReadOnlySpan<byte> value) =>
        IsString(value) ? ReadString(value) : value.Length > 0 && value[0] is (byte)'-' or (>= (byte)'0' and <= (byte)'9') ? Decode(value) : null;

    /// <summary>A whole number, also one in quotes or written with an exponent or a zero fraction.</summary>
    internal static long? ReadInt64(ReadOnlySpan<byte> value)
    {
        if (IsString(value))
        {
            value = value.Slice(1, value.Length - 2);
        }

        if (Utf8Parser.TryParse(value, out long number, out var used) && used == value.Length)
        {
            return number;
        }

        // A double would change the last digits of a large one.
        return Utf8Parser.TryParse(value, out decimal real, out used) && used == value.Length
            && real >= long.MinValue && real <= long.MaxValue && decimal.Truncate(real) == real
            ? (long)real
            : null;
    }

    internal static int? ReadInt32(ReadOnlySpan<byte> value) =>
        ReadInt64(value) is { } number && number is >= int.MinValue and <= int.MaxValue ? (int)number : null;

    internal static bool? ReadBoolean(ReadOnlySpan<byte> value) =>
        value.SequenceEqual("true"u8) ? true : value.SequenceEqual("false"u8) ? false : null;

    /// <summary>An ISO 8601 time; one without an offset is UTC, as everything that the service writes.</summary>
    internal static DateTimeOffset? ReadTime(ReadOnlySpan<byte> value)
    {
        if (!IsString(value))
        {
            return null;
        }

        var text = value.Slice(1, value.Length - 2);
        if (TryReadServiceTime(text, out var time))
        {
            return time;
        }

        // A general parser makes a date of "12:30" or "5/6" too, by guessing.
        if (text.Length < 10 || Digits(text.Slice(0, 4)) < 1 || text[4] != '-')
        {
            return null;
        }

        return DateTimeOffset.TryParse(
            ReadString(value),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var parsed)
            ? parsed
            : null;
    }

    internal static string Decode(ReadOnlySpan<byte> utf8)
    {
#if NET
        return Encoding.UTF8.GetString(utf8);
#else
        return Encoding.UTF8.GetString(utf8.ToArray());
#endif
    }

    private static string? Unescape(ReadOnlySpan<byte> value)
    {
        try
        {
            var reader = new Utf8JsonReader(value);
            return reader.Read() ? reader.GetString() : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Half of a surrogate pair (the service cuts long texts off anywhere), a raw control character, an escape that is none.
            return UnescapeLeniently(value.Slice(1, value.Length - 2));
        }
    }

    /// <summary>The text of a string that is not quite JSON, with U+FFFD for what stands for no character.</summary>
    internal static string UnescapeLeniently(ReadOnlySpan<byte> inner)
    {
        var raw = Decode(inner);
        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\' || i + 1 == raw.Length)
            {
                text.Append(raw[i]);
                continue;
            }

            i++;
            if (raw[i] == 'u' && ReadUnit(raw, i + 1) is { } unit)
            {
                text.Append(unit);
                i += 4;
                continue;
            }

            text.Append(raw[i] switch
            {
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                var other => other,
            });
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                text[i] = '\uFFFD';
            }
        }

        return text.ToString();
    }

    /// <summary>The UTF-16 unit that four hexadecimal digits stand for.</summary>
    private static char? ReadUnit(string text, int start)
    {
        if (start + 4 > text.Length)
        {
            return null;
        }

        var unit = 0;
        for (var i = start; i < start + 4; i++)
        {
            var digit = text[i] switch
            {
                >= '0' and <= '9' => text[i] - '0',
                >= 'a' and <= 'f' => text[i] - 'a' + 10,
                >= 'A' and <= 'F' => text[i] - 'A' + 10,
                _ => -1,
            };
            if (digit < 0)
            {
                return null;
            }

            unit = (unit * 16) + digit;
        }

        return (char)unit;
    }

    /// <summary>The one form the service writes, <c>2025-04-17T21:28:57.225Z</c>, without a general parser.</summary>
    private static bool TryReadServiceTime(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length != 24 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != '.' || text[23] != 'Z')
        {
            return false;
        }

        var year = Digits(text.Slice(0, 4));
        var month = Digits(text.Slice(5, 2));
        var day = Digits(text.Slice(8, 2));
        var hour = Digits(text.Slice(11, 2));
        var minute = Digits(text.Slice(14, 2));
        var second = Digits(text.Slice(17, 2));
        var millisecond = Digits(text.Slice(20, 3));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59 || millisecond < 0)
        {
            return false;
        }

        time = new DateTimeOffset(year, month, day, hour, minute, second, millisecond, TimeSpan.Zero);
        return true;
    }

    private static int Digits(ReadOnlySpan<byte> text)
    {
        var number = 0;
        foreach (var b in text)
        {
            if (b is < (byte)'0' or > (byte)'9')
            {
                return -1;
            }

            number = (number * 10) + (b - '0');
        }

        return number;
    }
}
