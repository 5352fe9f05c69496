using System.Diagnostics;
using System.IO.Pipes;
using System.Text.Json;
using CivitaiPS.Tests;
using Xunit;

[assembly: AssemblyFixture(typeof(PwshSession))]

namespace CivitaiPS.Tests;

/// <summary>
/// The real PowerShell, one process for all tests that take it: each script gets a runspace of its own in it. It is started by the first script,
/// and a script that ends the process costs the tests after it nothing but a new start.
/// </summary>
public sealed class PwshSession : IAsyncDisposable
{
    // What the module reads from the environment; the tests set it for this process, and each script is run with what it is then.
    private const string Prefix = "CIVITAI_";

    private Process? _process;
    private NamedPipeServerStream? _pipe;
    private StreamReader? _reader;
    private StreamWriter? _writer;
    private Task<string>? _screen;

    /// <summary>Runs a script to its end.</summary>
    /// <param name="folder">Where it works.</param>
    /// <param name="script">The script.</param>
    /// <param name="cancellation">Ends the process.</param>
    /// <returns>What it wrote.</returns>
    /// <exception cref="IOException">The script ended the process; the message has what was on the screen.</exception>
    public async Task<PwshOutput> RunAsync(string folder, string script, CancellationToken cancellation)
    {
        if (_process is not { HasExited: false })
        {
            await DisposeAsync();
            await StartAsync(cancellation);
        }

        var order = new Order(script, folder, Prefix, Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Where(variable => ((string)variable.Key).StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value, StringComparer.Ordinal));
        await _writer!.WriteLineAsync(JsonSerializer.Serialize(order).AsMemory(), cancellation);
        if (await _reader!.ReadLineAsync(cancellation) is { } line)
        {
            return JsonSerializer.Deserialize<PwshOutput>(line)!;
        }

        throw new IOException("The script ended its PowerShell: " + await _screen!);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is null)
        {
            return;
        }

        // The end of the pipe is the end of its loop.
        await _pipe!.DisposeAsync();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    private async Task StartAsync(CancellationToken cancellation)
    {
        var name = "civitaips-" + Guid.NewGuid().ToString("N");
        _pipe = new NamedPipeServerStream(name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        _process = Process.Start(PwshRun.Redirect(PwshRun.Describe(
            Path.GetTempPath(), "-NonInteractive", "-File", Path.Combine(AppContext.BaseDirectory, "Shell", "Invoke-Scripts.ps1"), "-PipeName", name)))!;
        _process.StandardInput.Close();
        _screen = ReadAsync(_process);
        var connected = _pipe.WaitForConnectionAsync(cancellation);
        if (await Task.WhenAny(connected, _screen) == _screen)
        {
            throw new IOException("PowerShell ended before it ran a script: " + await _screen);
        }

        await connected;
        _reader = new StreamReader(_pipe, leaveOpen: true);
        _writer = new StreamWriter(_pipe, leaveOpen: true) { AutoFlush = true };
    }

    private static async Task<string> ReadAsync(Process process) =>
        string.Concat(await Task.WhenAll(process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None)));

    private sealed record Order(string Script, string Folder, string Prefix, IReadOnlyDictionary<string, string?> Environment);
}
