namespace HelpBuilder;

/// <summary>An example of a page.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Code">What is typed.</param>
/// <param name="Remarks">What it does.</param>
internal sealed record HelpExample(string Title, string Code, IReadOnlyList<string> Remarks);
