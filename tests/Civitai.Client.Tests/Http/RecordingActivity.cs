using System.Collections.Concurrent;

namespace Civitai.Client.Tests.Http;

/// <summary>Keeps what the engine says.</summary>
internal sealed class RecordingActivity : IActivity
{
    internal ConcurrentQueue<string> Verbose { get; } = new();

    internal ConcurrentQueue<string> Warnings { get; } = new();

    internal ConcurrentQueue<CivitaiException> Errors { get; } = new();

    internal string Everything => string.Join('\n', Verbose.Concat(Warnings).Concat(Errors.Select(error => error.ToString())));

    public void WriteVerbose(string message) => Verbose.Enqueue(message);

    public void WriteWarning(CivitaiWarning warning, string message) => Warnings.Enqueue(warning.WithId(message));

    public void WriteError(CivitaiException exception) => Errors.Enqueue(exception);
}
