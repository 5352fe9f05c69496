namespace Civitai;

/// <summary>
/// A listing of images by their ids that come one by one. An id is requested as soon as it is added, several at once, and the images are
/// read in the order of the ids. <see cref="IImageFeed.WaitToReadAsync"/> returns false when nothing of what has been added is left.
/// </summary>
public interface IImageLookup : IImageFeed
{
    /// <summary>How many ids have been added whose image has not been read and which have not been reported as missing.</summary>
    int Pending { get; }

    /// <summary>Adds an id, above 0.</summary>
    void Add(long imageId);
}
