namespace CivitaiPS.Tests;

/// <summary>A test of <c>tests/Pester</c>, as <c>Invoke-Tests.ps1</c> describes it.</summary>
internal sealed class PesterTest
{
    /// <summary>Its file, its line, and which row of its data it is: <c>Save-CivitaiImage.Tests.ps1:32 #2</c>.</summary>
    public required string Place { get; init; }

    /// <summary>The names of its blocks and its own.</summary>
    public required string Name { get; init; }

    /// <summary>How it ended: <c>Passed</c>, <c>Failed</c>, <c>Skipped</c> and the like.</summary>
    public required string Result { get; init; }

    /// <summary>Why it failed.</summary>
    public required IReadOnlyList<PesterError> Errors { get; init; }

    /// <summary>The file alone.</summary>
    public string File => Place[..Place.LastIndexOf(':')];
}
