using System.Diagnostics;
using PowerShellTool;

namespace CivitaiPS.Tests;

/// <summary>The real PowerShell, started for one run: what shares nothing with any other test.</summary>
internal sealed class PwshRun
{
    private static readonly string Home = MakeHome();

    private PwshRun(int exitCode, string output, string error)
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

    /// <summary>The lines of standard output that are not empty.</summary>
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Runs any program to its end. All three standard streams are pipes.</summary>
    /// <param name="start">The program.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <param name="input">What is on its standard input.</param>
    /// <returns>What it left.</returns>
    public static async Task<PwshRun> StartAsync(ProcessStartInfo start, CancellationToken cancellation, string input = "")
    {
        using var process = Process.Start(Redirect(start))!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var error = process.StandardError.ReadToEndAsync(cancellation);
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellation);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellation);
            return new PwshRun(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Describes a PowerShell that finds the built module by its name, as where it is installed, and leaves nothing in the user's home.</summary>
    /// <param name="folder">Where it works.</param>
    /// <param name="arguments">What <c>pwsh</c> takes.</param>
    /// <returns>What <see cref="Process.Start(ProcessStartInfo)"/> takes.</returns>
    public static ProcessStartInfo Describe(string folder, params IEnumerable<string> arguments)
    {
        var start = Pwsh.Describe(arguments);
        start.WorkingDirectory = folder;
        SetHome(start);

        // output/CivitaiPS/<version> is laid out as PowerShell wants a module to be.
        start.Environment["PSModulePath"] = Path.GetDirectoryName(Path.GetDirectoryName(BuiltModule.Folder));
        start.Environment["NO_COLOR"] = "1";
        return start;
    }

    /// <summary>Gives a program another home.</summary>
    /// <param name="start">The program.</param>
    /// <param name="home">The folder that it takes for the user's home; when null, one that all share, so that what PowerShell finds out about its modules is found out once.</param>
    public static void SetHome(ProcessStartInfo start, string? home = null)
    {
        start.Environment["HOME"] = home ?? Home;
        foreach (var variable in (string[])["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"])
        {
            start.Environment.Remove(variable);
        }
    }

    /// <summary>Makes the three standard streams pipes.</summary>
    /// <param name="start">The program.</param>
    /// <returns>The same description.</returns>
    public static ProcessStartInfo Redirect(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        return start;
    }

    private static string MakeHome()
    {
        var home = Directory.CreateTempSubdirectory("civitaips-home-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(home, recursive: true);
        return home;
    }
}
