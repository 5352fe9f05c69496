using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Http;

public sealed class CancellationTests
{
    [Fact]
    public async Task A_wait_before_a_retry_ends_at_once()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Clock.PassesAtOnce = _ => false;
        test.Gallery.Faults.Add(Fault.Busy("60").Forever());
        using var stop = new CancellationTokenSource();

        var request = test.ApiAsync(stop: stop.Token);
        await test.Clock.NextWaitAsync();
        await stop.CancelAsync();

        Assert.Equal(stop.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request)).CancellationToken);
        Assert.Single(test.Gallery.Log.All);
    }

    [Fact]
    public async Task A_wait_that_another_request_was_told_to_make_ends_at_once()
    {
        await using var test = await SessionUnderTest.StartAsync(retries: 0);
        test.Clock.PassesAtOnce = _ => false;
        test.Gallery.Faults.Add(Fault.Busy("60"));
        await test.ApiErrorAsync();
        using var stop = new CancellationTokenSource();

        var request = test.ApiAsync(stop: stop.Token);
        await test.Clock.NextWaitAsync();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        Assert.Single(test.Gallery.Log.All);
    }

    [Fact]
    public async Task A_request_without_an_answer_ends_at_once_and_is_taken_back()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.Hang().Forever());
        using var stop = new CancellationTokenSource();

        var request = test.ApiAsync(stop: stop.Token);
        await test.Gallery.Log.WaitForAsync(_ => true, WaitingClock.Patience);
        await stop.CancelAsync();

        Assert.Equal(stop.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request)).CancellationToken);
        await test.Gallery.WaitForIdleAsync(WaitingClock.Patience);
        Assert.Single(test.Gallery.Log.All);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_silent_body_ends_at_once_and_is_taken_back(bool ownToken)
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.StallAfter(10).OnMedia().Forever());
        using var stop = new CancellationTokenSource();
        var silent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var request = test.Session.SendMediaAsync(
            test.Gallery.MediaUrl(test.FirstId),
            _ => { },
            async (response, token) =>
            {
                await using var body = await test.Session.OpenBodyAsync(response, token);
                var buffer = new byte[10];
                await body.ReadExactlyAsync(buffer, token);
                var next = body.ReadAsync(buffer, ownToken ? stop.Token : token);
                silent.SetResult();
                return await next;
            },
            null,
            ownToken ? SessionUnderTest.Token : stop.Token);
        await silent.Task;
        await stop.CancelAsync();

        Assert.Equal(stop.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request)).CancellationToken);
        await test.Gallery.WaitForIdleAsync(WaitingClock.Patience);
        Assert.Single(test.Gallery.Log.All);
    }

    [Fact]
    public async Task What_is_cancelled_beforehand_sends_nothing()
    {
        await using var test = await SessionUnderTest.StartAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => test.ApiAsync(stop: new CancellationToken(canceled: true)));

        Assert.Empty(test.Gallery.Log.All);
    }
}
