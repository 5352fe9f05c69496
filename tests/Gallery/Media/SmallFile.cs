namespace Gallery;

/// <summary>A whole media file of a few hundred bytes, and where it could be cut unnoticed.</summary>
/// <param name="Name">What is special about it.</param>
/// <param name="Extension">The extension that belongs to its format, without a dot.</param>
/// <param name="Bytes">All of it.</param>
/// <param name="WholeFrom">The length in bytes from which on it is whole: less than all where what follows is not needed, or where the format tells nothing more.</param>
/// <param name="WholeAt">Shorter lengths that are whole files, too.</param>
public sealed record SmallFile(string Name, string Extension, byte[] Bytes, int WholeFrom, params int[] WholeAt)
{
    /// <summary>A file of which nothing may be missing.</summary>
    public SmallFile(string name, string extension, byte[] bytes)
        : this(name, extension, bytes, bytes.Length)
    {
    }

    /// <summary>Whether the first bytes, this many, are a file that its format calls whole.</summary>
    public bool IsWholeAt(int length) => length >= WholeFrom || WholeAt.Contains(length);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
