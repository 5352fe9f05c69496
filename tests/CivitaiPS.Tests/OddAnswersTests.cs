using FuzzTest;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>A few of the answers that <c>tests/FuzzTest --answers</c> gives on demand, through the whole command.</summary>
public sealed class OddAnswersTests
{
    private const int Answers = 400;

    [Fact]
    public async Task Nothing_but_errors_and_warnings_of_the_module_comes_of_odd_answers()
    {
        await using var server = new OddServer(await CommandFuzz.AnswersAsync(seed: 1));
        using var fuzz = new CommandFuzz(seed: 1);

        var fault = await Task.Run(() => fuzz.Run(server, Answers), TestContext.Current.CancellationToken);

        Assert.True(fault is null, fault + Environment.NewLine + string.Join(Environment.NewLine, server.Last));

        // Some of the answers are right, and most of what can be wrong with them is met.
        Assert.InRange(fuzz.Clean, 1, Answers);
        Assert.InRange(fuzz.Errors.Count, 6, 40);
    }
}
