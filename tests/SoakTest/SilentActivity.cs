using Civitai;

namespace SoakTest;

/// <summary>Keeps what should not have been said.</summary>
internal sealed class SilentActivity : IActivity
{
    private int _lines;

    /// <summary>The first warnings and errors.</summary>
    internal List<string> Complaints { get; } = [];

    /// <summary>How many verbose lines were written.</summary>
    internal int Lines => _lines;

    public void WriteVerbose(string message) => Interlocked.Increment(ref _lines);

    public void WriteWarning(CivitaiWarning warning, string message) => Complain(warning.WithId(message));

    public void WriteError(CivitaiException exception) => Complain(exception.Message);

    private void Complain(string message)
    {
        lock (Complaints)
        {
            if (Complaints.Count < 20)
            {
                Complaints.Add(message);
            }
        }
    }
}
