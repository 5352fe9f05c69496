using System.Diagnostics;
using System.Globalization;

namespace Benchmarks.Report;

/// <summary>A whole process, from its start to its end.</summary>
internal static class TimedProcess
{
    /// <summary>How a child says something of itself: <c>@name=value</c> on a line.</summary>
    private const char Sign = '@';

    /// <summary>What a PowerShell process runs at its end to say what it took.</summary>
    public const string PowerShellAccount = """
        ; $me = [Diagnostics.Process]::GetCurrentProcess(); [Console]::WriteLine('@cpu=' + $me.TotalProcessorTime.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture)); [Console]::WriteLine('@peak=' + $me.PeakWorkingSet64)
        """;

    /// <summary>What runs .NET programs here.</summary>
    public static string Dotnet { get; } =
        Path.GetFileNameWithoutExtension(Environment.ProcessPath!).Equals("dotnet", StringComparison.OrdinalIgnoreCase) ? Environment.ProcessPath! : "dotnet";

    /// <summary>Runs a program and measures it.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="gallery">The gallery that the module in it should use.</param>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static Measurement Run(string program, IEnumerable<string> arguments, Uri? gallery = null)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["CIVITAI_BASE_URL"] = gallery?.GetLeftPart(UriPartial.Authority);
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        start.Environment["POWERSHELL_UPDATECHECK"] = "Off";
        var clock = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var wall = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(program + " ended with " + process.ExitCode.ToString(CultureInfo.InvariantCulture) + ": " + error.GetAwaiter().GetResult() + output);
        }

        var values = output.Split('\n')
            .Where(line => line.StartsWith(Sign) && line.Contains('=', StringComparison.Ordinal))
            .Select(line => line[1..].Trim().Split('='))
            .ToDictionary(pair => pair[0], pair => double.Parse(pair[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
        return new Measurement
        {
            Wall = wall,
            Cpu = values.GetValueOrDefault("cpu"),
            Peak = values.GetValueOrDefault("peak"),
            Inner = values.GetValueOrDefault("inner"),
        };
    }
}
