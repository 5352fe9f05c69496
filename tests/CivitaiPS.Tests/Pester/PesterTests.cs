using Xunit;

namespace CivitaiPS.Tests;

/// <summary>
/// Each test of <c>tests/Pester</c> as a test of this run. A file is run by the first of its tests; one test is chosen with
/// <c>--filter-display-name '*part of its name*'</c>.
/// </summary>
public sealed class PesterTests
{
    public static IEnumerable<ITheoryDataRow> Tests() =>
        PesterSuite.Tests.Select(test => new TheoryDataRow<string>(test.Place) { TestDisplayName = "Pester > " + test.Name });

    public static TheoryData<string> Files => [.. PesterSuite.Files];

    [Theory]
    [MemberData(nameof(Tests))]
    public async Task Passes(string place)
    {
        var run = await PesterSuite.RunAsync(PesterSuite.Tests.Single(test => test.Place == place).File, TestContext.Current.CancellationToken);
        var result = run.Tests.SingleOrDefault(test => test.Place == place);
        Assert.True(result is not null, "Pester did not run it: " + run.Text);
        Assert.SkipWhen(result.Result == "Skipped", "Skipped by Pester.");
        if (result.Errors.Count > 0)
        {
            throw new PesterFailureException(result.Errors);
        }

        Assert.Equal("Passed", result.Result);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Nothing_else_in_the_file_fails_and_every_test_of_it_is_known(string file)
    {
        var run = await PesterSuite.RunAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal(PesterSuite.Tests.Where(test => test.File == file).Select(test => test.Place), run.Tests.Select(test => test.Place));

        // The rest are blocks and files that could not be set up or cleaned up.
        Assert.True(run.ExitCode == run.Tests.Count(test => test.Result == "Failed"), run.Text);
    }
}
