namespace CivitaiPS.Tests;

/// <summary>The programs of OpenSSH, where they are installed.</summary>
internal static class SshPrograms
{
    /// <summary>The server, or null. It is not on the path of everybody.</summary>
    internal static string? Server { get; } = OperatingSystem.IsWindows() ? null : Find("sshd") ?? new[] { "/usr/sbin/sshd", "/usr/local/sbin/sshd" }.FirstOrDefault(File.Exists);

    /// <summary>The client, or null.</summary>
    internal static string? Client { get; } = Find("ssh");

    /// <summary>Finds a program on the path.</summary>
    /// <param name="program">Its name.</param>
    internal static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    /// <summary>Writes a program that is a shell script.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="script">What it does.</param>
    /// <param name="cancellation">Ends it early.</param>
    internal static async Task WriteScriptAsync(string path, string script, CancellationToken cancellation)
    {
        await File.WriteAllTextAsync(path, "#!/bin/sh\n" + script + "\n", cancellation);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
