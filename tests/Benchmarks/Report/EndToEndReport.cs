using System.Globalization;
using Benchmarks.Rows;
using EngineHost;

namespace Benchmarks.Report;

/// <summary>Measures everything and writes it down.</summary>
internal static class EndToEndReport
{
    private const string Begin = "<!-- report -->";
    private const string End = "<!-- end of report -->";

    public static void Run(ReportOptions options)
    {
        IReportSection[] sections =
        [
            new ReadingSmall(),
            new WholeProcesses(),
            new ReadingLarge(),
            new HeapGrowth(),
            new SavingFiles("Saving, small files", files: 400, length: 200_000, latency: 50, isLarge: false),
            new SavingFiles("Saving, large files", files: 20, length: 20_000_000, latency: 0, isLarge: true),
            new SecondRun(),
            new Starting(),
            new MergedGallery(),
        ];
        var table = new ReportTable();
        var machine = Machine.Describe();
        var load = Machine.Load();
        Console.WriteLine(machine);
        foreach (var section in sections.Where(section => options.Only is null || section.Title.Contains(options.Only, StringComparison.OrdinalIgnoreCase)))
        {
            Console.WriteLine("== " + section.Title);
            section.Run(options, table);
        }

        var text = string.Create(CultureInfo.InvariantCulture, $"""
            {Begin}
            Made on {DateTime.UtcNow:yyyy-MM-dd} by `dotnet run -c Release --project tests/Benchmarks -- report{(options.Quick ? " --quick" : "")}`, {options.Rounds} rounds.

            Machine: {machine}. Load average {load} before, {Machine.Load()} after.

            {table.Markdown}
            {End}
            """);
        if (options.Only is not null)
        {
            Console.WriteLine(text);
            return;
        }

        var path = options.Output ?? Path.Combine(BuiltModule.RepositoryRoot, "tests", "Benchmarks", "README.md");
        var page = File.Exists(path) ? File.ReadAllText(path) : "# Benchmarks\n\n" + Begin + End + "\n";
        var begin = page.IndexOf(Begin, StringComparison.Ordinal);
        var end = page.IndexOf(End, StringComparison.Ordinal);
        File.WriteAllText(path, begin < 0 || end < begin ? page + "\n" + text + "\n" : page[..begin] + text + page[(end + End.Length)..]);
        Console.WriteLine("Written to " + path);
    }
}
