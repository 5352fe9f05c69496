namespace SoakTest;

/// <summary>What lives after a full collection, at several points. Flat means: after the first tenth it grows by no more than the bound.</summary>
internal sealed class MemoryWatch(string name, double boundInMegabytes)
{
    private readonly List<double> _points = [];

    /// <summary>How much more lives at the highest point than at the first one, in MB.</summary>
    internal double Growth => _points.Count == 0 ? 0 : _points.Max() - _points[0];

    internal void Measure()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        _points.Add(GC.GetTotalMemory(forceFullCollection: true) / 1048576.0);
    }

    /// <summary>What is wrong, or null.</summary>
    internal string? Judge()
    {
        Console.WriteLine(FormattableString.Invariant($"{name}: MB alive {string.Join(" ", _points.Select(point => point.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture)))}; growth {Growth:0.0}, bound {boundInMegabytes:0.0}."));
        return Growth > boundInMegabytes ? name + ": memory grows" : null;
    }
}
