using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace HelpBuilder;

/// <summary>Reads the page of a command.</summary>
internal sealed class PageReader
{
    private const int FewestExamples = 4;
    private const string Parameters = "PARAMETERS";
    private const string DefaultMark = "Default:";

    private static readonly string[] Sections = ["SYNOPSIS", "DESCRIPTION", "EXAMPLES", Parameters, "INPUTS", "OUTPUTS", "NOTES", "RELATED LINKS"];

    private readonly string _file;
    private readonly Dictionary<string, (int Line, List<Block> Blocks)> _sections = [];

    private PageReader(string file) => _file = file;

    /// <summary>Reads a page.</summary>
    /// <param name="file">The Markdown file, named after the command.</param>
    /// <exception cref="HelpFault">The page lacks something or has something that it should not have.</exception>
    public static HelpPage Read(string file) => new PageReader(file).Read();

    private HelpPage Read()
    {
        var name = Path.GetFileNameWithoutExtension(_file);
        Split(name);
        return new HelpPage
        {
            File = _file,
            Name = name,
            Synopsis = Synopsis(),
            Description = Prose("DESCRIPTION"),
            Examples = Examples(),
            Parameters = Entries(Parameters).Select(Parameter).ToList(),
            Inputs = Entries("INPUTS").ToList(),
            Outputs = Entries("OUTPUTS").ToList(),
            Notes = Prose("NOTES"),
            Links = Links(),
        };
    }

    private void Split(string name)
    {
        (int Line, List<Block> Blocks)? section = null;
        var titled = false;
        foreach (var block in Markdown.Parse(File.ReadAllText(_file)))
        {
            if (block is HeadingBlock { Level: 1 } title && !titled)
            {
                titled = true;
                if (!string.Equals(PlainText.Of(_file, title), name, StringComparison.Ordinal))
                {
                    throw Fault(block, $"The title must be '{name}', as the file's name.");
                }
            }
            else if (block is HeadingBlock { Level: 2 } heading)
            {
                var text = PlainText.Of(_file, heading);
                section = (block.Line + 1, []);
                if (!Sections.Contains(text, StringComparer.Ordinal) || !_sections.TryAdd(text, section.Value))
                {
                    throw Fault(block, $"'{text}' is no section, or is there twice. The sections are {string.Join(", ", Sections)}.");
                }
            }
            else if (section is { } current && block is not HeadingBlock { Level: 1 })
            {
                current.Blocks.Add(block);
            }
            else
            {
                throw Fault(block, "A page begins with its title and its sections.");
            }
        }

        // Some commands have no parameters; PageCheck knows which.
        _sections.TryAdd(Parameters, (0, []));
        foreach (var missing in Sections.Where(known => known != Parameters && (!_sections.TryGetValue(known, out var found) || found.Blocks.Count == 0)))
        {
            throw new HelpFault(_file, 0, $"The section {missing} is missing or empty.");
        }
    }

    private string Synopsis()
    {
        var (line, blocks) = _sections["SYNOPSIS"];
        return blocks is [ParagraphBlock paragraph] ? PlainText.Of(_file, paragraph) : throw new HelpFault(_file, line, "The synopsis must be one paragraph.");
    }

    private IReadOnlyList<string> Prose(string section) => PlainText.Paragraphs(_file, _sections[section].Blocks);

    private IEnumerable<(HeadingBlock Heading, List<Block> Blocks)> Subsections(string section)
    {
        (HeadingBlock Heading, List<Block> Blocks)? current = null;
        foreach (var block in _sections[section].Blocks)
        {
            if (block is HeadingBlock { Level: 3 } heading)
            {
                if (current is { } done)
                {
                    yield return done;
                }

                current = (heading, []);
            }
            else if (current is { } open)
            {
                open.Blocks.Add(block);
            }
            else
            {
                throw Fault(block, $"The section {section} has a heading of the third level for each entry.");
            }
        }

        if (current is { } last)
        {
            yield return last;
        }
    }

    private List<HelpExample> Examples()
    {
        var examples = new List<HelpExample>();
        foreach (var (heading, blocks) in Subsections("EXAMPLES"))
        {
            if (blocks is not [FencedCodeBlock code, _, ..])
            {
                throw Fault(heading, "An example is a title, one block of code, and words about it.");
            }

            examples.Add(new HelpExample(PlainText.Of(_file, heading), PlainText.Of(_file, code), PlainText.Paragraphs(_file, blocks.Skip(1))));
        }

        return examples.Count >= FewestExamples
            ? examples
            : throw new HelpFault(_file, _sections["EXAMPLES"].Line, FormattableString.Invariant($"There are {examples.Count} examples; each command has {FewestExamples} or more."));
    }

    private IEnumerable<HelpEntry> Entries(string section)
    {
        foreach (var (heading, blocks) in Subsections(section))
        {
            var name = PlainText.Of(_file, heading);
            var text = PlainText.Paragraphs(_file, blocks);
            if (text.Count == 0 || text.Any(paragraph => paragraph.Length == 0))
            {
                throw Fault(heading, $"'{name}' is not described.");
            }

            yield return new HelpEntry(name, heading.Line + 1, text, Default: null);
        }
    }

    /// <summary>A parameter has its dash on the page, and its default, where there is one that reflection cannot know, in a last paragraph.</summary>
    private HelpEntry Parameter(HelpEntry entry)
    {
        if (!entry.Name.StartsWith('-'))
        {
            throw new HelpFault(_file, entry.Line, $"'{entry.Name}' is among the parameters without a dash.");
        }

        var name = entry.Name[1..];
        var last = entry.Text[^1];
        if (!last.StartsWith(DefaultMark, StringComparison.Ordinal))
        {
            return entry with { Name = name };
        }

        return entry.Text.Count > 1
            ? entry with { Name = name, Text = [.. entry.Text.SkipLast(1)], Default = last[DefaultMark.Length..].Trim().TrimEnd('.') }
            : throw new HelpFault(_file, entry.Line, $"'{entry.Name}' has a default but no description.");
    }

    private List<HelpLink> Links()
    {
        var links = new List<HelpLink>();
        foreach (var block in _sections["RELATED LINKS"].Blocks)
        {
            if (block is not ListBlock list)
            {
                throw Fault(block, "The related links are a list.");
            }

            foreach (var item in list.Descendants<ParagraphBlock>())
            {
                if (item.Inline?.ToList() is not [LinkInline { Url: { } address, FirstChild: LiteralInline text }])
                {
                    throw Fault(item, "Each related link is a link and nothing else.");
                }

                links.Add(new HelpLink(text.Content.ToString(), IsLocal(item, address, text.Content.ToString()) ? null : address));
            }
        }

        return links;
    }

    private bool IsLocal(Block block, string address, string text)
    {
        if (address.Contains(':', StringComparison.Ordinal))
        {
            return false;
        }

        return File.Exists(Path.Combine(Path.GetDirectoryName(_file)!, address)) && string.Equals(address, text + ".md", StringComparison.Ordinal)
            ? true
            : throw Fault(block, $"There is no page '{address}', or the link's text is not its name.");
    }

    private HelpFault Fault(Block block, string message) => new(_file, block.Line + 1, message);
}
