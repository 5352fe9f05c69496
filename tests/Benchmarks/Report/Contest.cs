namespace Benchmarks.Report;

/// <summary>Several ways to do one thing, measured in turns, so that what the machine does meanwhile meets all of them.</summary>
internal sealed class Contest
{
    private readonly List<(string Name, Func<Measurement> Run, List<Measurement> Runs)> _contenders = [];

    /// <summary>Adds one.</summary>
    public Contest Add(string name, Func<Measurement> run)
    {
        _contenders.Add((name, run, []));
        return this;
    }

    /// <summary>Runs all of them, forwards in one round and backwards in the next, after rounds that do not count.</summary>
    public Contest Run(int rounds, int warmUps)
    {
        for (var round = -warmUps; round < rounds; round++)
        {
            foreach (var (name, run, runs) in (round & 1) == 0 ? _contenders : Enumerable.Reverse(_contenders))
            {
                var measurement = run();
                if (round >= 0)
                {
                    runs.Add(measurement);
                }

                Console.WriteLine(FormattableString.Invariant(
                    $"    {(round < 0 ? "warm-up" : "round " + (round + 1))}: {name}: {measurement.Wall:0.0} ms, {measurement.Cpu:0.0} ms of processor time, {measurement.Inner:0.0} ms inside"));
            }
        }

        return this;
    }

    /// <summary>What was measured of one of them.</summary>
    public Series Of(string name, Func<Measurement, double> value) =>
        new(_contenders.Single(contender => contender.Name == name).Runs.Select(value));
}
