using System;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai;

/// <summary>
/// Saves images into one folder. <see cref="Plan"/> is called on one thread at a time, <see cref="SaveAsync"/> for as many plans at once as
/// the caller likes. <see cref="IDisposable.Dispose"/> cancels what is under way and waits for its end (bounded), so that no file is left open.
/// </summary>
public interface IImageSaver : IDisposable
{
    /// <summary>Reads the archive and makes sure that it can be written and that the folder is one. Called once, before the first plan.</summary>
    /// <exception cref="CivitaiException">Nothing can be saved so.</exception>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>Decides what an image will be called and whether it is there already. Touches nothing.</summary>
    /// <param name="image">The image.</param>
    /// <param name="name">The name that a script block gave, or null to use the template of the options.</param>
    /// <exception cref="CivitaiException">The image cannot be saved; the next one may.</exception>
    SavePlan Plan(Image image, string? name);

    /// <summary>Does what was planned. <see cref="SaveOptions.ThrottleLimit"/> files are fetched at a time, the others wait, new images in the order of their calls.</summary>
    /// <exception cref="CivitaiException">The image could not be saved; nothing wrong stands under its name.</exception>
    Task<SavedImage> SaveAsync(SavePlan plan, CancellationToken cancellationToken);

    /// <summary>How far everything is now. May be called on any thread.</summary>
    SaveProgress GetProgress();
}
