using System.Diagnostics;

namespace PowerShellTool;

/// <summary>The PowerShell of the tool manifest, as a program to start.</summary>
public static class Pwsh
{
    /// <summary>The program's assembly, in the package cache of the build.</summary>
    public static string Program { get; } = BuildMetadata.Get("PowerShell");

    /// <summary>What runs a .NET program: the host of the running SDK, or the one on the path.</summary>
    public static string Dotnet { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>Describes a PowerShell without starting it. It shares the console of this program and loads no profile.</summary>
    /// <param name="arguments">What <c>pwsh</c> takes, <c>-NoProfile</c> aside.</param>
    /// <returns>What <see cref="Process.Start(ProcessStartInfo)"/> takes.</returns>
    /// <exception cref="FileNotFoundException">The package is no longer in the cache.</exception>
    public static ProcessStartInfo Describe(params IEnumerable<string> arguments)
    {
        if (!File.Exists(Program))
        {
            throw new FileNotFoundException($"PowerShell is missing from the package cache. 'dotnet restore' brings it back: {Program}", Program);
        }

        var start = new ProcessStartInfo(Dotnet, [Program, "-NoLogo", "-NoProfile", .. OperatingSystem.IsWindows() ? ["-ExecutionPolicy", "Bypass"] : (string[])[], .. arguments])
        {
            UseShellExecute = false,
        };

        // A later runtime than the tool was built for will do, as it does for the tests; jobs inherit this.
        start.Environment["DOTNET_ROLL_FORWARD"] = "Major";
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        start.Environment["POWERSHELL_UPDATECHECK"] = "Off";

        // Started from another PowerShell, it would take over that one's modules.
        start.Environment.Remove("PSModulePath");
        return start;
    }
}
