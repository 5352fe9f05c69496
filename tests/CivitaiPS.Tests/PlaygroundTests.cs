using System.Diagnostics;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>The playground as people start it: a program that opens the real PowerShell.</summary>
public sealed class PlaygroundTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("civitaips-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_main_job_saves_pictures_and_asks_for_what_they_need_and_no_more()
    {
        var log = Path.Combine(_folder, "requests.txt");
        var run = await RunAsync("-RequestLog", log);
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Error);

        var pictures = Directory.GetFiles(Path.Combine(_folder, "pictures"));
        Assert.InRange(pictures.Length, 1, 20);
        Assert.All(pictures, picture => Assert.True(HasSignatureOfItsExtension(picture), picture));

        // The table cuts a path off where the screen ends, and a screen that is none has 80 columns.
        Assert.All(pictures, picture => Assert.Contains($" {Path.GetFileNameWithoutExtension(picture)} ", run.Output, StringComparison.Ordinal));
        Assert.Contains("PS> Get-CivitaiImage -ModelId 123", run.Output, StringComparison.Ordinal);

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
    public async Task A_command_has_the_module_and_the_gallery_and_all_of_PowerShell()
    {
        var run = await RunAsync("-Images", "50", "-Command", "Get-CivitaiImage -First 2 | Select-Object -First 1 | Get-Member -Name Prompt | Format-Table Name, MemberType");
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Error);
        Assert.Matches(@"^\s*Name\s+MemberType\s+-+\s+-+\s+Prompt\s+Property\s*$", run.Output);
    }

    [Theory]
    [InlineData("exit 7", 7, "")]
    [InlineData("throw 'no'", 1, "no")]
    [InlineData("1 +* 2", 1, "ParserError")]
    [InlineData("No-SuchCommand; 'went on'", 1, "No-SuchCommand")]
    [InlineData("Get-CivitaiImage -Id 1 -ErrorAction Continue; 'went on'", 1, "Get-CivitaiImage")]
    [InlineData("-1; try { throw 'no' } catch { 'caught' }; Import-Module NoSuchModule -ErrorAction SilentlyContinue", 0, "")]
    public async Task The_exit_code_reports_whether_an_error_was_shown(string command, int exitCode, string shown)
    {
        var run = await RunAsync("-Command", command);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(shown.Length > 0, run.Error.Length > 0);
        Assert.Contains(shown, run.Error, StringComparison.Ordinal);
        Assert.Equal(command.Contains("went on", StringComparison.Ordinal), run.Output.Contains("went on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_prompt_without_a_terminal_reads_what_there_is_and_ends()
    {
        var run = await PwshRun.StartAsync(Describe("-Interactive", "-Images", "50"), TestContext.Current.CancellationToken, "'images: ' + @(Get-CivitaiImage -First 3).Count\nexit 3\n");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("images: 3", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prompt_in_a_terminal_completes_and_remembers()
    {
        Assert.SkipUnless(PseudoTerminal.IsAvailable, "There is no pseudo-terminal: it takes 'script' of util-linux.");
        await using var terminal = PseudoTerminal.Start(Describe("-Interactive", "-Images", "50", "-History", Path.Combine(_folder, "history.txt")));

        await terminal.WaitForAsync("> ");

        // What a line did is read from a file: a line editor draws as it likes. Its end is a text that was not typed in this form.
        await terminal.TypeAsync("(Get-CivitaiIm\t -First 2).Count > completed.txt; 'ended ' + 1\r", "ended 1");
        await terminal.TypeAsync("(Get-Module PSReadLine).Name > editor.txt; 'ended ' + 2\r", "ended 2");
        await terminal.TypeAsync("Rename-Item completed.txt before.txt; 'ended ' + 3\r", "ended 3");

        // Three lines back.
        await terminal.TypeAsync("\eOA\eOA\eOA\r", "ended 1");
        Assert.Equal(5, await terminal.TypeAndWaitForExitAsync("exit 5\r"));
        Assert.Equal("2", Read("before.txt"));
        Assert.Equal("2", Read("completed.txt"));
        Assert.Equal("PSReadLine", Read("editor.txt"));
    }

    [Fact]
    public async Task Options_that_make_no_sense_are_refused_with_the_list_of_those_that_do()
    {
        var run = await RunAsync("-Comand", "1");
        Assert.Equal(64, run.ExitCode);
        Assert.Contains("'-Comand'", run.Error, StringComparison.Ordinal);
        Assert.Contains("-Interactive", run.Error, StringComparison.Ordinal);
    }

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

    private string Read(string file) => File.ReadAllText(Path.Combine(_folder, file)).Trim();

    private Task<PwshRun> RunAsync(params string[] arguments) => PwshRun.StartAsync(Describe(arguments), TestContext.Current.CancellationToken);

    private ProcessStartInfo Describe(params string[] arguments)
    {
        var start = new ProcessStartInfo(Pwsh.Dotnet, [Path.Combine(BuiltModule.RepositoryRoot, BuildMetadata.Get("Playground")), .. arguments]) { WorkingDirectory = _folder, UseShellExecute = false };
        start.Environment["NO_COLOR"] = "1";
        PwshRun.SetHome(start);
        return start;
    }
}
