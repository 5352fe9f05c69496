namespace Civitai;

/// <summary>The text of a warning.</summary>
public static class CivitaiWarningText
{
    /// <summary>A warning's text with its id before it: PowerShell gives commands no other place for the id.</summary>
    public static string WithId(this CivitaiWarning warning, string message) => "Civitai" + warning + ": " + message;
}
