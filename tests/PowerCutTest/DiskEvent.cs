namespace PowerCutTest;

/// <summary>What happened to a disk: bytes were written, or, without bytes, everything written before was made safe.</summary>
/// <param name="Offset">Where the bytes begin.</param>
/// <param name="Bytes">The bytes, or null for a flush.</param>
internal sealed record DiskEvent(long Offset, byte[]? Bytes);
