using System.Collections.Concurrent;

namespace Civitai.Client.Tests.Downloads;

internal sealed class RecordedActivity : IActivity
{
    public ConcurrentQueue<string> Verbose { get; } = new();

    public ConcurrentQueue<string> Warnings { get; } = new();

    public ConcurrentQueue<CivitaiException> Errors { get; } = new();

    public void WriteVerbose(string message) => Verbose.Enqueue(message);

    public void WriteWarning(CivitaiWarning warning, string message) => Warnings.Enqueue(warning.WithId(message));

    public void WriteError(CivitaiException exception) => Errors.Enqueue(exception);
}
