namespace Benchmarks.Report;

/// <summary>How the report is made.</summary>
internal sealed class ReportOptions
{
    public const string Usage = """
        dotnet run -c Release --project tests/Benchmarks -- report [options]

          --quick          smaller counts and fewer rounds; for a look, not for the record
          --rounds N       how often each is measured (7, quick 3)
          --pwsh PATH      the PowerShell to compare with (the one on PATH, if any)
          --folder PATH    where files are saved (the folder for temporary files)
          --output PATH    where the report is written (tests/Benchmarks/README.md)
          --only WORD      only the sections whose title holds the word; the report is printed and not written
        """;

    public bool Quick { get; private set; }

    public int Rounds { get; private set; } = 7;

    public string? PowerShell { get; private set; } = FindOnPath("pwsh");

    public string? Curl { get; } = FindOnPath("curl");

    public string? Aria2 { get; } = FindOnPath("aria2c");

    public string Folder { get; private set; } = Path.GetTempPath();

    public string? Output { get; private set; }

    public string? Only { get; private set; }

    /// <summary>Reads the command line.</summary>
    /// <returns>Null where it cannot be understood.</returns>
    public static ReportOptions? Parse(ReadOnlySpan<string> args)
    {
        var options = new ReportOptions();
        int? rounds = null;
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--quick")
            {
                options.Quick = true;
                continue;
            }

            if (i + 1 == args.Length)
            {
                return null;
            }

            var value = args[i + 1];
            switch (args[i++])
            {
                case "--rounds" when int.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var number) && number > 0:
                    rounds = number;
                    break;
                case "--pwsh":
                    options.PowerShell = Path.GetFullPath(value);
                    break;
                case "--folder":
                    options.Folder = Path.GetFullPath(value);
                    break;
                case "--output":
                    options.Output = Path.GetFullPath(value);
                    break;
                case "--only":
                    options.Only = value;
                    break;
                default:
                    return null;
            }
        }

        options.Rounds = rounds ?? (options.Quick ? 3 : 7);
        return options;
    }

    private static string? FindOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => new[] { Path.Combine(folder, program), Path.Combine(folder, program + ".exe") })
            .FirstOrDefault(File.Exists);
}
