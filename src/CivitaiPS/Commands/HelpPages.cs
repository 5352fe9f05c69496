namespace CivitaiPS.Commands;

/// <summary>Where <c>Get-Help -Online</c> leads: the pages that the help is made of.</summary>
internal static class HelpPages
{
    internal const string ConnectCivitai = Folder + "Connect-Civitai.md";

    internal const string DisconnectCivitai = Folder + "Disconnect-Civitai.md";

    internal const string GetCivitaiConnection = Folder + "Get-CivitaiConnection.md";

    internal const string GetCivitaiImage = Folder + "Get-CivitaiImage.md";

    internal const string SaveCivitaiImage = Folder + "Save-CivitaiImage.md";

    private const string Folder = "https://github.com/CivitaiPS/CivitaiPS/blob/main/src/CivitaiPS/Help/";
}
