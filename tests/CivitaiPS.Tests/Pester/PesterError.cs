namespace CivitaiPS.Tests;

/// <summary>Why a test of Pester failed.</summary>
/// <param name="Message">What Pester says of it.</param>
/// <param name="Trace">Where in the scripts it happened, a line for each call.</param>
internal sealed record PesterError(string Message, string Trace);
