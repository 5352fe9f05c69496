using System.Diagnostics;
using PowerShellTool;

namespace CivitaiPS.Tests;

/// <summary>
/// A machine to reach over SSH: an <c>sshd</c> on loopback with host key, configuration and home of its own, where the module is installed as a user installs it.
/// </summary>
internal sealed class SshMachine : IAsyncDisposable
{
    private readonly Process _server;
    private readonly Task<string> _log;

    private SshMachine(string name, string home, string address, int port, Process server, Task<string> log)
    {
        Name = name;
        Home = home;
        Address = address;
        Port = port;
        _server = server;
        _log = log;
    }

    /// <summary>What it is called in the client's configuration.</summary>
    internal string Name { get; }

    /// <summary>The home of whoever logs in.</summary>
    internal string Home { get; }

    /// <summary>The address that it listens on.</summary>
    internal string Address { get; }

    /// <summary>The port that it listens on.</summary>
    internal int Port { get; }

    /// <summary>Starts one.</summary>
    /// <param name="sshd">The server program.</param>
    /// <param name="folder">An empty folder for all that it needs.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="address">The loopback address.</param>
    /// <param name="authorizedKeys">The keys that may log in.</param>
    /// <param name="baseAddress">The service, as its environment names it.</param>
    /// <param name="cancellation">Ends it early.</param>
    internal static async Task<SshMachine> StartAsync(string sshd, string folder, string name, string address, string authorizedKeys, Uri baseAddress, CancellationToken cancellation)
    {
        var home = Directory.CreateDirectory(Path.Combine(folder, "home")).FullName;
        Install(home);
        var hostKey = Path.Combine(folder, "host_key");
        await SshKey.MakeAsync(hostKey, cancellation);

        // A subsystem's command is read by a shell, and paths may have spaces: the script has the quotes.
        var powershell = Path.Combine(folder, "powershell");
        await SshPrograms.WriteScriptAsync(powershell, $"exec '{DotnetPath()}' '{Pwsh.Program}' -sshs -NoLogo -NoProfile", cancellation);

        for (var attempt = 0; ; attempt++)
        {
            var port = FreePort.On(address);
            var configuration = Path.Combine(folder, "sshd_config");
            await File.WriteAllTextAsync(
                configuration,
                $"""
                ListenAddress {address}
                Port {port}
                HostKey {hostKey}
                PidFile none
                AuthorizedKeysFile {authorizedKeys}
                StrictModes no
                UsePAM no
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                PermitRootLogin yes
                Subsystem powershell {powershell}
                SetEnv HOME={home} CIVITAI_BASE_URL={baseAddress} DOTNET_ROLL_FORWARD=Major POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off

                """,
                cancellation);
            var server = Process.Start(new ProcessStartInfo(sshd, ["-D", "-e", "-f", configuration]) { UseShellExecute = false, RedirectStandardError = true })!;
            var said = string.Empty;
            while (await server.StandardError.ReadLineAsync(cancellation) is { } line)
            {
                said += line + "\n";
                if (line.StartsWith("Server listening on", StringComparison.Ordinal))
                {
                    return new SshMachine(name, home, address, port, server, server.StandardError.ReadToEndAsync(CancellationToken.None));
                }
            }

            await server.WaitForExitAsync(cancellation);
            server.Dispose();
            if (attempt == 4 || !said.Contains("Address already in use", StringComparison.Ordinal))
            {
                throw new InvalidOperationException("sshd did not start: " + said);
            }
        }
    }

    /// <summary>What the client has to know of it.</summary>
    internal string ClientConfiguration() => $"Host {Name}\n  HostName {Address}\n  Port {Port}\n";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        await _log;
        _server.Dispose();
    }

    private static void Install(string home)
    {
        var target = Path.Combine(home, ".local", "share", "powershell", "Modules", "CivitaiPS", Path.GetFileName(BuiltModule.Folder));
        foreach (var file in Directory.GetFiles(BuiltModule.Folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(BuiltModule.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    // A login has a path of its own, on which dotnet need not be.
    private static string DotnetPath() => Path.IsPathRooted(Pwsh.Dotnet) ? Pwsh.Dotnet : SshPrograms.Find(Pwsh.Dotnet)!;
}
