using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace SavingRuns;

/// <summary>A run in a process of its own: this same program, started again with an order.</summary>
public sealed class SavingProcess : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<RunLine> _lines = new();
    private readonly ConcurrentQueue<string> _complaints = new();

    private SavingProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) =>
        {
            // What was being written when the process was killed is no line.
            if (e.Data is { } text && text.EndsWith('}'))
            {
                _lines.Enqueue(JsonSerializer.Deserialize<RunLine>(text)!);
            }
        };
        process.ErrorDataReceived += (_, e) =>
        {
            if (e.Data is { } text)
            {
                _complaints.Enqueue(text);
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What the run has said of its images.</summary>
    public IReadOnlyCollection<RunLine> Lines => _lines;

    /// <summary>What it wrote to its standard error.</summary>
    public string Complaints => string.Join('\n', _complaints);

    /// <summary>Starts a run.</summary>
    /// <param name="order">What it is to do.</param>
    /// <param name="program">The program that calls <see cref="SavingProgram"/>; the running one if null.</param>
    /// <param name="environment">More variables for it.</param>
    public static SavingProcess Start(RunOrder order, string? program = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var path = program ?? Environment.ProcessPath!;
        var start = new ProcessStartInfo(path) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(path) == "dotnet")
        {
            start.ArgumentList.Add(Assembly.GetEntryAssembly()!.Location);
        }

        start.ArgumentList.Add(SavingProgram.Verb);
        start.ArgumentList.Add(JsonSerializer.Serialize(order));
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        return new SavingProcess(Process.Start(start)!);
    }

    /// <summary>Waits until it has ended.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitAsync(CancellationToken cancellationToken = default)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Ends it as a power switch would: SIGKILL on Unix, so no handler, no finally, no flush.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
