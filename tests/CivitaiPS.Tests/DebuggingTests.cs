using System.Text.Json;
using System.Text.RegularExpressions;
using Gallery;
using PowerShellTool;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>What whoever looks for a fault has, without having set anything up.</summary>
public sealed partial class DebuggingTests
{
    [Fact]
    public async Task The_stack_trace_of_an_error_in_the_engine_names_a_file_that_is_here_and_a_line_of_it()
    {
        await using var session = await ModuleSession.StartAsync();
        session.Gallery.Faults.Add(Fault.Status(404));
        var run = await PwshRun.StartAsync(
            PwshRun.Describe(session.Folder, "-NonInteractive", "-Command", "try { Get-CivitaiImage -First 1 -ErrorAction Stop } catch { $_.Exception.StackTrace }"),
            TestContext.Current.CancellationToken);

        Assert.Contains("at Civitai.Client.Http.", run.Output, StringComparison.Ordinal);
        var places = Place().Matches(run.Output);
        if (!BuildMetadata.IsDebug)
        {
            // A released module has no symbols with it.
            Assert.Empty(places);
            return;
        }

        Assert.NotEmpty(places);
        Assert.All(places, place => Assert.InRange(int.Parse(place.Groups["line"].Value, System.Globalization.CultureInfo.InvariantCulture), 1, File.ReadAllLines(place.Groups["file"].Value).Length));
        Assert.Contains(places, place => place.Groups["file"].Value.StartsWith(Path.Combine(BuiltModule.RepositoryRoot, "src", "Civitai.Client"), StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_editor_starts_is_there()
    {
        var folder = Path.Combine(BuiltModule.RepositoryRoot, ".vscode");
        var tasks = Read("tasks.json").GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("label").GetString()).ToArray();
        var launches = Read("launch.json").GetProperty("configurations").EnumerateArray().ToArray();
        Assert.All(launches.Where(launch => launch.TryGetProperty("preLaunchTask", out _)), launch => Assert.Contains(launch.GetProperty("preLaunchTask").GetString(), tasks));

        // Each program is one that the Debug build has made, or the PowerShell of the tool manifest in NuGet's usual folder.
        var system = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        var programs = launches
            .Select(launch => launch.TryGetProperty(system, out var own) ? own : launch)
            .Where(launch => launch.TryGetProperty("program", out _))
            .Select(launch => launch.GetProperty("program").GetString()!)
            .ToArray();
        Assert.NotEmpty(programs);
        var packages = Pwsh.Program[..Pwsh.Program.IndexOf("/powershell/", StringComparison.Ordinal)];
        Assert.All(programs, program => Assert.True(
            File.Exists(program
                .Replace("${workspaceFolder}", BuiltModule.RepositoryRoot, StringComparison.Ordinal)
                .Replace("/bin/Debug/", "/bin/" + BuildMetadata.Get("Configuration") + "/", StringComparison.Ordinal)
                .Replace("${userHome}/.nuget/packages", packages, StringComparison.Ordinal)),
            program));

        JsonElement Read(string file)
        {
            // The editor takes comments; so does this.
            using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, file)), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            return document.RootElement.Clone();
        }
    }

    [GeneratedRegex(@" in (?<file>.+\.cs):line (?<line>[0-9]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();
}
