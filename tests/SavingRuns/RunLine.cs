namespace SavingRuns;

/// <summary>What a run says of one image, or of itself.</summary>
/// <param name="Id">The image; 0 for a warning.</param>
/// <param name="Status">How it was saved, or null where it was not.</param>
/// <param name="Path">Where it was saved.</param>
/// <param name="Complaint">The error or the warning.</param>
public sealed record RunLine(long Id, string? Status, string? Path, string? Complaint);
