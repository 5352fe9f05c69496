namespace HelpBuilder;

/// <summary>A related link.</summary>
/// <param name="Text">What it leads to.</param>
/// <param name="Address">The address; null for a page or a topic of this module, which Get-Help finds by its name.</param>
internal sealed record HelpLink(string Text, string? Address);
