using System.Diagnostics;

namespace CivitaiPS.Tests;

/// <summary>Key pairs.</summary>
internal static class SshKey
{
    /// <summary>Makes a key pair without a passphrase.</summary>
    /// <param name="path">The file of the private key; the public one is beside it, with <c>.pub</c> at its end.</param>
    /// <param name="cancellation">Ends it early.</param>
    internal static async Task MakeAsync(string path, CancellationToken cancellation)
    {
        var run = await PwshRun.StartAsync(PwshRun.Redirect(new ProcessStartInfo("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path]) { UseShellExecute = false }), cancellation);
        if (run.ExitCode != 0)
        {
            throw new InvalidOperationException("ssh-keygen failed: " + run.Output + run.Error);
        }
    }
}
