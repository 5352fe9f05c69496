using System.Globalization;

namespace Civitai;

/// <summary>A number of bytes in words, in the current culture.</summary>
internal static class ByteSize
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    /// <summary>For instance <c>61 MB</c> or <c>6.1 MB</c>: decimal units, two digits at least.</summary>
    internal static string Format(double bytes)
    {
        var unit = 0;
        while (bytes >= 999.5 && unit < Units.Length - 1)
        {
            bytes /= 1000;
            unit++;
        }

        return bytes.ToString(unit > 0 && bytes < 9.95 ? "0.#" : "N0", CultureInfo.CurrentCulture) + " " + Units[unit];
    }
}
