using System.Management.Automation.Language;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using EngineHost;

namespace CivitaiPS.Tests;

/// <summary>A piece of code that people are shown: an example of a command, a block of a topic, or one of the README.</summary>
/// <param name="name">Where it stands, for instance <c>Get-CivitaiImage 3</c>.</param>
/// <param name="code">The code.</param>
internal sealed partial class HelpCode(string name, string code)
{
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>All code that the help shows. The examples come from the built module; in a built topic code is no longer told from words.</summary>
    public static IReadOnlyList<HelpCode> All { get; } = [.. OfCommands(), .. OfTopics(), .. OfReadme().Where(code => !code.Installs)];

    /// <summary>How the README says that the module is installed.</summary>
    public static HelpCode Installation { get; } = OfReadme().Single(code => code.Installs);

    /// <summary>Where it stands.</summary>
    public string Name { get; } = name;

    /// <summary>The code.</summary>
    public string Code { get; } = code;

    /// <summary>Whether it is for several machines; <see cref="RemotingTests"/> have them.</summary>
    public bool NeedsMachines => Code.Contains(" -HostName ", StringComparison.Ordinal);

    /// <summary>Whether it installs the module.</summary>
    private bool Installs => Code.Contains("Install-PSResource", StringComparison.Ordinal);

    /// <summary>The code as the language parser reads it.</summary>
    /// <param name="errors">What it does not understand.</param>
    public ScriptBlockAst Parse(out ParseError[] errors) => Parser.ParseInput(Code, out _, out errors);

    /// <summary>The commands in it, those in script blocks included.</summary>
    public IReadOnlyList<CommandAst> Commands() => [.. Parse(out _).FindAll(ast => ast is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>()];

    private static IEnumerable<HelpCode> OfCommands() =>
        from command in XDocument.Load(Path.Combine(BuiltModule.Folder, "en-US", "CivitaiPS.dll-Help.xml")).Descendants(Command + "command")
        let name = command.Element(Command + "details")!.Element(Command + "name")!.Value
        from example in command.Descendants(Command + "example").Select((element, index) => (Element: element, Number: index + 1))
        select new HelpCode(FormattableString.Invariant($"{name} {example.Number}"), example.Element.Element(Dev + "code")!.Value);

    private static IEnumerable<HelpCode> OfTopics() =>
        from file in Directory.GetFiles(Path.Combine(BuiltModule.RepositoryRoot, "src", "CivitaiPS", "Help"), "about_*.md").Order(StringComparer.Ordinal)
        from block in CodeBlock().Matches(File.ReadAllText(file)).Select((match, index) => (match.Groups["code"].Value, Number: index + 1))
        select new HelpCode(FormattableString.Invariant($"{Path.GetFileNameWithoutExtension(file)} {block.Number}"), block.Value);

    private static IEnumerable<HelpCode> OfReadme() =>
        from block in CodeBlock().Matches(File.ReadAllText(Path.Combine(BuiltModule.RepositoryRoot, "README.md"))).Select((match, index) => (match.Groups["code"].Value, Number: index + 1))
        select new HelpCode(FormattableString.Invariant($"README {block.Number}"), block.Value);

    [GeneratedRegex("^```powershell\r?\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodeBlock();
}
