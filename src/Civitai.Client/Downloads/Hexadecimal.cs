using System;

namespace Civitai.Client.Downloads;

/// <summary>Bytes as lower-case hexadecimal digits, as checksum files have them.</summary>
internal static class Hexadecimal
{
    internal static string Of(ReadOnlySpan<byte> bytes)
    {
        const string Digits = "0123456789abcdef";
        var text = new char[bytes.Length * 2];
        for (var i = 0; i < bytes.Length; i++)
        {
            text[2 * i] = Digits[bytes[i] >> 4];
            text[(2 * i) + 1] = Digits[bytes[i] & 0x0F];
        }

        return new string(text);
    }
}
