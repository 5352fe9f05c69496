using System.Globalization;
using System.Linq;

namespace CivitaiPS.Pipeline;

/// <summary>Text from outside made fit for a message: on one line, without what acts on a terminal.</summary>
internal static class PlainText
{
    /// <summary>The text with each control or format character made a space.</summary>
    internal static string OneLine(string text) =>
        text.Any(IsSpecial) ? new string(text.Select(c => IsSpecial(c) ? ' ' : c).ToArray()) : text;

    /// <summary>The text on one line, cut where it is too long.</summary>
    internal static string OneLine(string text, int longest)
    {
        var line = OneLine(text).Trim();
        return line.Length <= longest ? line : line.Substring(0, longest) + "…";
    }

    private static bool IsSpecial(char c) =>
        char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
