using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace EngineHost;

/// <summary>A script that is running.</summary>
public sealed class EngineRun : IDisposable
{
    private readonly PowerShell _shell;
    private readonly PSDataCollection<PSObject> _input;
    private readonly PSDataCollection<PSObject> _output = [];
    private readonly IAsyncResult _invocation;

    internal EngineRun(Runspace runspace, string script, object[] input)
    {
        _shell = PowerShell.Create(runspace);
        _shell.AddScript(script);
        _input = new PSDataCollection<PSObject>(input.Select(PSObject.AsPSObject));
        _input.Complete();
        _invocation = _shell.BeginInvoke(_input, _output);
    }

    /// <summary>Completes when the script has written as many objects, or has ended with fewer.</summary>
    /// <param name="count">How many objects to wait for.</param>
    /// <returns>Whether so many were written.</returns>
    public async Task<bool> WroteAsync(int count)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _output.DataAdded += Look;
        _shell.InvocationStateChanged += Look;
        Look(this, EventArgs.Empty);
        await written.Task.ConfigureAwait(false);
        _output.DataAdded -= Look;
        _shell.InvocationStateChanged -= Look;
        return _output.Count >= count;

        void Look(object? sender, EventArgs e)
        {
            if (_output.Count >= count || _shell.InvocationStateInfo.State is not (PSInvocationState.NotStarted or PSInvocationState.Running))
            {
                written.TrySetResult();
            }
        }
    }

    /// <summary>Completes when a progress record has been written that fits.</summary>
    /// <param name="fits">Which record is waited for.</param>
    /// <returns>A task that ends with the record, or in an error if the script ends without one.</returns>
    public async Task ShowedProgressAsync(Func<ProgressRecord, bool> fits)
    {
        var shown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _shell.Streams.Progress.DataAdded += Look;
        _shell.InvocationStateChanged += End;
        Look(this, EventArgs.Empty);
        End(this, EventArgs.Empty);
        await shown.Task.ConfigureAwait(false);
        _shell.Streams.Progress.DataAdded -= Look;
        _shell.InvocationStateChanged -= End;

        void Look(object? sender, EventArgs e)
        {
            if (_shell.Streams.Progress.Any(fits))
            {
                shown.TrySetResult();
            }
        }

        void End(object? sender, EventArgs e)
        {
            if (_shell.InvocationStateInfo.State is not (PSInvocationState.NotStarted or PSInvocationState.Running))
            {
                shown.TrySetException(new InvalidOperationException("The script ended without the progress record."));
            }
        }
    }

    /// <summary>Does what Ctrl+C does, and waits until the script has stopped.</summary>
    public void Stop() => _shell.Stop();

    /// <summary>Waits for the end.</summary>
    /// <returns>Everything that the script wrote.</returns>
    public EngineResult Wait()
    {
        ErrorRecord? terminating = null;
        var stopped = false;
        try
        {
            _shell.EndInvoke(_invocation);
        }
        catch (PipelineStoppedException)
        {
            stopped = true;
        }
        catch (RuntimeException exception)
        {
            terminating = exception.ErrorRecord;
        }

        var streams = _shell.Streams;
        return new EngineResult
        {
            Output = [.. _output],
            Errors = terminating is null ? [.. streams.Error] : [.. streams.Error, terminating],
            TerminatingError = terminating,
            Stopped = stopped,
            Warnings = [.. streams.Warning.Select(record => record.Message)],
            Verbose = [.. streams.Verbose.Select(record => record.Message)],
            Debug = [.. streams.Debug.Select(record => record.Message)],
            Information = [.. streams.Information],
            Progress = [.. streams.Progress],
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _shell.Dispose();
        _input.Dispose();
        _output.Dispose();
    }
}
