using Civitai;
using Civitai.Client.Downloads;

namespace Benchmarks.Report;

/// <summary>Nobody who listens.</summary>
internal sealed class Silence : IActivity
{
    /// <summary>The disk, for what is measured without a saver.</summary>
    public static DiskContext Disk { get; } = new(FileOperations.Default, new Silence(), TimeProvider.System);

    public void WriteVerbose(string message)
    {
    }

    public void WriteWarning(CivitaiWarning warning, string message)
    {
    }

    public void WriteError(CivitaiException exception)
    {
    }
}
