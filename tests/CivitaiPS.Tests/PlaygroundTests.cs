using Xunit;

namespace CivitaiPS.Tests;

public sealed class PlaygroundTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("civitaips-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_main_job_saves_pictures_and_asks_for_what_they_need_and_no_more()
    {
        var log = Path.Combine(_folder, "requests.txt");
        var run = await RunAsync("", "-RequestLog", log);
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Error);

        var pictures = Directory.GetFiles(Path.Combine(_folder, "pictures"));
        Assert.InRange(pictures.Length, 1, 20);
        Assert.All(pictures, picture => Assert.True(HasSignatureOfItsExtension(picture), picture));
        Assert.All(pictures, picture => Assert.Contains(Path.GetFileName(picture), run.Output, StringComparison.Ordinal));

        // The service ignores the order when only a model is given, so that each of its five versions is asked for its own best twenty.
        var requests = await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken);
        var media = requests.Count(request => !request.Contains("/api/", StringComparison.Ordinal));
        Assert.Equal(pictures.Length, media);
        Assert.Equal("200 GET /api/v1/models/123", requests[0]);
        var feeds = requests.Where(request => request.Contains("/api/v1/images?", StringComparison.Ordinal)).ToList();
        Assert.Equal(5, feeds.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(requests.Length - media - 1, feeds.Count);
        Assert.All(feeds, request => Assert.EndsWith("limit=20", request, StringComparison.Ordinal));
    }

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

    private static bool HasSignatureOfItsExtension(string path)
    {
        var start = File.ReadAllBytes(path).AsSpan();
        return Path.GetExtension(path) switch
        {
            ".png" => start.StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]),
            ".jpg" => start.StartsWith<byte>([0xFF, 0xD8, 0xFF]),
            ".gif" => start.StartsWith("GIF8"u8),
            ".webp" => start.StartsWith("RIFF"u8) && start[8..].StartsWith("WEBP"u8),
            ".mp4" or ".avif" or ".mov" => start[4..].StartsWith("ftyp"u8),
            ".webm" => start.StartsWith<byte>([0x1A, 0x45, 0xDF, 0xA3]),
            ".mp3" => start.StartsWith("ID3"u8) || start[0] == 0xFF,
            _ => false,
        };
    }

    private Task<PlaygroundProcess> RunAsync(string input, params string[] arguments) =>
        PlaygroundProcess.RunAsync(_folder, input, TestContext.Current.CancellationToken, arguments);
}
