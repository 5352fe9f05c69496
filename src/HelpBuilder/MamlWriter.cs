using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace HelpBuilder;

/// <summary>Writes the XML that Get-Help reads for the commands of an assembly.</summary>
internal static class MamlWriter
{
    private static readonly XNamespace Root = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Cmd = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>Writes the file.</summary>
    /// <param name="file">The path of the file.</param>
    /// <param name="commands">The commands, each with its page.</param>
    public static void Write(string file, IEnumerable<(Command Command, HelpPage Page)> commands)
    {
        var document = new XElement(
            Root + "helpItems",
            new XAttribute("schema", "maml"),
            commands.Select(pair => Command(pair.Command, pair.Page)));
        using var writer = XmlWriter.Create(file, new XmlWriterSettings { Indent = true, NewLineChars = "\n", NewLineHandling = NewLineHandling.Replace });
        document.WriteTo(writer);
    }

    private static XElement Command(Command command, HelpPage page) => new(
        Cmd + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Maml),
        new XAttribute(XNamespace.Xmlns + "command", Cmd),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(
            Cmd + "details",
            new XElement(Cmd + "name", command.Name),
            new XElement(Cmd + "verb", command.Verb),
            new XElement(Cmd + "noun", command.Noun),
            Description([page.Synopsis])),
        Description(page.Description),
        new XElement(Cmd + "syntax", command.Sets.Select(set => Syntax(command, page, set))),
        new XElement(Cmd + "parameters", command.Parameters.OrderBy(parameter => parameter.Name, StringComparer.Ordinal).Select(parameter => Parameter(parameter, page))),
        new XElement(Cmd + "inputTypes", page.Inputs.Select(entry => Type(Cmd + "inputType", entry))),
        new XElement(Cmd + "returnValues", page.Outputs.Select(entry => Type(Cmd + "returnValue", entry))),
        new XElement(Maml + "alertSet", new XElement(Maml + "alert", Paragraphs(page.Notes))),
        new XElement(Cmd + "examples", page.Examples.Select((example, index) => Example(example, index + 1))),
        new XElement(Cmd + "relatedLinks", page.Links.Select(Link)));

    private static XElement Syntax(Command command, HelpPage page, string set) => new(
        Cmd + "syntaxItem",
        new XElement(Maml + "name", command.Name),
        command.ParametersOf(set).Select(pair => InSyntax(pair.Parameter, pair.Use, page)));

    /// <summary>Here Get-Help shows a parameter without a value as a switch, and a group of values instead of the type.</summary>
    private static XElement InSyntax(CommandParameter parameter, ParameterUse use, HelpPage page) => new(
        Cmd + "parameter",
        Attributes(parameter, use.IsRequired, use.Position, use.PipelineInput),
        new XElement(Maml + "name", parameter.Name),
        Description(Words(parameter, page)),
        parameter.AcceptedValues.Count == 0
            ? null
            : new XElement(Cmd + "parameterValueGroup", parameter.AcceptedValues.Select(value => Value(value, isRequired: false, isArray: false))),
        parameter.IsSwitch ? null : Value(parameter.Type, isRequired: true, parameter.IsArray),
        TypeName(parameter.Type),
        Default(parameter, page));

    private static XElement Parameter(CommandParameter parameter, HelpPage page)
    {
        var positions = parameter.Uses.Select(use => use.Position).Distinct().ToList();
        return new XElement(
            Cmd + "parameter",
            Attributes(parameter, parameter.Uses.All(use => use.IsRequired), positions is [var only] ? only : positions.Max(), parameter.Uses[0].PipelineInput),
            new XElement(Maml + "name", parameter.Name),
            Description(Words(parameter, page)),
            Value(parameter.Type, !parameter.IsSwitch, parameter.IsArray),
            TypeName(parameter.Type),
            Default(parameter, page));
    }

    private static IEnumerable<XAttribute> Attributes(CommandParameter parameter, bool isRequired, int? position, string pipelineInput) =>
    [
        new XAttribute("required", isRequired),
        new XAttribute("variableLength", parameter.IsArray),
        new XAttribute("globbing", parameter.TakesWildcards),
        new XAttribute("pipelineInput", pipelineInput),
        new XAttribute("position", position?.ToString(CultureInfo.InvariantCulture) ?? "named"),
        new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
    ];

    /// <summary>What the page says, and what the assembly says about the values.</summary>
    private static IEnumerable<string> Words(CommandParameter parameter, HelpPage page)
    {
        foreach (var paragraph in Entry(parameter, page).Text)
        {
            yield return paragraph;
        }

        if (parameter.AcceptedValues.Count > 0)
        {
            yield return "Accepted values: " + string.Join(", ", parameter.AcceptedValues) + ".";
        }

        if (parameter.Range is { } range)
        {
            yield return range.Most == "any" ? $"Accepted values: {range.Least} and above." : $"Accepted values: {range.Least} to {range.Most}.";
        }
    }

    private static HelpEntry Entry(CommandParameter parameter, HelpPage page) => page.Parameters.First(entry => entry.Name == parameter.Name);

    private static XElement Default(CommandParameter parameter, HelpPage page) =>
        new(Dev + "defaultValue", Entry(parameter, page).Default ?? (parameter.IsSwitch ? "False" : "None"));

    private static XElement Value(string text, bool isRequired, bool isArray) => new(
        Cmd + "parameterValue", new XAttribute("required", isRequired), new XAttribute("variableLength", isArray), text);

    private static XElement TypeName(string name) => new(Dev + "type", new XElement(Maml + "name", name), new XElement(Maml + "uri"));

    private static XElement Type(XName element, HelpEntry entry) => new(element, TypeName(entry.Name), Description(entry.Text));

    private static XElement Example(HelpExample example, int number) => new(
        Cmd + "example",
        new XElement(Maml + "title", FormattableString.Invariant($"--- Example {number}: {example.Title} ---")),
        new XElement(Dev + "code", example.Code),
        // Get-Help puts nothing between an example and the next one.
        new XElement(Dev + "remarks", Paragraphs([.. example.Remarks, string.Empty])));

    private static XElement Link(HelpLink link) => new(
        Maml + "navigationLink", new XElement(Maml + "linkText", link.Text), new XElement(Maml + "uri", link.Address));

    private static XElement Description(IEnumerable<string> paragraphs) => new(Maml + "description", Paragraphs(paragraphs));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> paragraphs) => paragraphs.Select(paragraph => new XElement(Maml + "para", paragraph));
}
