namespace Civitai.Client.Tests.RealFiles;

/// <summary>What can be told of a file that was cut off, from its bytes alone.</summary>
public enum CutRule
{
    /// <summary>Every cut shows, but one in bytes that only follow the file.</summary>
    Shows,

    /// <summary>The file is a row of complete pieces: a cut within one shows, a cut between two need not.</summary>
    ShowsWithinPieces,

    /// <summary>The format does not say where it ends; only the announced length can tell.</summary>
    DoesNotShow,
}
