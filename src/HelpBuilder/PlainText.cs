using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace HelpBuilder;

/// <summary>
/// The words of Markdown without its marks. Only what a terminal can show is accepted, and only ASCII: the consoles of Windows PowerShell
/// show other characters or not, depending on their font and code page.
/// </summary>
internal static class PlainText
{
    /// <summary>The text of a paragraph, a heading or a cell, on one line.</summary>
    /// <param name="file">The page, for faults.</param>
    /// <param name="block">The block.</param>
    public static string Of(string file, Block block)
    {
        var text = new StringBuilder();
        switch (block)
        {
            case LeafBlock { Inline: { } inline }:
                Append(file, block, text, inline);
                break;
            case TableCell cell:
                foreach (var part in cell)
                {
                    text.Append(Of(file, part));
                }

                break;
            default:
                throw new HelpFault(file, block.Line + 1, $"A {block.GetType().Name} cannot be shown here.");
        }

        return Checked(file, block, text.ToString().Trim());
    }

    /// <summary>The lines of a code block, as they are.</summary>
    /// <param name="file">The page, for faults.</param>
    /// <param name="block">The block.</param>
    public static string Of(string file, FencedCodeBlock block) => Checked(file, block, block.Lines.ToString().ReplaceLineEndings("\n").TrimEnd());

    /// <summary>The paragraphs and list items of some blocks, each on one line.</summary>
    /// <param name="file">The page, for faults.</param>
    /// <param name="blocks">The blocks.</param>
    public static IReadOnlyList<string> Paragraphs(string file, IEnumerable<Block> blocks)
    {
        var paragraphs = new List<string>();
        foreach (var block in blocks)
        {
            if (block is ListBlock list)
            {
                paragraphs.AddRange(Items(file, list).Select(item => item.Mark + " " + item.Text));
            }
            else
            {
                paragraphs.Add(Of(file, block));
            }
        }

        return paragraphs;
    }

    /// <summary>The items of a list with what stands before each.</summary>
    /// <param name="file">The page, for faults.</param>
    /// <param name="list">The list.</param>
    public static IEnumerable<(string Mark, string Text)> Items(string file, ListBlock list)
    {
        var number = 0;
        foreach (var item in list.Cast<ListItemBlock>())
        {
            if (item.Count != 1)
            {
                throw new HelpFault(file, item.Line + 1, "An item of a list must be one paragraph.");
            }

            number++;
            yield return (list.IsOrdered ? FormattableString.Invariant($"{number}.") : "-", Of(file, item[0]));
        }
    }

    private static void Append(string file, Block block, StringBuilder text, ContainerInline inlines)
    {
        foreach (var inline in inlines)
        {
            switch (inline)
            {
                case LiteralInline literal:
                    text.Append(literal.Content.AsSpan());
                    break;
                case CodeInline code:
                    text.Append(code.Content);
                    break;
                case LineBreakInline:
                    text.Append(' ');
                    break;
                case EmphasisInline emphasis:
                    Append(file, block, text, emphasis);
                    break;
                case LinkInline { IsImage: false } link:
                    Append(file, block, text, link);
                    if (link.Url is { } url && url.Contains(':', StringComparison.Ordinal))
                    {
                        text.Append(" (").Append(url).Append(')');
                    }

                    break;
                default:
                    throw new HelpFault(file, block.Line + 1, $"A {inline.GetType().Name} cannot be shown in a terminal: put it between backticks.");
            }
        }
    }

    private static string Checked(string file, Block block, string text)
    {
        foreach (var character in text)
        {
            if (!char.IsAscii(character))
            {
                throw new HelpFault(file, block.Line + 1, FormattableString.Invariant($"'{character}' (U+{(int)character:X4}) is not ASCII."));
            }
        }

        return text;
    }
}
