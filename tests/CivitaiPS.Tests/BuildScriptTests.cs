using System.Management.Automation.Language;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>
/// <c>build.ps1</c>, run by the PowerShell of the .NET tool on a path with spaces in it. In place of the SDK stands a script that writes down what it is asked.
/// CI runs it with the SDK.
/// </summary>
public sealed class BuildScriptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("civitaips build-").FullName;

    /// <summary>What Windows PowerShell 5.1 runs too.</summary>
    public static TheoryData<string> Scripts =>
    [
        "build.ps1",
        .. Directory.GetFiles(Path.Combine(BuiltModule.RepositoryRoot, "tests", "Pester"), "*.ps1").Select(file => Path.GetRelativePath(BuiltModule.RepositoryRoot, file)),
    ];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Each_task_is_a_command_of_dotnet()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "output", "CivitaiPS"));
        var run = await RunAsync("-Task Build, Test, Run, Package, Clean -Configuration Release", failing: "");
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal(
            [
                "build --configuration Release",
                "test --configuration Release",
                "run --project tests/Playground --configuration Release -- -Interactive",
                "pack src/CivitaiPS --configuration Release --output output",
                "clean --configuration Release",
            ],
            await AskedAsync());
        Assert.False(Directory.Exists(Path.Combine(_folder, "output")));
    }

    [Fact]
    public async Task A_command_that_fails_ends_it_and_its_words_are_shown()
    {
        var run = await RunAsync("-Task Build, Test, Package", failing: "test");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("words of the child", run.Error, StringComparison.Ordinal);
        Assert.Contains("dotnet test ended with exit code 3", run.Error, StringComparison.Ordinal);
        Assert.Equal(["build --configuration Debug", "test --configuration Debug"], await AskedAsync());
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void It_is_written_in_the_language_of_Windows_PowerShell(string script)
    {
        Parser.ParseFile(Path.Combine(BuiltModule.RepositoryRoot, script), out var tokens, out var errors);
        Assert.Empty(errors.Select(error => error.Message));
        Assert.DoesNotContain(tokens, token => token.Kind is
            TokenKind.QuestionQuestion or TokenKind.QuestionQuestionEquals or TokenKind.QuestionDot or TokenKind.QuestionLBracket or TokenKind.QuestionMark
            or TokenKind.AndAnd or TokenKind.OrOr or TokenKind.Clean);
    }

    private async Task<PwshRun> RunAsync(string arguments, string failing)
    {
        File.Copy(Path.Combine(BuiltModule.RepositoryRoot, "build.ps1"), Path.Combine(_folder, "build.ps1"));
        var sdk = Directory.CreateDirectory(Path.Combine(_folder, "sdk")).FullName;
        var log = Path.Combine(_folder, "asked.txt");
        if (OperatingSystem.IsWindows())
        {
            await File.WriteAllTextAsync(Path.Combine(sdk, "dotnet.cmd"), $"@echo %*>>\"{log}\"\r\n@if \"%1\"==\"{failing}\" (echo words of the child>&2& exit /b 3)\r\n", Token);
        }
        else
        {
            var program = Path.Combine(sdk, "dotnet");
            await File.WriteAllTextAsync(program, $"#!/bin/sh\necho \"$@\" >> '{log}'\nif [ \"$1\" = '{failing}' ]; then echo words of the child >&2; exit 3; fi\n", Token);
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var start = PwshRun.Describe(Path.GetTempPath(), "-NonInteractive", "-Command", $"$env:PATH = '{sdk}{Path.PathSeparator}' + $env:PATH; & '{Path.Combine(_folder, "build.ps1")}' {arguments}");
        return await PwshRun.StartAsync(start, Token);
    }

    private async Task<IEnumerable<string>> AskedAsync() => (await File.ReadAllLinesAsync(Path.Combine(_folder, "asked.txt"), Token)).Select(line => line.Trim());

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
