using System.Diagnostics;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>
/// Two machines, <c>server1</c> and <c>server2</c>, and a client that knows them by these names, as it would from its <c>~/.ssh/config</c>. All that SSH needs is
/// in a temporary folder: nothing of this machine's own SSH is read or changed.
/// </summary>
internal sealed class SshNetwork : IAsyncDisposable
{
    private readonly string _folder;
    private readonly string _programs;

    private SshNetwork(string folder, IReadOnlyList<SshMachine> machines)
    {
        _folder = folder;
        _programs = Path.Combine(folder, "bin");
        Machines = machines;
    }

    /// <summary>The machines.</summary>
    internal IReadOnlyList<SshMachine> Machines { get; }

    /// <summary>Starts the machines; skips the test where there is no OpenSSH.</summary>
    /// <param name="baseAddress">The service, as the environment of each machine names it.</param>
    internal static async Task<SshNetwork> StartAsync(Uri baseAddress)
    {
        Assert.SkipWhen(SshPrograms.Server is null || SshPrograms.Client is null, "There is no sshd and ssh of OpenSSH.");
        var cancellation = TestContext.Current.CancellationToken;
        if (Environment.IsPrivilegedProcess)
        {
            // Its package makes it when the service starts; sshd itself only asks for it, and only as root.
            Directory.CreateDirectory("/run/sshd");
        }

        var folder = Directory.CreateTempSubdirectory("civitaips-ssh-").FullName;
        var machines = new List<SshMachine>();
        var network = new SshNetwork(folder, machines);
        try
        {
            var key = Path.Combine(folder, "key");
            await SshKey.MakeAsync(key, cancellation);
            foreach (var (name, address) in new[] { ("server1", "127.0.0.1"), ("server2", OperatingSystem.IsLinux() ? "127.0.0.2" : "127.0.0.1") })
            {
                var machine = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
                machines.Add(await SshMachine.StartAsync(SshPrograms.Server!, machine, name, address, key + ".pub", baseAddress, cancellation));
            }

            await network.WriteClientAsync(key, cancellation);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a script in a PowerShell whose <c>ssh</c> knows the machines.</summary>
    /// <param name="workingFolder">Where it works.</param>
    /// <param name="script">The script.</param>
    internal async Task<PwshRun> RunAsync(string workingFolder, string script)
    {
        var start = PwshRun.Describe(workingFolder, "-NonInteractive", "-Command", "$ErrorActionPreference = 'Stop'\n" + script);
        start.Environment["PATH"] = _programs + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        return await PwshRun.StartAsync(start, TestContext.Current.CancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var machine in Machines)
        {
            await machine.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    // PowerShell starts the ssh that it finds, which reads the configuration of whoever runs it: this one reads that of the test.
    private async Task WriteClientAsync(string key, CancellationToken cancellation)
    {
        var knownHosts = Path.Combine(_folder, "known_hosts");
        var configuration = Path.Combine(_folder, "config");
        await File.WriteAllLinesAsync(knownHosts, await Task.WhenAll(Machines.Select(async machine =>
            $"[{machine.Address}]:{machine.Port} {(await File.ReadAllTextAsync(Path.Combine(_folder, machine.Name, "host_key.pub"), cancellation)).Trim()}")), cancellation);
        await File.WriteAllTextAsync(
            configuration,
            string.Concat(Machines.Select(machine => machine.ClientConfiguration())) +
            $"""
            Host *
              User {Environment.UserName}
              IdentityFile {key}
              IdentitiesOnly yes
              IdentityAgent none
              GlobalKnownHostsFile none
              UserKnownHostsFile {knownHosts}
              StrictHostKeyChecking yes

            """,
            cancellation);
        var client = Path.Combine(Directory.CreateDirectory(_programs).FullName, "ssh");
        await SshPrograms.WriteScriptAsync(client, $"exec '{SshPrograms.Client}' -F '{configuration}' \"$@\"", cancellation);
    }
}
