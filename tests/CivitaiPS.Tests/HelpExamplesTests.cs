using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Text.RegularExpressions;
using EngineHost;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>The code in the help does what the help says that it does: it is read, bound and run.</summary>
public sealed partial class HelpExamplesTests(HelpGallery gallery, PwshSession pwsh) : IClassFixture<HelpGallery>
{
    /// <summary>What asks the user, or comes from another module, answered.</summary>
    private const string Answers = $$"""
        function Read-Host { [CmdletBinding()] param([string] $Prompt, [switch] $AsSecureString) ConvertTo-SecureString '{{HelpGallery.ApiKey}}' -AsPlainText -Force }
        function Get-Secret { [CmdletBinding()] param([string] $Name) ConvertTo-SecureString '{{HelpGallery.ApiKey}}' -AsPlainText -Force }

        """;

    public static TheoryData<string> Names => new(HelpCode.All.Select(code => code.Name));

    public static TheoryData<string> NamesForOneMachine => new(HelpCode.All.Where(code => !code.NeedsMachines).Select(code => code.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_read_and_its_parameters_bind(string name)
    {
        var code = Find(name);
        code.Parse(out var errors);
        Assert.Empty(errors.Select(error => error.Message));

        // In this process: the binder looks commands up in the runspace of the thread.
        var engine = gallery.Session.Engine;
        var before = Runspace.DefaultRunspace;
        Runspace.DefaultRunspace = engine.Runspace;
        try
        {
            foreach (var command in code.Commands().Where(IsOurs))
            {
                var info = engine.Invoke($"Get-Command -Name {command.GetCommandName()} -Module CivitaiPS").Output.Select(found => (CmdletInfo)found.BaseObject).Single();
                Assert.Equal(info.Name, command.GetCommandName());
                var binding = StaticParameterBinder.BindCommand(command, resolve: true);
                Assert.Empty(binding.BindingExceptions.Select(pair => $"{pair.Key}: {pair.Value.BindingException.Message}"));

                // Written out in full, as scripts should be.
                foreach (var parameter in command.CommandElements.OfType<CommandParameterAst>())
                {
                    Assert.Contains(parameter.ParameterName, info.Parameters.Keys, StringComparer.Ordinal);
                    Assert.Contains(parameter.ParameterName, binding.BoundParameters.Keys, StringComparer.OrdinalIgnoreCase);
                }
            }
        }
        finally
        {
            Runspace.DefaultRunspace = before;
        }
    }

    [Theory]
    [MemberData(nameof(NamesForOneMachine))]
    public async Task It_runs_without_an_error(string name)
    {
        var code = Find(name);
        var folder = Directory.CreateDirectory(Path.Combine(gallery.Session.Folder, name)).FullName;
        var result = await pwsh.RunAsync(folder, Answers + code.Code, TestContext.Current.CancellationToken);
        Assert.Empty(result.Errors);
    }

    [Fact]
    public void An_example_of_each_command_shows_it_with_one_of_the_commands_that_everybody_uses()
    {
        var commands = HelpCode.All.Where(code => code.Name.Contains('-', StringComparison.Ordinal)).GroupBy(code => code.Name.Split(' ')[0], StringComparer.Ordinal);
        Assert.All(commands, command => Assert.Contains(command, code => Familiar().IsMatch(code.Code)));
    }

    [Fact]
    public async Task What_is_saved_by_the_examples_arrives()
    {
        var folder = Directory.CreateDirectory(Path.Combine(gallery.Session.Folder, "saved")).FullName;
        var result = await pwsh.RunAsync(folder, Find("Save-CivitaiImage 1").Code, TestContext.Current.CancellationToken);
        Assert.Empty(result.Errors);
        Assert.Equal(20, result.Output.Count);
        Assert.Equal(20, Directory.GetFiles(Path.Combine(folder, "castles")).Length);
    }

    private static HelpCode Find(string name) => HelpCode.All.Single(code => string.Equals(code.Name, name, StringComparison.Ordinal));

    private static bool IsOurs(CommandAst command) => command.GetCommandName()?.Contains("Civitai", StringComparison.OrdinalIgnoreCase) == true;

    [GeneratedRegex(@"Export-Csv|Select-Object .*-First|Get-Date", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Familiar();
}
