using System.Diagnostics;
using EngineHost;

namespace CivitaiPS.Tests;

/// <summary>A PowerShell that is installed, with all its commands. It finds the built module by its name and leaves nothing in the user's home.</summary>
internal static class InstalledPwsh
{
    /// <summary>Where it is, or null.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh"))
        .FirstOrDefault(File.Exists);

    /// <summary>Runs a script to its end in a process of its own.</summary>
    /// <param name="folder">An empty folder to work in.</param>
    /// <param name="script">The script.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>Its exit code, and all that it wrote.</returns>
    public static async Task<(int ExitCode, string Text)> RunAsync(string folder, string script, CancellationToken cancellation)
    {
        var home = Directory.CreateTempSubdirectory("civitaips-home-").FullName;
        try
        {
            var file = Path.Combine(home, "script.ps1");
            await File.WriteAllTextAsync(file, script, cancellation);
            using var process = Process.Start(Describe(folder, home, file))!;
            try
            {
                process.StandardInput.Close();
                var output = process.StandardOutput.ReadToEndAsync(cancellation);
                var error = process.StandardError.ReadToEndAsync(cancellation);
                await process.WaitForExitAsync(cancellation);
                return (process.ExitCode, await output + await error);
            }
            finally
            {
                if (!process.HasExited)
                {
                    process.Kill(entireProcessTree: true);
                }
            }
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static ProcessStartInfo Describe(string folder, string home, string file)
    {
        var start = new ProcessStartInfo(Program!, ["-NoProfile", "-NonInteractive", "-File", file])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var variable in (string[])["HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"])
        {
            start.Environment[variable] = home;
        }

        // output/CivitaiPS/<version> is laid out as PowerShell wants a module to be.
        start.Environment["PSModulePath"] = Path.GetDirectoryName(Path.GetDirectoryName(BuiltModule.Folder));
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        start.Environment["POWERSHELL_UPDATECHECK"] = "Off";
        return start;
    }
}
