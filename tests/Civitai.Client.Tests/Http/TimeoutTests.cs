using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Http;

public sealed class TimeoutTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(77);

    [Fact]
    public async Task A_service_that_does_not_answer_is_asked_again_and_then_a_time_out()
    {
        await using var test = await SessionUnderTest.StartAsync(timeout: Timeout);
        test.Gallery.Faults.Add(Fault.Hang().Forever());

        var thrown = await test.ApiErrorAsync();

        Assert.Equal(CivitaiError.Timeout, thrown.Error);
        Assert.Equal(test.Gallery.BaseUri.Authority + " did not answer within 77 seconds.", thrown.Message);
        Assert.Contains("-TimeoutSec", thrown.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal([77, 0.5, 77, 1, 77], test.Clock.Waits);
    }

    [Fact]
    public async Task A_media_host_that_does_not_answer_is_unavailable()
    {
        await using var test = await SessionUnderTest.StartAsync(timeout: Timeout);
        test.Gallery.Faults.Add(Fault.Hang().Forever());

        Assert.Equal(CivitaiError.MediaUnavailable, (await test.MediaErrorAsync()).Error);
    }

    [Fact]
    public async Task A_body_that_falls_silent_is_a_time_out_and_worth_another_try()
    {
        await using var test = await SessionUnderTest.StartAsync(retries: 1, timeout: Timeout);
        test.Gallery.Faults.Add(Fault.StallAfter(10).OnMedia().Forever());
        var headers = true;
        test.Clock.PassesAtOnce = due => due != Timeout || !headers;

        var thrown = await Assert.ThrowsAsync<CivitaiException>(() => test.Session.SendMediaAsync(
            test.Gallery.MediaUrl(test.FirstId),
            _ => headers = true,
            (response, token) =>
            {
                headers = false;
                return test.ReadAsync(response, token);
            },
            "the image",
            SessionUnderTest.Token).WaitAsync(WaitingClock.Patience, SessionUnderTest.Token));

        Assert.Equal(CivitaiError.MediaUnavailable, thrown.Error);
        Assert.Contains("was silent for 77 seconds", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(2, test.Gallery.Log.All.Count);
        await test.Gallery.WaitForIdleAsync(WaitingClock.Patience);
    }

    [Fact]
    public async Task The_body_of_an_error_that_falls_silent_leaves_the_error_what_it_is()
    {
        await using var test = await SessionUnderTest.StartAsync(timeout: Timeout);
        test.Gallery.Faults.Add(Fault.Raw("HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\n{\"error\""));

        Assert.Equal(CivitaiError.NotFound, (await WithoutTimeoutsAsync(test)).Error);
    }

    private static Task<CivitaiException> WithoutTimeoutsAsync(SessionUnderTest test)
    {
        test.Clock.PassesAtOnce = due => due != Timeout;
        return test.ApiErrorAsync();
    }
}
