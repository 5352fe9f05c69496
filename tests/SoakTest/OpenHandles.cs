namespace SoakTest;

/// <summary>What this process has open, where the system tells.</summary>
internal static class OpenHandles
{
    private const string Folder = "/proc/self/fd";

    internal static int Sockets() => Targets().Count(target => target.StartsWith("socket:", StringComparison.Ordinal));

    internal static string[] FilesBelow(string folder) => [.. Targets().Where(target => target.StartsWith(folder, StringComparison.Ordinal))];

    private static IEnumerable<string> Targets() => !Directory.Exists(Folder) ? [] : Directory.EnumerateFileSystemEntries(Folder).Select(Target).OfType<string>();

    private static string? Target(string entry)
    {
        try
        {
            return new FileInfo(entry).LinkTarget;
        }
        catch (IOException)
        {
            // Closed between being listed and being looked at.
            return null;
        }
    }
}
