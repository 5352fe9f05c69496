using System.Globalization;

namespace Benchmarks.Report;

/// <summary>The rows of the report, and what each says about its mark.</summary>
internal sealed class ReportTable
{
    private readonly List<string> _lines = ["| What | Module | Beside | Ratio or distance | Mark | |", "|---|---|---|---|---|---|"];

    /// <summary>The table in Markdown.</summary>
    public string Markdown => string.Join('\n', _lines) + "\n";

    /// <summary>A ratio of two medians.</summary>
    /// <param name="what">What is measured.</param>
    /// <param name="ours">The module.</param>
    /// <param name="beside">What it stands beside.</param>
    /// <param name="besideName">What that is called.</param>
    /// <param name="unit">The unit of both.</param>
    /// <param name="mark">The most that the ratio may be; null for a row that is only reported.</param>
    /// <param name="isWall">Whether it is a time on the wall, which may also lie within the spread of what it stands beside.</param>
    public void Ratio(string what, Series ours, Series beside, string besideName, Unit unit, double? mark, bool isWall)
    {
        var ratio = ours.Median / beside.Median;
        var isMet = ratio <= mark || (isWall && ours.Median <= beside.UpperQuartile);
        var verdict = mark is not { } most ? "" : isMet ? "met" : Invariant($"**not met**, {(ratio / most) - 1:0.0%} above");
        Add(what, Text(ours, unit), besideName + " " + Text(beside, unit), Invariant($"{ratio:0.000}"), mark is { } wanted ? Invariant($"at most {wanted}") : "reported", verdict);
    }

    /// <summary>A ratio that must be large.</summary>
    public void AtLeast(string what, Series ours, Series beside, string besideName, Unit unit, double mark)
    {
        var ratio = ours.Median / beside.Median;
        Add(what, Text(ours, unit), besideName + " " + Text(beside, unit), Invariant($"{ratio:0.00}"), Invariant($"at least {mark}"), ratio >= mark ? "met" : Invariant($"**not met**, {1 - (ratio / mark):0.0%} below"));
    }

    /// <summary>A value of its own, with the most that it may be.</summary>
    public void AtMost(string what, Series ours, string beside, Unit unit, double mark) =>
        Add(what, Text(ours, unit), beside, Text(ours.Median, unit), "at most " + Text(mark, unit), ours.Median <= mark ? "met" : Invariant($"**not met**, {(ours.Median / mark) - 1:0.0%} above"));

    /// <summary>A difference of two medians, with the most that it may be.</summary>
    public void Difference(string what, Series ours, Series beside, string besideName, Unit unit, double mark)
    {
        var difference = ours.Median - beside.Median;
        Add(what, Text(ours, unit), besideName + " " + Text(beside, unit), Text(difference, unit) + " more", "at most " + Text(mark, unit), difference <= mark ? "met" : Invariant($"**not met**, {Text(difference - mark, unit)} above"));
    }

    /// <summary>A count that is right or wrong.</summary>
    public void Count(string what, string ours, string mark, bool isMet) => Add(what, ours, "", "", mark, isMet ? "met" : "**not met**");

    /// <summary>A value that is only reported.</summary>
    public void Reported(string what, string ours, string beside) => Add(what, ours, beside, "", "reported", "");

    /// <summary>A number with its unit.</summary>
    public static string Text(double value, Unit unit) => unit switch
    {
        Unit.Milliseconds => value >= 100 ? Invariant($"{value:0} ms") : Invariant($"{value:0.0} ms"),
        Unit.Bytes => Invariant($"{value:0.0} B"),
        Unit.Megabytes => Invariant($"{value / 1e6:0.0} MB"),
        Unit.PerSecond => Invariant($"{value:0} a second"),
        _ => Invariant($"{value:0.00} µs"),
    };

    private static string Text(Series series, Unit unit) =>
        Invariant($"{Text(series.Median, unit)} ({Text(series.LowerQuartile, unit)} to {Text(series.UpperQuartile, unit)})");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Add(params string[] cells)
    {
        var line = "| " + string.Join(" | ", cells) + " |";
        _lines.Add(line);
        Console.WriteLine(line);
    }
}
