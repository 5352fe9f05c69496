namespace Benchmarks.Report;

/// <summary>The same number, measured several times.</summary>
internal sealed class Series
{
    private readonly double[] _sorted;

    public Series(IEnumerable<double> values)
    {
        _sorted = [.. values.Order()];
    }

    public double Median => At(0.5);

    public double LowerQuartile => At(0.25);

    public double UpperQuartile => At(0.75);

    private double At(double share)
    {
        var place = share * (_sorted.Length - 1);
        var below = (int)Math.Floor(place);
        var above = (int)Math.Ceiling(place);
        return _sorted[below] + ((_sorted[above] - _sorted[below]) * (place - below));
    }
}
