using System.Diagnostics;
using EngineHost;

namespace CivitaiPS.Tests;

/// <summary>The playground as a program of its own: an engine that shares nothing with the tests.</summary>
public sealed class PlaygroundProcess
{
    private PlaygroundProcess(int exitCode, string output, string error)
    {
        ExitCode = exitCode;
        Output = output;
        Error = error;
    }

    /// <summary>What it ended with.</summary>
    public int ExitCode { get; }

    /// <summary>What it wrote to standard output.</summary>
    public string Output { get; }

    /// <summary>What it wrote to standard error.</summary>
    public string Error { get; }

    /// <summary>Describes the program without starting it.</summary>
    /// <param name="folder">Where it works.</param>
    /// <param name="arguments">Its options.</param>
    /// <returns>What <see cref="Process.Start(ProcessStartInfo)"/> takes.</returns>
    public static ProcessStartInfo Describe(string folder, params string[] arguments)
    {
        var relative = BuildMetadata.Get("Playground");
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Path.Combine(BuiltModule.RepositoryRoot, relative), .. arguments])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Started from an installed PowerShell, the tests would hand its modules on.
        start.Environment.Remove("PSModulePath");
        return start;
    }

    /// <summary>Runs it to its end.</summary>
    /// <param name="folder">Where it works.</param>
    /// <param name="input">What is typed.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <param name="arguments">Its options.</param>
    /// <returns>What it left.</returns>
    public static async Task<PlaygroundProcess> RunAsync(string folder, string input, CancellationToken cancellation, params string[] arguments)
    {
        using var process = Process.Start(Describe(folder, arguments))!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var error = process.StandardError.ReadToEndAsync(cancellation);
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellation);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellation);
            return new PlaygroundProcess(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
