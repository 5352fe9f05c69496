using System.Diagnostics;
using EngineHost;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>The tool that makes the help ends the build when a page and its command differ. It is run as the build runs it, with one page changed.</summary>
public sealed class HelpBuilderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("civitaips-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Pages_that_agree_with_their_commands_give_help()
    {
        var (exitCode, text) = await RunAsync("Get-CivitaiImage.md", page => page);
        Assert.True(exitCode == 0, text);
        Assert.Equal(File.ReadAllText(Path.Combine(BuiltModule.Folder, "en-US", "CivitaiPS.dll-Help.xml")), File.ReadAllText(Path.Combine(_folder, "CivitaiPS.dll-Help.xml")));
    }

    [Theory]
    [InlineData("Get-CivitaiImage.md", "### -TagId", "### -TagID", "error HELP001: The parameter -TagId is not described.")]
    [InlineData("Get-CivitaiImage.md", "### -TagId", "### -Tag", "error HELP001: Get-CivitaiImage has no parameter -Tag.")]
    [InlineData("Get-CivitaiImage.md", "### -Skip\n", "### -Nothing\n", "error HELP001: The parameter -Skip is not described.")]
    [InlineData("Save-CivitaiImage.md", "### -WhatIf\n", "### -Nothing\n", "error HELP001: The parameter -WhatIf is not described.")]
    [InlineData("Save-CivitaiImage.md", "## NOTES", "### -Hash", "error HELP001: The section NOTES is missing or empty.")]
    [InlineData("Save-CivitaiImage.md", "Asks for each image before it is downloaded.", "", "error HELP001: '-Confirm' is not described.")]
    [InlineData("Disconnect-Civitai.md", "Nothing comes out.", "<b>Nothing</b> comes out.", "cannot be shown in a terminal")]
    [InlineData("Disconnect-Civitai.md", "Nothing comes out.", "Nothing comes out\u2026", "U+2026) is not ASCII")]
    [InlineData("Disconnect-Civitai.md", "](Connect-Civitai.md)", "](Elsewhere.md)", "There is no page 'Elsewhere.md'")]
    [InlineData("about_CivitaiPS.md", "## Short description", "## In short", "A topic begins with")]
    public async Task A_page_that_differs_ends_the_build_with_its_file_and_the_reason(string file, string old, string changed, string message)
    {
        var (exitCode, text) = await RunAsync(file, page =>
        {
            Assert.Contains(old, page, StringComparison.Ordinal);
            return page.Replace(old, changed, StringComparison.Ordinal);
        });
        Assert.Equal(1, exitCode);
        Assert.Contains(message, text, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_folder, file), text, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder, "*.xml"));
    }

    [Fact]
    public async Task A_command_with_three_examples_ends_the_build()
    {
        var (exitCode, text) = await RunAsync("Disconnect-Civitai.md", page =>
            page.Remove(page.IndexOf("### A connection for one look", StringComparison.Ordinal)) + page[page.IndexOf("## INPUTS", StringComparison.Ordinal)..]);
        Assert.Equal(1, exitCode);
        Assert.Contains("error HELP001: There are 3 examples; each command has 4 or more.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_without_a_page_ends_the_build()
    {
        var (exitCode, text) = await RunAsync("Save-CivitaiImage.md", _ => null);
        Assert.Equal(1, exitCode);
        Assert.Contains("error HELP001: The command Save-CivitaiImage has no page Save-CivitaiImage.md.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_without_a_command_ends_the_build()
    {
        var (exitCode, text) = await RunAsync("Remove-CivitaiImage.md", _ => File.ReadAllText(Path.Combine(Pages, "Disconnect-Civitai.md")).Replace("# Disconnect-Civitai\n", "# Remove-CivitaiImage\n", StringComparison.Ordinal));
        Assert.Equal(1, exitCode);
        Assert.Contains("error HELP001: There is no command Remove-CivitaiImage.", text, StringComparison.Ordinal);
    }

    private static string Pages => Path.Combine(BuiltModule.RepositoryRoot, "src", "CivitaiPS", "Help");

    private async Task<(int ExitCode, string Text)> RunAsync(string file, Func<string, string?> change)
    {
        // All pages are copied, since they link to each other.
        foreach (var page in Directory.GetFiles(Pages, "*.md"))
        {
            File.Copy(page, Path.Combine(_folder, Path.GetFileName(page)));
        }

        var changed = change((File.Exists(Path.Combine(_folder, file)) ? File.ReadAllText(Path.Combine(_folder, file)) : string.Empty).ReplaceLineEndings("\n"));
        if (changed is not null)
        {
            File.WriteAllText(Path.Combine(_folder, file), changed);
        }

        // What the build has told the tool, but for the pages and the folder.
        var orders = Path.Combine(_folder, "orders.txt");
        File.WriteAllLines(
            orders,
            [
                .. File.ReadAllLines(Path.Combine(BuiltModule.RepositoryRoot, BuildMetadata.Get("HelpOrders")))
                    .Where(line => !line.StartsWith("page=", StringComparison.Ordinal) && !line.StartsWith("output=", StringComparison.Ordinal)),
                .. Directory.GetFiles(_folder, "*.md").Where(page => changed is not null || Path.GetFileName(page) != file).Select(page => "page=" + page),
                "output=" + _folder,
            ]);
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Path.Combine(BuiltModule.RepositoryRoot, BuildMetadata.Get("HelpBuilder")), orders])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, text);
    }
}
