using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Feeds;

/// <summary>Runs tasks that are only of use together.</summary>
internal static class FirstFailure
{
    /// <summary>
    /// Runs a task for each item, some at once. The first that fails cancels the others and keeps the rest from starting; its exception is
    /// thrown once all of them have ended.
    /// </summary>
    /// <param name="items">The items, in the order in which their tasks start.</param>
    /// <param name="concurrency">How many tasks run at once.</param>
    /// <param name="run">Makes the task of an item.</param>
    /// <param name="cancellationToken">Cancels all of them.</param>
    internal static async Task RunAsync<T>(IReadOnlyCollection<T> items, int concurrency, Func<T, CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var slots = new SemaphoreSlim(concurrency);
        ExceptionDispatchInfo? first = null;
        var isCancelled = false;
        async Task RunOneAsync(T item)
        {
            try
            {
                await slots.WaitAsync(stop.Token).ConfigureAwait(false);
                try
                {
                    await run(item, stop.Token).ConfigureAwait(false);
                }
                finally
                {
                    slots.Release();
                }
            }
            catch (OperationCanceledException)
            {
                // By the first failure, which is what is thrown, or from outside.
                isCancelled = true;
            }
            catch (Exception exception)
            {
                if (Interlocked.CompareExchange(ref first, ExceptionDispatchInfo.Capture(exception), null) is null)
                {
                    stop.Cancel();
                }
            }
        }

        await Task.WhenAll(items.Select(RunOneAsync)).ConfigureAwait(false);
        first?.Throw();
        if (isCancelled)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }
}
