using System.Management.Automation;

namespace CivitaiPS.Tests;

/// <summary>One way to meet an error of the table in the contract.</summary>
/// <param name="Id">The error's id, without what stands before and after it.</param>
/// <param name="Category">Its category.</param>
/// <param name="Target">The type of its target; empty for none.</param>
/// <param name="Arrange">Sets up what goes wrong and gives the script that meets it.</param>
internal sealed record ErrorCase(string Id, ErrorCategory Category, string Target, Func<ModuleSession, string> Arrange)
{
    /// <summary>How many objects the script writes all the same; null where the command ends.</summary>
    public int? Outputs { get; init; }

    /// <summary>What the message must hold.</summary>
    public string Words { get; init; } = "";

    /// <summary>What the recommended action must hold.</summary>
    public string[] Advice { get; init; } = [];

    /// <summary>What the recommended action must not hold.</summary>
    public string[] NoAdvice { get; init; } = [];

    /// <summary>What is typed before: nothing is tried twice, so that nothing waits.</summary>
    public string Connect { get; init; } = "Connect-Civitai -MaximumRetryCount 0 | Out-Null";

    /// <summary>How many requests are made; null where it does not matter.</summary>
    public int? Requests { get; init; }
}
