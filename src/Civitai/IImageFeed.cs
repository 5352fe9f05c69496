using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai;

/// <summary>
/// A listing that is read as it is wanted. Nothing is requested before <see cref="WaitToReadAsync"/> is called, and nothing by
/// <see cref="TryRead"/>. One reader at a time. <see cref="IDisposable.Dispose"/> cancels what is under way and waits for its end (bounded).
/// </summary>
public interface IImageFeed : IDisposable
{
    /// <summary>Takes the next image if it has arrived already.</summary>
    /// <returns>False when <see cref="WaitToReadAsync"/> must be asked.</returns>
    bool TryRead([NotNullWhen(true)] out Image? image);

    /// <summary>Reads on until an image can be taken.</summary>
    /// <returns>False at the end of the listing.</returns>
    /// <exception cref="CivitaiException">The listing cannot be gone on with.</exception>
    Task<bool> WaitToReadAsync(CancellationToken cancellationToken);

    /// <summary>How far the listing is now. May be called on any thread.</summary>
    ListingProgress GetProgress();
}
