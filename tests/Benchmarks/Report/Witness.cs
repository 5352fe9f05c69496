using System.Diagnostics;

namespace Benchmarks.Report;

/// <summary>Stands at the end of a pipeline and notes when objects come, and how large the heap is meanwhile.</summary>
public sealed class Witness(long firstLook, long secondLook)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>How many have come.</summary>
    public long Count { get; private set; }

    /// <summary>When the first came, in milliseconds.</summary>
    public double First { get; private set; }

    /// <summary>The managed heap at the first look, in bytes.</summary>
    public long FirstHeap { get; private set; }

    /// <summary>The managed heap at the second look, in bytes.</summary>
    public long SecondHeap { get; private set; }

    /// <summary>Milliseconds since this was made.</summary>
    public double Elapsed => Stopwatch.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>Sees one.</summary>
    public void See()
    {
        Count++;
        if (Count == 1)
        {
            First = Elapsed;
        }

        if (Count == firstLook)
        {
            FirstHeap = GC.GetTotalMemory(forceFullCollection: true);
        }
        else if (Count == secondLook)
        {
            SecondHeap = GC.GetTotalMemory(forceFullCollection: true);
        }
    }
}
