using System.Globalization;

namespace SoakTest;

/// <summary>How long it soaks.</summary>
internal sealed record SoakOptions(int Images, int Files, int Seed)
{
    /// <summary>One request in so many meets a fault.</summary>
    internal const double FaultRate = 0.2;

    internal static SoakOptions Parse(string[] args)
    {
        var options = new SoakOptions(200_000, 20_000, 1);
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            var number = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
            options = args[i] switch
            {
                "--images" => options with { Images = number },
                "--files" => options with { Files = number },
                "--seed" => options with { Seed = number },
                _ => throw new ArgumentException("Unknown option " + args[i], nameof(args)),
            };
        }

        return options;
    }
}
