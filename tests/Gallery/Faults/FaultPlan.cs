namespace Gallery;

/// <summary>The faults that a gallery has been told to make.</summary>
public sealed class FaultPlan
{
    private readonly Lock _lock = new();
    private readonly List<Fault> _faults = [];
    private readonly List<Func<LoggedRequest, IEnumerable<Fault>>> _sources = [];

    /// <summary>Adds a fault and gives it back.</summary>
    public Fault Add(Fault fault)
    {
        lock (_lock)
        {
            _faults.Add(fault);
        }

        return fault;
    }

    /// <summary>Adds several.</summary>
    public void Add(params Fault[] faults)
    {
        foreach (var fault in faults)
        {
            Add(fault);
        }
    }

    /// <summary>Applies the faults in turn, one to every <paramref name="n"/>th request that it matches by its own conditions.</summary>
    public void Every(int n, params Fault[] mix)
    {
        var seen = 0;
        var turn = 0;
        AddSource(request =>
        {
            var matching = Array.FindAll(mix, fault => fault.Matches(request));
            return matching.Length > 0 && ++seen % n == 0 ? [matching[turn++ % matching.Length]] : [];
        });
    }

    /// <summary>
    /// Applies one of the faults to a share of the requests. What happens to a request depends on the seed, its address, its range and how often that address was asked
    /// for, not on the order of arrival. No address meets more than <paramref name="inARow"/> faults in a row, so that a client that retries comes through.
    /// </summary>
    public void Random(int seed, double rate, IReadOnlyList<Fault> mix, int inARow = 2)
    {
        var asked = new Dictionary<string, (int Times, int Row)>(StringComparer.Ordinal);
        AddSource(request =>
        {
            var address = request.Path + request.QueryString;
            var (times, row) = asked.GetValueOrDefault(address);
            var dice = new Dice(seed, address.GetStableHash() + times * 7919L);
            Fault[] matching = row < inARow && dice.Chance(rate) ? [.. mix.Where(fault => fault.Matches(request))] : [];
            asked[address] = (times + 1, matching.Length > 0 ? row + 1 : 0);
            return matching.Length > 0 ? [dice.Pick(matching)] : [];
        });
    }

    /// <summary>Everything that a client is expected to get over by trying again, for API and media, without long waits.</summary>
    public static IReadOnlyList<Fault> Recoverable() =>
    [
        Fault.Status(500).OnApi(), Fault.Status(502).OnApi(), Fault.Busy("0").OnApi(), Fault.Status(504).OnApi(), Fault.Status(520).OnApi(), Fault.Status(408).OnApi(),
        Fault.Status(429, retryAfter: "0").OnApi(), Fault.HtmlPage().OnImages(), Fault.AbortAfter(0).OnApi(), Fault.AbortAfter(500).OnApi(), Fault.AbortAfter(-1).OnApi(), Fault.ResetAfter(2000).OnApi(),
        Fault.AbortAfterItems(7).OnImages(), Fault.CloseWithoutAnswer().OnApi(), Fault.ShortPage(3).OnImages(), Fault.EmptyPage().OnImages(), Fault.OverlapPages(5).OnImages(),
        Fault.Status(500).OnMedia(), Fault.Status(503, retryAfter: "0").OnMedia(), Fault.Status(429, retryAfter: "0").OnMedia(), Fault.Status(522).OnMedia(), Fault.AbortAfter(0).OnMedia(), Fault.AbortAfter(1).OnMedia(),
        Fault.AbortAfter(700).OnMedia(), Fault.AbortAfter(-1).OnMedia(), Fault.ResetAfter(1500).OnMedia(), Fault.CloseWithoutAnswer().OnMedia(), Fault.WrongLength(10).OnMedia(), Fault.Redirect().OnMedia(),
        Fault.IgnoreRange().OnMedia(), Fault.WithoutLength().OnMedia(), Fault.WithoutHeader("ETag").OnMedia(),
        Fault.Encoded("gzip").OnMedia(), Fault.Encoded("br").OnMedia(), Fault.Header("ETag", "W/\"weak\"").OnMedia(), Fault.Answer("whole as a part", (file, _) => MediaAnswer.Part(file, FormattableString.Invariant($"bytes 0-{file.Length - 1}/{file.Length}"))).OnMedia(),
    ];

    /// <summary>No faults any more. Answers under way keep theirs.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _faults.Clear();
            _sources.Clear();
        }
    }

    internal IReadOnlyList<Fault> Take(LoggedRequest request)
    {
        lock (_lock)
        {
            if (_faults.Count == 0 && _sources.Count == 0)
            {
                return [];
            }

            var taken = _faults.FindAll(fault => fault.Take(request));
            foreach (var source in _sources)
            {
                foreach (var fault in source(request))
                {
                    fault.Count();
                    taken.Add(fault);
                }
            }

            return taken;
        }
    }

    private void AddSource(Func<LoggedRequest, IEnumerable<Fault>> source)
    {
        lock (_lock)
        {
            _sources.Add(source);
        }
    }
}
