using System.Diagnostics;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

/// <summary>A long run that is a program of its own, and is run here for a little.</summary>
internal static class TestProgram
{
    /// <summary>Where a program is that this project refers to.</summary>
    internal static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? name + ".exe" : name);

    /// <summary>Runs a program, which must find nothing wrong.</summary>
    /// <returns>What it said.</returns>
    internal static async Task<string> RunAsync(string name, params string[] arguments)
    {
        var stop = TestContext.Current.CancellationToken;
        using var program = Process.Start(new ProcessStartInfo(PathOf(name), arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        try
        {
            var said = program.StandardOutput.ReadToEndAsync(stop);
            var complained = program.StandardError.ReadToEndAsync(stop);
            await program.WaitForExitAsync(stop);
            Assert.Equal((0, string.Empty), (program.ExitCode, await complained));
            return await said;
        }
        finally
        {
            if (!program.HasExited)
            {
                program.Kill(entireProcessTree: true);
            }
        }
    }
}
