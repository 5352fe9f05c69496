namespace Civitai;

/// <summary>Where the engine tells what it does. Every member may be called on any thread and returns at once.</summary>
public interface IActivity
{
    /// <summary>A line for who wants to watch: one a request, one a decision.</summary>
    void WriteVerbose(string message);

    /// <summary>Something the user could change or will notice.</summary>
    /// <param name="warning">Which warning it is.</param>
    /// <param name="message">A sentence, without the id.</param>
    void WriteWarning(CivitaiWarning warning, string message);

    /// <summary>An error that costs one item and lets the rest go on.</summary>
    void WriteError(CivitaiException exception);
}
