using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Benchmarks.Floors;
using EngineHost;

namespace Benchmarks.Report;

/// <summary>This program as a child of the report: the PowerShell engine in a process of its own, with a script or the floor's reader in it.</summary>
internal static class EngineChild
{
    public const string Verb = "engine";

    private const string FloorOption = "--floor";

    /// <summary>A child that runs a script.</summary>
    public static Measurement Script(string script, Uri? gallery = null) => Start(gallery, script);

    /// <summary>A child that reads images with the floor's reader.</summary>
    public static Measurement Floor(Uri gallery, int count, int pageSize) =>
        Start(gallery, FloorOption, gallery.AbsoluteUri, count.ToString(CultureInfo.InvariantCulture), pageSize.ToString(CultureInfo.InvariantCulture));

    /// <summary>What happens in the child.</summary>
    public static int Run(ReadOnlySpan<string> args)
    {
        using var session = new EngineSession();
        var start = Stopwatch.GetTimestamp();
        if (args[0] == FloorOption)
        {
            Read(new Uri(args[1]), int.Parse(args[2], CultureInfo.InvariantCulture), int.Parse(args[3], CultureInfo.InvariantCulture));
        }
        else
        {
            var result = session.Invoke(args[0]);
            if (result.Errors.Count > 0)
            {
                Console.Error.WriteLine(result.Errors[0]);
                return 1;
            }

            foreach (var line in result.Output)
            {
                Console.WriteLine(line);
            }
        }

        var inner = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        using var me = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"@cpu={Environment.CpuUsage.TotalTime.TotalMilliseconds}\n@peak={me.PeakWorkingSet64}\n@inner={inner}"));
        return 0;
    }

    private static void Read(Uri address, int count, int pageSize)
    {
        using var floor = new ReadFloor();
        if (floor.ReadAsync(address, count, pageSize).GetAwaiter().GetResult() != count)
        {
            throw new InvalidOperationException("The gallery gave fewer.");
        }
    }

    private static Measurement Start(Uri? gallery, params string[] args) =>
        TimedProcess.Run(TimedProcess.Dotnet, [Assembly.GetExecutingAssembly().Location, Verb, .. args], gallery);
}
