using System;
using System.Diagnostics;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using Civitai;

namespace CivitaiPS.Pipeline;

/// <summary>
/// The bridge between tasks and the pipeline. The pipeline thread waits here for tasks and meanwhile writes what the engine says.
/// Whatever way a command ends (done, an error, Ctrl+C, a downstream <c>Select-Object -First</c>, for which PowerShell calls
/// Dispose alone), <see cref="Cancellation"/> is cancelled.
/// </summary>
public abstract class CivitaiCommand : PSCmdlet, IDisposable
{
    /// <summary>How long a cancelled task may take to end before the pipeline goes on without it.</summary>
    private const int PatienceAfterCancellation = 5000;

    private readonly CancellationTokenSource _stop = new();
    private readonly ActivityQueue _activity = new();
    private readonly Stopwatch _sinceTick = Stopwatch.StartNew();
    private ProgressWriter? _progress;
    private bool _disposed;

    /// <summary>Cancelled when the command ends in any way.</summary>
    private protected CancellationToken Cancellation => _stop.Token;

    /// <summary>Where the engine tells what it does.</summary>
    private protected IActivity Activity
    {
        get
        {
            _activity.WantsVerbose = MyInvocation.BoundParameters.ContainsKey("Verbose")
                || GetVariableValue("VerbosePreference") is not ActionPreference.SilentlyContinue;
            return _activity;
        }
    }

    /// <summary>Where progress is shown; what is still on the screen when the command ends is taken off it.</summary>
    private protected ProgressWriter Progress => _progress ??= new ProgressWriter(this);

    /// <summary>How often <see cref="OnTick"/> is called while waiting, in milliseconds; by default never.</summary>
    private protected virtual int TickInterval => Timeout.Infinite;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _stop.Cancel();
            _progress?.Abandon();
            Dispose(disposing: true);
            _stop.Dispose();
            _activity.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Ctrl+C arrived on its own thread just as the command ended by itself.
        }
    }

    /// <summary>Lets go of what the command holds, after <see cref="Cancellation"/> has been cancelled.</summary>
    private protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>Called on the pipeline thread while waiting.</summary>
    private protected virtual void OnTick()
    {
    }

    /// <summary>Writes what the engine has said.</summary>
    private protected void WriteActivity() => _activity.WriteTo(this);

    /// <summary>Waits for a task on the pipeline thread, writing what the engine says meanwhile.</summary>
    /// <exception cref="PipelineStoppedException">The command was stopped.</exception>
    private protected T Wait<T>(Task<T> task)
    {
        WaitUntilEnded(task);
        return task.GetAwaiter().GetResult();
    }

    /// <inheritdoc cref="Wait{T}(Task{T})"/>
    private protected void Wait(Task task)
    {
        WaitUntilEnded(task);
        task.GetAwaiter().GetResult();
    }

    /// <summary>Waits until a condition holds that only changes when a task given to <see cref="WakeWhenEnded"/> ends.</summary>
    private protected void WaitUntil(Func<bool> condition)
    {
        Stopwatch? sinceCancellation = null;
        while (true)
        {
            WriteActivity();
            if (condition())
            {
                return;
            }

            if (_stop.IsCancellationRequested)
            {
                sinceCancellation ??= Stopwatch.StartNew();
                if (sinceCancellation.ElapsedMilliseconds > PatienceAfterCancellation)
                {
                    throw new PipelineStoppedException();
                }

                _activity.WaitForNews(100);
                continue;
            }

            _activity.WaitForNews(TickInterval);
            if (TickInterval != Timeout.Infinite && _sinceTick.ElapsedMilliseconds >= TickInterval)
            {
                _sinceTick.Restart();
                OnTick();
            }
        }
    }

    /// <summary>Has the pipeline thread woken when a task ends.</summary>
    private protected void WakeWhenEnded(Task task) =>
        _ = task.ContinueWith(
            static (_, state) => ((ActivityQueue)state!).Signal(),
            _activity,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

    private void WaitUntilEnded(Task task)
    {
        if (!task.IsCompleted)
        {
            using var stopped = _stop.Token.Register(static state => ((ActivityQueue)state!).Signal(), _activity);
            WakeWhenEnded(task);
            WaitUntil(() => task.IsCompleted);
        }

        WriteActivity();
        if (task.IsCanceled && _stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }
}
