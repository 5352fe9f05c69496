using System.Management.Automation;
using System.Management.Automation.Runspaces;
using EngineHost;

namespace Playground;

/// <summary>Runs what is typed and shows what comes, as PowerShell does.</summary>
internal sealed class Terminal : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ConsoleHost _host;
    private readonly EngineSession _session;
    private readonly InstalledPowerShell _installed;
    private PowerShell? _running;
    private bool _interrupted;
    private string _prompt = string.Empty;

    public Terminal(ConsoleHost host)
    {
        _host = host;
        _session = new EngineSession(host);
        _installed = new InstalledPowerShell(_session.Runspace);
        Console.CancelKeyPress += Interrupt;
    }

    /// <summary>Imports the module.</summary>
    /// <param name="path">Its manifest or assembly; the built module when null.</param>
    /// <returns>Whether it could be loaded; if not, the error has been shown.</returns>
    public bool Import(string? path)
    {
        try
        {
            _session.Import(path);
            return true;
        }
        catch (RuntimeException exception)
        {
            Show(exception.ErrorRecord);
            return false;
        }
    }

    /// <summary>Runs a script and shows what it writes.</summary>
    /// <returns>0; 1 when an error was shown; 130 when it was interrupted; or what it asked to exit with.</returns>
    public int Run(string script)
    {
        _host.Screen.ErrorShown = false;
        using var shell = PowerShell.Create(_session.Runspace);
        shell.AddScript(script, useLocalScope: false);
        shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        shell.AddCommand("Out-Default", useLocalScope: true);
        lock (_lock)
        {
            _interrupted = false;
            _running = shell;
        }

        try
        {
            shell.Invoke(input: null, new PSInvocationSettings { AddToHistory = true });
        }
        catch (PipelineStoppedException)
        {
            // Ctrl+C; what was written so far stands on the screen.
        }
        catch (RuntimeException exception)
        {
            Show(exception.ErrorRecord);
        }
        finally
        {
            lock (_lock)
            {
                _running = null;
            }

            _host.Screen.HideProgress();
        }

        if (_installed.TakeHint() is { } hint)
        {
            _host.Screen.WriteErrorLine(hint);
        }

        return _host.ExitCode ?? (_interrupted ? 130 : _host.Screen.ErrorShown ? 1 : 0);
    }

    /// <summary>Reads lines and runs them until <c>exit</c> or the end of standard input.</summary>
    /// <returns>What <c>exit</c> asked for, else 0.</returns>
    public int RunInteractively()
    {
        var script = string.Empty;
        while (_host.ExitCode is null)
        {
            lock (_lock)
            {
                _interrupted = false;
            }

            if (script.Length == 0)
            {
                _prompt = Prompt();
            }

            _host.Screen.Write(script.Length == 0 ? _prompt : ">> ");
            var line = Console.In.ReadLine();
            if (_interrupted)
            {
                // Ctrl+C at the prompt throws away what is incomplete; on Windows it also ends the reading, elsewhere that goes on.
                script = string.Empty;
                if (line is null)
                {
                    continue;
                }
            }

            if (line is null)
            {
                _host.Screen.WriteLine(string.Empty);
                return 0;
            }

            // An empty line ends what is incomplete, so that its error can be read.
            var complete = line.Length == 0;
            script = script.Length == 0 ? line : script + "\n" + line;
            System.Management.Automation.Language.Parser.ParseInput(script, out _, out var errors);
            if (complete || !errors.Any(error => error.IncompleteInput))
            {
                if (!string.IsNullOrWhiteSpace(script))
                {
                    Run(script);
                }

                script = string.Empty;
            }
        }

        return _host.ExitCode.Value;
    }

    public void Dispose()
    {
        Console.CancelKeyPress -= Interrupt;
        _session.Dispose();
    }

    private string Prompt()
    {
        var result = _session.Invoke("prompt");
        return result.Output.Count > 0 ? result.Output[0].BaseObject as string ?? "PS> " : "PS> ";
    }

    // The engine's own view of errors; it marks only those that a running pipeline has written, so the way to standard error is set by hand.
    private void Show(ErrorRecord error)
    {
        _host.Screen.ErrorShown = true;
        _host.Screen.OutputIsError = true;
        try
        {
            using var shell = PowerShell.Create(_session.Runspace);
            shell.AddCommand("Out-Default").Invoke(new[] { error });
        }
        finally
        {
            _host.Screen.OutputIsError = false;
        }
    }

    private void Interrupt(object? sender, ConsoleCancelEventArgs e)
    {
        lock (_lock)
        {
            e.Cancel = true;
            _interrupted = true;

            // Not Stop: it waits for the pipeline, and this thread belongs to the console.
            _running?.BeginStop(callback: null, state: null);
            if (_running is null && !OperatingSystem.IsWindows())
            {
                _host.Screen.Write(Environment.NewLine + _prompt);
            }
        }
    }
}
