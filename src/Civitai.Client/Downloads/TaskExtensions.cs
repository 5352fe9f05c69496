#if !NET
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Downloads;

/// <summary>What tasks cannot do yet on the older framework.</summary>
internal static class TaskExtensions
{
    /// <summary>Waits for a task, but no longer than until the token is cancelled. The task itself goes on.</summary>
    internal static async Task WaitAsync(this Task task, CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (cancellationToken.Register(() => cancelled.TrySetCanceled(cancellationToken)))
        {
            var first = await Task.WhenAny(task, cancelled.Task).ConfigureAwait(false);
            await first.ConfigureAwait(false);
        }
    }
}
#endif
