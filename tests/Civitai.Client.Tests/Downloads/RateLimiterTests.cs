using Civitai.Client.Downloads;
using Civitai.Client.Http;
using Civitai.Client.Tests.Http;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

/// <summary>So many bytes a second, however many downloads share them.</summary>
public sealed class RateLimiterTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_came_is_waited_for_as_long_as_it_should_have_taken()
    {
        var clock = new WaitingClock();
        var limit = new RateLimiter(1000, clock);
        for (var i = 0; i < 20; i++)
        {
            await limit.TakeAsync(500, Stop);
        }

        // 10,000 bytes at 1,000 a second, less the eighth of a second that may come at once.
        Assert.Equal(9.875, clock.Waits.Sum(), 3);
    }

    [Fact]
    public void Downloads_share_the_limit()
    {
        var clock = new WaitingClock { PassesAtOnce = static _ => false };
        var limit = new RateLimiter(1000, clock);
        for (var i = 0; i < 4; i++)
        {
            _ = limit.TakeAsync(1000, Stop);
        }

        Assert.Equal([0.875, 1.875, 2.875, 3.875], clock.Waits.Select(wait => Math.Round(wait, 3)));
    }

    [Fact]
    public async Task A_pause_is_not_saved_up_for_later()
    {
        var clock = new WaitingClock { PassesAtOnce = static _ => false };
        var limit = new RateLimiter(1000, clock);
        clock.Advance(TimeSpan.FromHours(1));
        await limit.TakeAsync(125, Stop);
        _ = limit.TakeAsync(1000, Stop);
        Assert.Equal(1, Assert.Single(clock.Waits), 3);
    }

    [Fact]
    public async Task A_wait_ends_at_once_when_it_is_cancelled()
    {
        var clock = new WaitingClock { PassesAtOnce = static _ => false };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var wait = new RateLimiter(1, clock).TakeAsync(60, stop.Token);
        Assert.False(wait.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(8000, 1000)]
    [InlineData(long.MaxValue, 256 * 1024)]
    public void No_more_is_read_at_once_than_an_eighth_of_a_second_brings(long bytesPerSecond, int expected) =>
        Assert.Equal(expected, new RateLimiter(bytesPerSecond, new WaitingClock()).LargestRead);

    [Fact]
    public async Task A_download_takes_as_long_as_its_length_at_that_rate()
    {
        await using var rig = await SavingRig.StartAsync(mediaSize: 100_000);
        var clock = new WaitingClock();
        var connection = new ConnectionSettings { BaseUri = rig.Gallery.BaseUri, MaximumRetryCount = 0 };
        var options = new SaveOptions { Folder = rig.Folder, RateLimit = 10_000 };
        using var saver = new ImageSaver(new HttpSession(connection, rig.Activity), options, rig.Activity, time: clock);
        var saved = await saver.SaveAsync(saver.Plan(rig.Images()[0], name: null), Stop);
        Assert.Equal(rig.Sha256Of(saved.Id), SavingRig.Sha256Of(saved.Path!));
        Assert.InRange(clock.Waits.Sum(), (saved.Length!.Value - 2500) / 10_000.0, saved.Length.Value / 10_000.0);
    }

    [Fact]
    public async Task A_limited_download_can_be_cancelled_while_it_waits()
    {
        await using var rig = await SavingRig.StartAsync(mediaSize: 100_000);
        var clock = new WaitingClock { PassesAtOnce = static _ => false };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var connection = new ConnectionSettings { BaseUri = rig.Gallery.BaseUri, MaximumRetryCount = 0 };
        using var saver = new ImageSaver(new HttpSession(connection, rig.Activity), new SaveOptions { Folder = rig.Folder, RateLimit = 1000 }, rig.Activity, time: clock);
        var saving = saver.SaveAsync(saver.Plan(rig.Images()[0], name: null), stop.Token);
        await clock.NextWaitAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saving);
    }
}
