namespace Civitai;

/// <summary>How a saved image came to be where it is.</summary>
public enum SaveStatus
{
    /// <summary>Fetched whole, in one go.</summary>
    Downloaded,

    /// <summary>An interrupted download was gone on with, in this run or from an earlier one.</summary>
    Resumed,

    /// <summary>The file was there already.</summary>
    AlreadyExists,

    /// <summary>The archive ledger says that it was saved before, wherever the file went since.</summary>
    InArchive,

    /// <summary>The original came twice without its end, byte by byte the same, and was kept as it is because that was allowed.</summary>
    Damaged,
}
