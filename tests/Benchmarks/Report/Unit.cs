namespace Benchmarks.Report;

/// <summary>How numbers are written.</summary>
internal enum Unit
{
    Milliseconds,
    Bytes,
    Megabytes,
    PerSecond,
    Microseconds,
}
