using System.Text;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;

namespace HelpBuilder;

/// <summary>Writes an about topic: plain text for a terminal of 80 columns.</summary>
internal sealed class TopicWriter
{
    private const int Width = 79;
    private const int Indent = 4;

    /// <summary>A last column narrower than this cannot be read; the rows are then written one below the other.</summary>
    private const int NarrowestColumn = 30;

    private static readonly MarkdownPipeline Tables = new MarkdownPipelineBuilder().UsePipeTables().Build();

    private readonly string _file;
    private readonly StringBuilder _text = new();

    private TopicWriter(string file) => _file = file;

    /// <summary>Gives the text of a topic.</summary>
    /// <param name="file">The Markdown file, named after the topic.</param>
    /// <exception cref="HelpFault">The page cannot be shown on a terminal.</exception>
    public static string Read(string file) => new TopicWriter(file).Read();

    private string Read()
    {
        var name = Path.GetFileNameWithoutExtension(_file);
        var blocks = Markdown.Parse(File.ReadAllText(_file), Tables).ToList();

        // Get-Help takes the fifth line for the synopsis of a topic, whatever stands there.
        if (blocks is not [HeadingBlock { Level: 1 } title, HeadingBlock { Level: 2 } first, ParagraphBlock synopsis, HeadingBlock { Level: 2 }, ..]
            || PlainText.Of(_file, title) != name
            || PlainText.Of(_file, first) != "Short description"
            || PlainText.Of(_file, synopsis).Length > Width - Indent)
        {
            throw new HelpFault(_file, 1, FormattableString.Invariant($"A topic begins with '# {name}', '## Short description' and a paragraph of {Width - Indent} characters or fewer."));
        }

        _text.Append("TOPIC\n").Append(' ', Indent).Append(name).Append('\n');
        foreach (var block in blocks.Skip(1))
        {
            Write(block);
        }

        return _text.ToString();
    }

    private void Write(Block block)
    {
        switch (block)
        {
            case HeadingBlock { Level: 2 } heading:
                _text.Append('\n').Append(PlainText.Of(_file, heading).ToUpperInvariant()).Append('\n');
                break;
            case HeadingBlock { Level: 3 } heading:
                OpenLine();
                _text.Append("  ").Append(PlainText.Of(_file, heading)).Append('\n');
                break;
            case FencedCodeBlock code:
                OpenLine();
                WriteCode(code);
                break;
            case ListBlock list:
                OpenLine();
                foreach (var (mark, text) in PlainText.Items(_file, list))
                {
                    WriteWrapped(text, Indent, mark + " ");
                }

                break;
            case Table table:
                OpenLine();
                WriteTable(table);
                break;
            case ParagraphBlock paragraph:
                OpenLine();
                WriteWrapped(PlainText.Of(_file, paragraph), Indent);
                break;
            default:
                throw Fault(block, $"A {block.GetType().Name} cannot be shown here.");
        }
    }

    /// <summary>A blank line, except right below a heading.</summary>
    private void OpenLine()
    {
        var text = _text.ToString();
        var lastLine = text[(text.TrimEnd('\n').LastIndexOf('\n') + 1)..];
        if (lastLine.StartsWith(new string(' ', Indent), StringComparison.Ordinal))
        {
            _text.Append('\n');
        }
    }

    private void WriteCode(FencedCodeBlock code)
    {
        foreach (var line in PlainText.Of(_file, code).Split('\n'))
        {
            if (line.Length > Width - Indent)
            {
                throw Fault(code, FormattableString.Invariant($"A line of code is longer than {Width - Indent} characters."));
            }

            _text.Append(' ', line.Length > 0 ? Indent : 0).Append(line).Append('\n');
        }
    }

    private void WriteTable(Table table)
    {
        var rows = table.Cast<TableRow>().Select(row => row.Cast<TableCell>().Select(cell => PlainText.Of(_file, cell)).ToArray()).ToList();
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var before = Indent + widths.SkipLast(1).Sum(width => width + 2);
        if (Width - before < NarrowestColumn)
        {
            WriteRecords(rows);
            return;
        }

        rows.Insert(1, [.. widths.Select((width, column) => new string('-', column < widths.Length - 1 ? width : Math.Min(width, Width - before)))]);
        foreach (var row in rows)
        {
            var mark = string.Concat(row.SkipLast(1).Select((cell, column) => cell.PadRight(widths[column] + 2)));
            WriteWrapped(row[^1], Indent, mark);
        }
    }

    /// <summary>A wide table as records: the first cell as a heading, the others below it, each after the name of its column.</summary>
    private void WriteRecords(List<string[]> rows)
    {
        var names = rows[0];
        var width = names.Skip(1).Max(name => name.Length) + 2;
        foreach (var row in rows.Skip(1))
        {
            OpenLine();
            _text.Append(' ', Indent).Append(row[0]).Append('\n');
            for (var column = 1; column < row.Length; column++)
            {
                WriteWrapped(row[column], Indent + 2, names[column].PadRight(width));
            }
        }
    }

    /// <summary>Words on lines of their own, the first after a mark and the others below its end.</summary>
    private void WriteWrapped(string text, int indent, string mark = "")
    {
        var line = new StringBuilder().Append(' ', indent).Append(mark);
        var start = line.Length;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > start)
            {
                if (line.Length + 1 + word.Length > Width)
                {
                    _text.Append(line).Append('\n');
                    line.Clear().Append(' ', start);
                }
                else
                {
                    line.Append(' ');
                }
            }

            line.Append(word);
        }

        _text.Append(line.ToString().TrimEnd()).Append('\n');
    }

    private HelpFault Fault(Block block, string message) => new(_file, block.Line + 1, message);
}
