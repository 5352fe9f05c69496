using Benchmarks.Report;

namespace Benchmarks.Rows;

/// <summary>What a long listing leaves behind while it runs.</summary>
internal sealed class HeapGrowth : IReportSection
{
    public string Title => "Managed heap";

    public void Run(ReportOptions options, ReportTable table)
    {
        const int Few = 10_000;
        var many = options.Quick ? 100_000 : 500_000;
        using var gallery = new GalleryProcess(FormattableString.Invariant($"--bulk --meta small --images {many}"));
        using var host = new ModuleHost();
        host.Connect(gallery);
        host.Invoke("Get-CivitaiImage -NsfwLevel Explicit -First 1000 | Out-Null");
        var witness = new Witness(Few, many);
        host.Invoke(FormattableString.Invariant($"$w = @($input)[0]; Get-CivitaiImage -NsfwLevel Explicit -First {many} | ForEach-Object {{ $w.See() }}"), witness);
        table.AtMost(
            FormattableString.Invariant($"Managed heap after {many} images above that after {Few}, an image"),
            new Series([(witness.SecondHeap - witness.FirstHeap) / (double)(many - Few)]),
            FormattableString.Invariant($"{witness.FirstHeap / 1e6:0.0} MB and {witness.SecondHeap / 1e6:0.0} MB"),
            Unit.Bytes,
            32);
    }
}
