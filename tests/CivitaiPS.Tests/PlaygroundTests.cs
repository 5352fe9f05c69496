using Xunit;

namespace CivitaiPS.Tests;

public sealed class PlaygroundTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("civitaips-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Output_is_shown_as_PowerShell_shows_it_and_without_colours_where_nobody_looks()
    {
        var run = await RunAsync("", "-NoGallery", "-Command", "[pscustomobject]@{ Name = 'castle'; Count = 3 }");
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Error);
        Assert.Matches(@"^\s*Name\s+Count\s+-+\s+-+\s+castle\s+3\s*$", run.Output);
    }

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("throw 'no'", 1)]
    [InlineData("1 +* 2", 1)]
    [InlineData("No-SuchCommand; 'went on'", 1)]
    [InlineData("try { throw 'no' } catch { 'caught' }", 0)]
    [InlineData("Import-Module NoSuchModule -ErrorAction SilentlyContinue", 0)]
    public async Task The_exit_code_tells_whether_an_error_was_shown(string command, int exitCode)
    {
        var run = await RunAsync("", "-NoGallery", "-Command", command);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(exitCode == 1, run.Error.Length > 0);
    }

    [Fact]
    public async Task A_command_that_only_an_installed_PowerShell_has_is_explained()
    {
        var run = await RunAsync("", "-NoGallery", "-Command", "1..3 | select-object -First 1");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Select-Object comes with an installed PowerShell", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("y\n", "deleted")]
    [InlineData("maybe\nn\n", "")]
    public async Task A_question_is_answered_on_standard_input(string typed, string result)
    {
        var run = await RunAsync(typed, "-NoGallery", "-Command", Asking);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("[Y] Yes  [A] Yes to All  [N] No  [L] No to All", run.Output, StringComparison.Ordinal);
        Assert.EndsWith(result, run.Output.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(result.Length > 0, run.Output.Contains("deleted", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-NonInteractive")]
    [InlineData(null)]
    public async Task A_question_that_nobody_can_answer_is_an_error(string? option)
    {
        var run = await RunAsync("", [.. option is null ? [] : new[] { option }, "-NoGallery", "-Command", Asking]);
        Assert.Equal(1, run.ExitCode);
        Assert.DoesNotContain("deleted", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prompt_takes_scripts_of_several_lines_and_ends_with_exit()
    {
        var run = await RunAsync("if ($true) {\n'several lines'\n}\n$answer = 41\n$answer + 1\nexit 3\n", "-NoGallery", "-Interactive");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("several lines", run.Output, StringComparison.Ordinal);
        Assert.Contains("42", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_that_make_no_sense_are_refused_with_the_list_of_those_that_do()
    {
        var run = await RunAsync("", "-Comand", "1");
        Assert.Equal(64, run.ExitCode);
        Assert.Contains("'-Comand'", run.Error, StringComparison.Ordinal);
        Assert.Contains("-Interactive", run.Error, StringComparison.Ordinal);
    }

    private const string Asking =
        "function Remove-Thing { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param() if ($PSCmdlet.ShouldProcess('it')) { 'deleted' } }; Remove-Thing";

    private Task<PlaygroundProcess> RunAsync(string input, params string[] arguments) =>
        PlaygroundProcess.RunAsync(_folder, input, TestContext.Current.CancellationToken, arguments);
}
