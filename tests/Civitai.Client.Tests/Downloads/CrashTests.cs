using System.Diagnostics;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

public sealed class CrashTests
{
    /// <summary>The whole of it, fifty kills, is <c>dotnet run --project tests/CrashTest</c>.</summary>
    [Fact]
    public async Task A_process_that_is_killed_five_times_leaves_nothing_wrong_and_asks_for_no_byte_twice()
    {
        var program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "CrashTest.exe" : "CrashTest");
        using var test = Process.Start(new ProcessStartInfo(program, "5") { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = test.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var complained = test.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await test.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, string.Empty), (test.ExitCode, await complained));
        Assert.StartsWith("5 kills", await said, StringComparison.Ordinal);
    }
}
