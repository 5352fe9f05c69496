using System.Diagnostics;

namespace Benchmarks.Report;

/// <summary>One run of something.</summary>
internal sealed record Measurement
{
    /// <summary>Milliseconds on the wall.</summary>
    public double Wall { get; init; }

    /// <summary>Milliseconds of processor time, user and system, of the process that did it.</summary>
    public double Cpu { get; init; }

    /// <summary>Bytes allocated.</summary>
    public double Allocated { get; init; }

    /// <summary>The process's most memory at a time, in bytes.</summary>
    public double Peak { get; init; }

    /// <summary>Milliseconds of the part of a process that is the work itself.</summary>
    public double Inner { get; init; }

    /// <summary>Does something in this process and measures it.</summary>
    public static Measurement Of(Action action)
    {
        // What the one before left behind is not this one's.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        action();
        var wall = Stopwatch.GetElapsedTime(start);
        return new Measurement
        {
            Wall = wall.TotalMilliseconds,
            Cpu = (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds,
            Allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated,
            Inner = wall.TotalMilliseconds,
        };
    }
}
