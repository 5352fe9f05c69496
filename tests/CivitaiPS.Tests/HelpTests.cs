using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using System.Text.RegularExpressions;
using EngineHost;
using Microsoft.PowerShell;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>What Get-Help says, held against what the commands are.</summary>
public sealed partial class HelpTests : IDisposable
{
    private readonly EngineSession _engine = new();

    public HelpTests() => _engine.Import();

    public static TheoryData<string> Commands =>
        ["Connect-Civitai", "Disconnect-Civitai", "Get-CivitaiConnection", "Get-CivitaiImage", "Save-CivitaiImage"];

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Every_command_is_tested_here()
    {
        var exported = _engine.Invoke("(Get-Module CivitaiPS).ExportedCommands.Keys").Output.Select(Shown);
        Assert.Equal(exported.Order(StringComparer.Ordinal), Commands.Select(row => row.Data).Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_has_all_its_parts(string name)
    {
        var help = Help(name);
        Assert.Contains("MamlCommandHelpInfo", help.TypeNames, StringComparer.Ordinal);
        AssertWords(help, "Synopsis");
        AssertWords(help, "description");
        AssertWords(help, "alertSet", "alert");
        Assert.All(Many(help, "inputTypes", "inputType"), AssertTyped);
        Assert.All(Many(help, "returnValues", "returnValue"), AssertTyped);
        Assert.NotEmpty(Many(help, "relatedLinks", "navigationLink"));

        var examples = Many(help, "examples", "example");
        Assert.True(examples.Count >= 4, $"{name} has {examples.Count} examples.");
        Assert.All(examples, example =>
        {
            AssertWords(example, "title");
            AssertWords(example, "code");
            AssertWords(example, "remarks");
        });
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_describes_exactly_the_parameters_that_the_command_has(string name)
    {
        var command = Command(name);
        var parameters = Own(command.Parameters.Values).ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);
        var described = Many(Help(name), "parameters", "parameter").ToDictionary(parameter => Text(parameter, "name"), StringComparer.Ordinal);
        Assert.Equal(parameters.Keys.Order(StringComparer.Ordinal), described.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, help) in described)
        {
            var parameter = parameters[key];
            var sets = parameter.ParameterSets.Values;
            AssertWords(help, "description");
            Assert.Equal(TypeOf(parameter.ParameterType), Text(Property(help, "type")!, "name"));
            Assert.Equal(TypeOf(parameter.ParameterType), Text(help, "parameterValue"));
            Assert.Equal(sets.All(set => set.IsMandatory), bool.Parse(Text(help, "required")));
            Assert.Equal(PositionOf(sets.Max(set => set.Position)), Text(help, "position"));
            Assert.Equal(sets.Any(set => set.ValueFromPipeline) ? "True (ByValue)" : "False", Text(help, "pipelineInput"));
            Assert.Equal(parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases), Text(help, "aliases"));
            Assert.Equal(parameter.ParameterType.IsArray, bool.Parse(Text(help, "variableLength")));
            Assert.Equal(parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any(), bool.Parse(Text(help, "globbing")));
            Assert.NotEmpty(Text(help, "defaultValue"));
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_shows_the_syntax_that_the_command_has(string name)
    {
        var command = Command(name);
        var syntax = Many(Help(name), "syntax", "syntaxItem");
        Assert.Equal(command.ParameterSets.Count, syntax.Count);
        foreach (var (set, shown) in command.ParameterSets.OrderByDescending(set => set.IsDefault).Zip(syntax))
        {
            // In the same order too, which is how both are read.
            Assert.Equal(name, Text(shown, "name"));
            var parameters = Own(set.Parameters).ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);
            var described = Property(shown, "parameter") is { } some ? Each(some) : [];
            Assert.Equal(parameters.Keys.Order(StringComparer.Ordinal), described.Select(parameter => Text(parameter, "name")).Order(StringComparer.Ordinal));
            foreach (var help in described)
            {
                var parameter = parameters[Text(help, "name")];
                Assert.Equal(parameter.IsMandatory, bool.Parse(Text(help, "required")));
                Assert.Equal(PositionOf(parameter.Position), Text(help, "position"));
                Assert.Equal(Words(parameter.Attributes, parameter.ParameterType), Property(help, "parameterValueGroup") is { } group ? string.Join(' ', Each(Property(group, "parameterValue")!).Select(Shown)) : string.Empty);
                Assert.Equal(parameter.ParameterType != typeof(SwitchParameter), Property(help, "parameterValue") is not null);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Defaults_are_those_of_the_command(string name)
    {
        var command = Command(name);
        var instance = Activator.CreateInstance(command.ImplementingType)!;
        foreach (var help in Many(Help(name), "parameters", "parameter"))
        {
            var property = command.ImplementingType.GetProperty(Text(help, "name"));
            var expected = property?.GetValue(instance) switch
            {
                SwitchParameter => "False",
                int and not 0 and var number => number.ToString(CultureInfo.InvariantCulture),
                string { Length: > 0 } text and not "." => text,
                Enum word when property.Name is "Sort" or "Period" => word.ToString(),
                _ => null,
            };
            Assert.Equal(expected ?? Text(help, "defaultValue"), Text(help, "defaultValue"));
        }
    }

    [Theory]
    [InlineData("Get-CivitaiImage", "IncludeTotalCount Skip First")]
    [InlineData("Save-CivitaiImage", "WhatIf Confirm")]
    public void What_the_engine_adds_is_described_too(string command, string parameters)
    {
        foreach (var parameter in parameters.Split(' '))
        {
            AssertWords(_engine.Invoke($"Get-Help -Name {command} -Parameter {parameter}").Output.Single(), "description");
        }
    }

    [Fact]
    public void Help_of_Get_says_first_what_is_listed_without_a_level()
    {
        var first = Each(Property(Help("Get-CivitaiImage"), "description")!)[0];
        Assert.StartsWith("Without -NsfwLevel", Text(first, "Text"), StringComparison.Ordinal);
        Assert.Contains("None (PG)", Text(first, "Text"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("about_CivitaiPS", "START HERE")]
    [InlineData("about_CivitaiPS_Errors", "CivitaiImageNotFound")]
    public void Topics_are_found_and_fit_a_terminal(string topic, string words)
    {
        var found = _engine.Invoke($"Get-Help -Name {topic}").Output.Single();
        Assert.Contains(words, Shown(found), StringComparison.Ordinal);
        Assert.Equal(topic, found.Properties["Name"].Value);
        Assert.EndsWith(".", (string)found.Properties["Synopsis"].Value, StringComparison.Ordinal);
        foreach (var line in Shown(found).Split('\n'))
        {
            Assert.True(line.Length <= 80 && line.All(char.IsAscii), line);
        }
    }

    [Theory]
    [InlineData("C", "")]
    [InlineData("en_GB.UTF-8", "en-GB")]
    [InlineData("tr_TR.UTF-8", "tr-TR")]
    [InlineData("ar_SA.UTF-8", "ar-SA")]
    public async Task Help_is_found_in_every_language(string language, string culture)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The language is the user's setting there.");
        var start = PwshRun.Describe(Path.GetTempPath(), "-NonInteractive", "-Command", """
            "[$([cultureinfo]::CurrentUICulture.Name)]"
            (Get-Help Get-CivitaiImage).PSObject.TypeNames -contains 'MamlCommandHelpInfo'
            (Get-Help about_CivitaiPS) -match 'START HERE'
            """);
        start.Environment["LC_ALL"] = language;
        var run = await PwshRun.StartAsync(start, TestContext.Current.CancellationToken);
        Assert.Equal([$"[{culture}]", "True", "True"], run.Lines);
    }

    [Fact]
    public void The_table_of_errors_names_every_error_with_its_category()
    {
        var text = Shown(_engine.Invoke("Get-Help -Name about_CivitaiPS_Errors").Output.Single());
        var described = ErrorEntry().Matches(text).Select(match => $"{match.Groups["id"].Value} {match.Groups["category"].Value}");

        // The module's own types, as they are in this process; the tests do not reference them.
        var errors = Loaded("Civitai").GetType("Civitai.CivitaiError", throwOnError: true)!;
        var exceptions = Loaded("Civitai").GetType("Civitai.CivitaiException", throwOnError: true)!;
        var records = Loaded("CivitaiPS").GetType("CivitaiPS.Pipeline.ErrorRecords", throwOnError: true)!.GetMethod("From", BindingFlags.Static | BindingFlags.NonPublic)!;
        var real = Enum.GetValues(errors).Cast<object>().Select(error =>
        {
            var exception = Activator.CreateInstance(exceptions, BindingFlags.CreateInstance | BindingFlags.OptionalParamBinding | BindingFlags.Public | BindingFlags.Instance, binder: null, [error, "message"], culture: null);
            var record = (ErrorRecord)records.Invoke(null, [exception, null])!;
            return $"{EngineResult.IdOf(record)} {record.CategoryInfo.Category}";
        });

        Assert.Equal(real.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_else_is_in_the_folder_of_the_help()
    {
        var files = Directory.GetFileSystemEntries(Path.Combine(BuiltModule.Folder, "en-US")).Select(Path.GetFileName).Order(StringComparer.Ordinal);
        Assert.Equal("CivitaiPS.dll-Help.xml about_CivitaiPS.help.txt about_CivitaiPS_Errors.help.txt", string.Join(' ', files));
    }

    private static Assembly Loaded(string name) =>
        AppDomain.CurrentDomain.GetAssemblies().First(assembly => string.Equals(assembly.GetName().Name, name, StringComparison.Ordinal));

    private PSObject Help(string name) => _engine.Invoke($"Get-Help -Name {name} -Full").Output.Single();

    private CmdletInfo Command(string name) => (CmdletInfo)_engine.Invoke($"Get-Command -Name {name}").Output.Single().BaseObject;

    private static IEnumerable<ParameterMetadata> Own(IEnumerable<ParameterMetadata> parameters) => parameters.Where(parameter => !IsCommon(parameter.Name));

    private static IEnumerable<CommandParameterInfo> Own(IEnumerable<CommandParameterInfo> parameters) => parameters.Where(parameter => !IsCommon(parameter.Name));

    private static bool IsCommon(string name) => Cmdlet.CommonParameters.Contains(name);

    /// <summary>A type as PowerShell writes it, without the namespace.</summary>
    private static string TypeOf(Type type) => type == typeof(SwitchParameter) ? "switch" : ToStringCodeMethods.Type(PSObject.AsPSObject(type)).Split('.')[^1];

    private static string PositionOf(int position) => position < 0 ? "named" : position.ToString(CultureInfo.InvariantCulture);

    private static string Words(IEnumerable<Attribute> attributes, Type type) =>
        attributes.OfType<ValidateSetAttribute>().FirstOrDefault() is { } set ? string.Join(' ', set.ValidValues)
        : type.IsEnum ? string.Join(' ', Enum.GetNames(type).Where(word => !type.IsDefined(typeof(FlagsAttribute)) || Convert.ToInt64(Enum.Parse(type, word), CultureInfo.InvariantCulture) != 0))
        : string.Empty;

    private static PSObject? Property(PSObject owner, string name) => owner.Properties[name]?.Value is { } value ? PSObject.AsPSObject(value) : null;

    private static string Text(PSObject owner, string name) => Property(owner, name) is { } value ? Shown(value).Trim() : string.Empty;

    private static string Shown(PSObject value) => value.ToString(format: null, CultureInfo.InvariantCulture);

    private static List<PSObject> Many(PSObject owner, string list, string element) => Property(owner, list) is { } found && Property(found, element) is { } elements ? Each(elements) : [];

    private static List<PSObject> Each(PSObject value) => value.BaseObject is IEnumerable many and not string ? [.. many.Cast<object>().Select(PSObject.AsPSObject)] : [value];

    /// <summary>Asserts that a part is there and that each of its paragraphs says something; the empty one that sets examples apart is at their end.</summary>
    private static void AssertWords(PSObject owner, string part, string? element = null)
    {
        var words = Property(owner, part);
        words = words is null || element is null ? words : Property(words, element);
        Assert.NotNull(words);
        var texts = Each(words).Select(paragraph => Shown(Property(paragraph, "Text") ?? paragraph)).ToList();
        Assert.Contains(texts, text => text.Trim().Length > 0);
        Assert.DoesNotContain(texts.SkipLast(1), text => text.Trim().Length == 0);
    }

    private static void AssertTyped(PSObject entry)
    {
        Assert.NotEmpty(Text(Property(entry, "type")!, "name"));
        AssertWords(entry, "description");
    }

    [GeneratedRegex(@"^    (?<id>Civitai\w+)\n      Category +(?<category>\w+)\n      When +\S.*?\n      What to do +\S", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ErrorEntry();
}
