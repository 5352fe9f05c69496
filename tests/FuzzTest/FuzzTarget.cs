namespace FuzzTest;

/// <summary>A reader, what is given to it, and what makes that out of samples. <see cref="Read"/> throws for what must not happen, and says whether the input was accepted.</summary>
internal sealed record FuzzTarget(string Name, int Share, Mutator Mutator, Func<byte[], bool> Read);
