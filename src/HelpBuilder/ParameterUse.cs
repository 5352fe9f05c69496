namespace HelpBuilder;

/// <summary>A parameter as it is in one parameter set.</summary>
/// <param name="Set">The set, or <see cref="CommandReader.AllSets"/>.</param>
/// <param name="IsRequired">Whether it must be given.</param>
/// <param name="Position">Its position, or null where it is named.</param>
/// <param name="PipelineInput">What Get-Help says about the pipeline.</param>
internal sealed record ParameterUse(string Set, bool IsRequired, int? Position, string PipelineInput);
