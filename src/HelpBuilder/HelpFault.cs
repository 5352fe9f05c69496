namespace HelpBuilder;

/// <summary>Something is wrong with a page, or a page is wrong about its command. Ends the build.</summary>
/// <param name="file">The file to look at.</param>
/// <param name="line">The line, counted from 1, or 0 where the whole file is meant.</param>
/// <param name="message">What is wrong, as a sentence.</param>
internal sealed class HelpFault(string file, int line, string message) : Exception(message)
{
    /// <summary>The fault as compilers write it, so that builds and editors show it as an error of that line.</summary>
    public override string ToString() => line > 0 ? $"{file}({line}): error HELP001: {Message}" : $"{file} : error HELP001: {Message}";
}
