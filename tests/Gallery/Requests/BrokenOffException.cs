namespace Gallery;

/// <summary>Thrown out of an answer to make Kestrel end the connection in an orderly way after what has been written, without the rest.</summary>
internal sealed class BrokenOffException : Exception
{
    public BrokenOffException()
        : base("A fault ends this answer here.")
    {
    }
}
