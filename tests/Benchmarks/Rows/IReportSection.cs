using Benchmarks.Report;

namespace Benchmarks.Rows;

/// <summary>Some rows of the report that share a gallery.</summary>
internal interface IReportSection
{
    /// <summary>What it is about.</summary>
    string Title { get; }

    /// <summary>Measures, and adds the rows.</summary>
    void Run(ReportOptions options, ReportTable table);
}
