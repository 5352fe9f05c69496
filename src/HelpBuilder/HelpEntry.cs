namespace HelpBuilder;

/// <summary>A parameter, an input type or an output type of a page.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Line">Where it is described, counted from 1.</param>
/// <param name="Text">Its description, paragraph by paragraph.</param>
/// <param name="Default">The default value of a parameter where the page names one.</param>
internal sealed record HelpEntry(string Name, int Line, IReadOnlyList<string> Text, string? Default);
