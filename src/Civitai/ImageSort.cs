namespace Civitai;

/// <summary>The orders that the gallery can be listed in.</summary>
public enum ImageSort
{
    /// <summary>By the number of reactions, highest first.</summary>
    MostReactions,

    /// <summary>By the number of comments, highest first.</summary>
    MostComments,

    /// <summary>By the number of collections that hold the image, highest first. The service never tells the number.</summary>
    MostCollected,

    /// <summary>Newest first.</summary>
    Newest,

    /// <summary>Oldest first.</summary>
    Oldest,

    /// <summary>Shuffled within each page that is read: the service itself does not shuffle.</summary>
    Random,
}
