using System.Diagnostics;
using System.Text;

namespace CivitaiPS.Tests;

/// <summary>A program in a terminal of 120 by 40 that is really there for it: what reads keys and moves the cursor does so. It takes the program <c>script</c> of util-linux.</summary>
internal sealed class PseudoTerminal : IAsyncDisposable
{
    private const string Script = "/usr/bin/script";

    // What a program asks the terminal, and what it is told: one that only reads what is typed needs no more than some answer.
    private const string WhereIsTheCursor = "\e[6n";
    private const string AtTheTop = "\e[1;1R";

    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly StringBuilder _screen = new();
    private readonly Task _reading;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;

    private PseudoTerminal(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    /// <summary>Whether this machine can have one.</summary>
    public static bool IsAvailable => OperatingSystem.IsLinux() && File.Exists(Script);

    /// <summary>Starts a program in a new terminal.</summary>
    /// <param name="program">The program.</param>
    /// <returns>The terminal.</returns>
    public static PseudoTerminal Start(ProcessStartInfo program)
    {
        var command = string.Join(' ', program.ArgumentList.Prepend(program.FileName).Select(word => "'" + word.Replace("'", @"'\''", StringComparison.Ordinal) + "'"));
        program.FileName = Script;
        program.ArgumentList.Clear();
        foreach (var argument in (string[])["--quiet", "--return", "--command", "stty cols 120 rows 40; exec " + command, "/dev/null"])
        {
            program.ArgumentList.Add(argument);
        }

        program.Environment["TERM"] = "xterm-256color";
        program.Environment["SHELL"] = "/bin/sh";
        return new PseudoTerminal(Process.Start(PwshRun.Redirect(program))!);
    }

    /// <summary>Waits until a text has been written, after what was there when something was last typed.</summary>
    /// <param name="text">The text.</param>
    /// <param name="from">Where to look from.</param>
    /// <returns>A task that ends then.</returns>
    /// <exception cref="EndOfStreamException">The program ended before.</exception>
    public async Task WaitForAsync(string text, int from = 0)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_screen.ToString(from, _screen.Length - from).Contains(text, StringComparison.Ordinal))
                {
                    return;
                }

                if (_ended)
                {
                    throw new EndOfStreamException($"'{text}' was not written: {_screen}");
                }

                changed = _changed.Task;
            }

            await changed;
        }
    }

    /// <summary>Types, and waits until a text has been written.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="text">The text.</param>
    /// <returns>A task that ends then.</returns>
    public async Task TypeAsync(string keys, string text)
    {
        int before;
        lock (_lock)
        {
            before = _screen.Length;
        }

        await SendAsync(keys);
        await WaitForAsync(text, before);
    }

    /// <summary>Types what ends the program, and waits for that.</summary>
    /// <param name="keys">The keys.</param>
    /// <returns>Its exit code.</returns>
    public async Task<int> TypeAndWaitForExitAsync(string keys)
    {
        await SendAsync(keys);
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        await _reading;
        _process.Dispose();
    }

    private async Task SendAsync(string keys)
    {
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync();
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        int count;
        while ((count = await _process.StandardOutput.ReadAsync(buffer)) > 0)
        {
            int asked;
            lock (_lock)
            {
                // A question may come in two pieces.
                var from = Math.Max(0, _screen.Length - WhereIsTheCursor.Length + 1);
                _screen.Append(buffer, 0, count);
                asked = _screen.ToString(from, _screen.Length - from).Split(WhereIsTheCursor).Length - 1;
            }

            for (; asked > 0; asked--)
            {
                await SendAsync(AtTheTop);
            }

            Signal(ended: false);
        }

        Signal(ended: true);
    }

    private void Signal(bool ended)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _ended = ended;
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }
}
