namespace Civitai.Client.Http;

/// <summary>Who asks.</summary>
internal static class UserAgent
{
    /// <summary>The module, its version, and where to find out more.</summary>
    internal static string Value { get; } =
        "CivitaiPS/" + typeof(UserAgent).Assembly.GetName().Version!.ToString(3) + " (PowerShell module; +https://www.powershellgallery.com/packages/CivitaiPS)";
}
