using System.Runtime.CompilerServices;
using BenchmarkDotNet.Running;
using Benchmarks.Report;

namespace Benchmarks;

/// <summary>
/// <c>report [--quick]</c> measures the module beside floors and peers and writes README.md; anything else goes to BenchmarkDotNet (<c>--filter *</c>).
/// </summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        switch (args.FirstOrDefault())
        {
            case "report":
                if (ReportOptions.Parse(args.AsSpan(1)) is not { } options)
                {
                    Console.Error.WriteLine(ReportOptions.Usage);
                    return 2;
                }

                EndToEndReport.Run(options);
                return 0;
            case EngineChild.Verb:
                return EngineChild.Run(args.AsSpan(1));
            default:
                RunBenchmarks(args);
                return 0;
        }
    }

    // Apart, so that a child process that is timed does not load what it does not need.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunBenchmarks(string[] args) => BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
