namespace CivitaiPS.Tests;

/// <summary>What a run of Pester left.</summary>
/// <param name="ExitCode">How many tests, blocks and files failed.</param>
/// <param name="Tests">The tests.</param>
/// <param name="Text">What it wrote to the screen.</param>
internal sealed record PesterFileRun(int ExitCode, IReadOnlyList<PesterTest> Tests, string Text);
