namespace Gallery;

/// <summary>What kind of generation data the images of a made-up catalogue carry.</summary>
public enum MetaKind
{
    /// <summary>Mostly small, every odd form now and then, none for a few: the default.</summary>
    Mixed,

    /// <summary>Plain A1111-like data; an item is about 1.2 kB.</summary>
    Small,

    /// <summary>ComfyUI workflows; an item is 60 to 100 kB.</summary>
    Large,

    /// <summary>Every image carries one of the odd forms, the 100 kB ones included.</summary>
    Odd,

    /// <summary>No image has any.</summary>
    None,
}
