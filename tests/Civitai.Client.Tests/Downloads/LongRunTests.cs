using Xunit;

namespace Civitai.Client.Tests.Downloads;

/// <summary>A little of the runs that are programs of their own; the whole of each is <c>dotnet run -c Release --project tests/NAME</c>.</summary>
public sealed class LongRunTests
{
    [Fact]
    public async Task A_process_that_is_killed_five_times_leaves_nothing_wrong() =>
        Assert.Matches("^[5-6] kills in .*: every file, sidecar and archive entry right", await TestProgram.RunAsync("CrashTest", "5"));

    [Fact]
    public async Task Two_runs_into_one_folder_lose_nothing_and_have_no_error() =>
        Assert.StartsWith("3 rounds of two runs of 400 images, 0 of them with faults", await TestProgram.RunAsync("TwoRunsTest", "3"), StringComparison.Ordinal);
}
