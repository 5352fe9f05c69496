using System.Management.Automation;
using Gallery;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>What is on the screen while a command runs, and that nothing of it stays there.</summary>
public sealed class ProgressTests
{
    [Fact]
    public async Task A_slow_listing_shows_images_and_pages_and_takes_them_away()
    {
        var gate = new TaskCompletionSource();
        await using var session = await ModuleSession.StartAsync();
        session.Gallery.Faults.Add(Fault.HoldUntil(gate.Task).OnImages().Nth(3));
        using var run = session.Begin("Get-CivitaiImage -ModelVersionId 1 -PageSize 5 -First 15");
        await run.ShowedProgressAsync(record => record.RecordType == ProgressRecordType.Processing);
        gate.SetResult();
        var result = run.Wait();
        Assert.Equal(15, result.Output.Count);
        var shown = result.Progress.First(record => record.RecordType == ProgressRecordType.Processing);
        Assert.Equal("Listing images", shown.Activity);
        Assert.Equal("10 images, 2 pages", shown.StatusDescription);
        AssertNothingIsLeft(result.Progress);
    }

    [Fact]
    public async Task A_listing_that_is_over_soon_shows_nothing()
    {
        await using var session = await ModuleSession.StartAsync();
        Assert.Empty(session.Invoke("Get-CivitaiImage -ModelVersionId 1 -First 3").Progress);
    }

    [Fact]
    public async Task A_wait_that_was_asked_for_counts_down()
    {
        await using var session = await ModuleSession.StartAsync();
        session.Gallery.Faults.Add(Fault.Busy("60").Times(1));
        using var run = session.Begin("Get-CivitaiImage -ModelVersionId 1 -First 3");
        await run.ShowedProgressAsync(record => SecondsLeft(record) is < 60);
        await run.ShowedProgressAsync(record => SecondsLeft(record) is < 57);
        run.Stop();
        var left = run.Wait().Progress.Select(SecondsLeft).OfType<int>().ToArray();
        Assert.Equal(left.OrderDescending(), left);
    }

    [Theory]
    [InlineData("foreach ($i in 1) { Get-CivitaiImage -ModelVersionId 1 -PageSize 5 | ForEach-Object { if (++$n -gt 10) { break } } }")]
    [InlineData("Get-CivitaiImage -ModelVersionId 1 -PageSize 5 | ForEach-Object { if (++$n -gt 10) { throw 'enough' } }")]
    public async Task A_listing_that_is_left_early_leaves_nothing_on_the_screen(string script)
    {
        var gate = new TaskCompletionSource();
        await using var session = await ModuleSession.StartAsync();
        session.Gallery.Faults.Add(Fault.HoldUntil(gate.Task).OnImages().Nth(3));
        using var run = session.Begin("$n = 0; " + script);
        await run.ShowedProgressAsync(record => record.RecordType == ProgressRecordType.Processing);
        gate.SetResult();
        AssertNothingIsLeft(run.Wait().Progress);
    }

    [Fact]
    public async Task A_listing_that_is_stopped_leaves_nothing_on_the_screen()
    {
        var gate = new TaskCompletionSource();
        await using var session = await ModuleSession.StartAsync();
        session.Gallery.Faults.Add(Fault.HoldUntil(gate.Task).OnImages().Nth(3));
        using var run = session.Begin("Get-CivitaiImage -ModelVersionId 1 -PageSize 5");
        await run.ShowedProgressAsync(record => record.RecordType == ProgressRecordType.Processing);
        run.Stop();
        var result = run.Wait();
        gate.SetResult();
        Assert.True(result.Stopped);
        AssertNothingIsLeft(result.Progress);
    }

    private static int? SecondsLeft(ProgressRecord record) =>
        record.CurrentOperation?.Split(' ') is ["Waiting", var seconds, "s", "before", "the", "next", "request"] ? int.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture) : null;

    /// <summary>The last word on every record is that it is done.</summary>
    private static void AssertNothingIsLeft(IReadOnlyList<ProgressRecord> records) => Assert.All(
        records.GroupBy(record => record.ActivityId),
        activity => Assert.Equal(ProgressRecordType.Completed, activity.Last().RecordType));
}
