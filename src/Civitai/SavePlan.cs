namespace Civitai;

/// <summary>What will be done with one image, decided before anything is touched. The engine derives its own from it.</summary>
public abstract class SavePlan
{
    /// <summary>Makes the plan for an image.</summary>
    protected SavePlan(Image image)
    {
        Image = image;
    }

    /// <summary>The image.</summary>
    public Image Image { get; }

    /// <summary>Whether a media request is needed; otherwise the image is there, or the archive has it.</summary>
    public abstract bool NeedsDownload { get; }

    /// <summary>The full path that the file will have or has; without extension as long as only the bytes can tell it.</summary>
    public abstract string Path { get; }
}
