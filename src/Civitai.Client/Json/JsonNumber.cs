using System;
using System.Globalization;

namespace Civitai.Client.Json;

/// <summary>A JSON number as the narrowest plain type that says exactly what is written.</summary>
internal static class JsonNumber
{
    /// <summary>So many characters, sign and point included, have no more digits than a decimal holds.</summary>
    private const int AlwaysExact = 28;

    /// <summary>
    /// Reads a number: long, else decimal, else double, whichever is the first to hold every digit; where none does (35 digits, <c>1e400</c>), its own text.
    /// </summary>
    /// <param name="text">A number as JSON writes it.</param>
    internal static object Read(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            return integer;
        }

        var hasExponent = text.IndexOfAny(['e', 'E']) >= 0;
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && ((!hasExponent && text.Length <= AlwaysExact) || IsSame(text, number.ToString(CultureInfo.InvariantCulture))))
        {
            return number;
        }

        // .NET Framework refuses what is too large where .NET gives infinity, which no digits say.
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && IsSame(text, real.ToString("R", CultureInfo.InvariantCulture))
            ? real
            : text;
    }

    /// <summary>Whether two texts write the same number, digit by digit.</summary>
    private static bool IsSame(string left, string right) =>
        Normalize(left, out var leftDigits, out var leftExponent) && Normalize(right, out var rightDigits, out var rightExponent)
        && leftDigits == rightDigits && (leftDigits.Length == 0 || (leftExponent == rightExponent && left[0] == '-' == (right[0] == '-')));

    /// <summary>Takes a number apart into its digits, without zeros at either end, and the power of ten of the last of them.</summary>
    private static bool Normalize(string text, out string digits, out long exponent)
    {
        digits = string.Empty;
        exponent = 0;
        var end = text.IndexOfAny(['e', 'E']);
        if (end >= 0 && !long.TryParse(text.Remove(0, end + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
        {
            return false;
        }

        var mantissa = (end < 0 ? text : text.Remove(end)).TrimStart('-', '+');
        var point = mantissa.IndexOf('.');
        if (point >= 0)
        {
            exponent -= mantissa.Length - point - 1;
            mantissa = mantissa.Remove(point, 1);
        }

        var significant = mantissa.TrimEnd('0');
        exponent += mantissa.Length - significant.Length;
        digits = significant.TrimStart('0');
        return digits.Length == 0 || char.IsDigit(digits[0]);
    }
}
