namespace Civitai.Client.Tests.Feeds;

/// <summary>Keeps what the engine says.</summary>
internal sealed class FeedActivity : IActivity
{
    private readonly Lock _lock = new();
    private readonly List<string> _verbose = [];
    private readonly List<string> _warnings = [];
    private readonly List<CivitaiException> _errors = [];

    public IReadOnlyList<string> Verbose => Copy(_verbose);

    public IReadOnlyList<string> Warnings => Copy(_warnings);

    public IReadOnlyList<CivitaiException> Errors => Copy(_errors);

    public void WriteVerbose(string message) => Add(_verbose, message);

    public void WriteWarning(CivitaiWarning warning, string message) => Add(_warnings, warning.WithId(message));

    public void WriteError(CivitaiException exception) => Add(_errors, exception);

    private void Add<T>(List<T> list, T item)
    {
        lock (_lock)
        {
            list.Add(item);
        }
    }

    private T[] Copy<T>(List<T> list)
    {
        lock (_lock)
        {
            return [.. list];
        }
    }
}
