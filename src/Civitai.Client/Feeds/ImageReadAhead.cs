using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Feeds;

/// <summary>A source of images that looks one ahead, so that several can be compared by what they give next.</summary>
internal abstract class ImageReadAhead
{
    /// <summary>The next image, or null where it has not arrived yet or there is none.</summary>
    internal Image? Head { get; private protected set; }

    /// <summary>Whether there is a next image without waiting.</summary>
    [MemberNotNullWhen(true, nameof(Head))]
    internal abstract bool TryFill();

    /// <summary>Waits for the next image.</summary>
    /// <returns>False at the end.</returns>
    internal abstract Task<bool> FillAsync(CancellationToken cancellationToken);

    /// <summary>Takes the next image, which must be there.</summary>
    internal virtual Image Take()
    {
        var head = Head!;
        Head = null;
        return head;
    }

    /// <summary>Waits until nothing of this source runs any more; cancellation has been asked for already.</summary>
    internal abstract Task WhenIdleAsync();
}
