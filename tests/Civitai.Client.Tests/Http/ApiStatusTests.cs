using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Http;

public sealed class ApiStatusTests
{
    [Theory]
    [InlineData(408, CivitaiError.Timeout)]
    [InlineData(429, CivitaiError.RateLimited)]
    [InlineData(500, CivitaiError.Unavailable)]
    [InlineData(502, CivitaiError.Unavailable)]
    [InlineData(503, CivitaiError.Unavailable)]
    [InlineData(504, CivitaiError.Unavailable)]
    [InlineData(520, CivitaiError.Unavailable)]
    [InlineData(521, CivitaiError.Unavailable)]
    [InlineData(522, CivitaiError.Unavailable)]
    [InlineData(523, CivitaiError.Unavailable)]
    [InlineData(524, CivitaiError.Unavailable)]
    public async Task A_status_worth_repeating_is_repeated_as_often_as_allowed_and_then_an_error(int status, CivitaiError error)
    {
        await using var test = await SessionUnderTest.StartAsync(retries: 3);
        test.Gallery.Faults.Add(Fault.Status(status).Forever());

        var thrown = await test.ApiErrorAsync();

        Assert.Equal(error, thrown.Error);
        Assert.Equal(status, thrown.StatusCode);
        Assert.Equal("the query", thrown.Target);
        Assert.NotNull(thrown.RecommendedAction);
        Assert.Equal(4, test.Gallery.Log.All.Count);
        Assert.Equal(4, test.Activity.Verbose.Count(line => line.StartsWith("GET ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(400, CivitaiError.InvalidQuery)]
    [InlineData(401, CivitaiError.Unauthorized)]
    [InlineData(403, CivitaiError.Forbidden)]
    [InlineData(404, CivitaiError.NotFound)]
    [InlineData(410, CivitaiError.NotFound)]
    [InlineData(451, CivitaiError.RegionBlocked)]
    [InlineData(418, CivitaiError.UnexpectedResponse)]
    [InlineData(501, CivitaiError.Unavailable)]
    public async Task A_status_that_no_repetition_changes_is_an_error_at_once(int status, CivitaiError error)
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.Status(status).Forever());

        var thrown = await test.ApiErrorAsync();

        Assert.Equal(error, thrown.Error);
        Assert.Equal(status, thrown.StatusCode);
        Assert.Equal("the query", thrown.Target);
        Assert.Single(test.Gallery.Log.All);
        Assert.Empty(test.Clock.Waits);
    }

    [Fact]
    public async Task A_401_names_the_command_and_the_variable_that_hold_the_key()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.Status(401));

        var thrown = await test.ApiErrorAsync();

        Assert.Contains("Connect-Civitai", thrown.RecommendedAction, StringComparison.Ordinal);
        Assert.Contains("CIVITAI_API_KEY", thrown.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_limit_of_paging_is_an_error_at_once()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.TooManyPages().Forever());

        var thrown = await test.ApiErrorAsync();

        Assert.Equal(CivitaiError.RateLimited, thrown.Error);
        Assert.Contains("too many pages", thrown.Message, StringComparison.Ordinal);
        Assert.Single(test.Gallery.Log.All);
    }

    [Fact]
    public async Task A_web_page_with_200_is_asked_again_and_then_no_answer_of_the_service()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.HtmlPage().Forever());

        var thrown = await test.ApiErrorAsync();

        Assert.Equal(CivitaiError.UnexpectedResponse, thrown.Error);
        Assert.Equal("The response was a web page, not JSON: Just a moment...", thrown.Message);
        Assert.Equal(3, test.Gallery.Log.All.Count);
    }

    [Fact]
    public async Task The_edge_s_page_with_an_error_status_is_one_sentence()
    {
        await using var test = await SessionUnderTest.StartAsync(retries: 0);
        test.Gallery.Faults.Add(Fault.Status(502, "<html><head><title>502\r\n Bad   Gateway</title></head><body><script>alert(1)</script></body></html>"));

        Assert.Equal("The service is not available (502 Bad Gateway): 502 Bad Gateway.", (await test.ApiErrorAsync()).Message);
    }

    [Fact]
    public async Task Validation_is_told_in_the_service_s_own_words_for_each_field()
    {
        await using var test = await SessionUnderTest.StartAsync();

        var thrown = await Assert.ThrowsAsync<CivitaiException>(() => test.ApiAsync(path: "api/v1/images?limit=500"));

        Assert.Equal(CivitaiError.InvalidQuery, thrown.Error);
        Assert.Equal("The service refused the query: limit: Too big: expected number to be <=200.", thrown.Message);
    }

    [Fact]
    public async Task What_works_at_the_third_try_works()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.Status(500), Fault.CloseWithoutAnswer().Skip(1));

        Assert.Contains("\"items\"", await test.ApiAsync(), StringComparison.Ordinal);
        Assert.Equal(3, test.Gallery.Log.All.Count);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_asked_for_again()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.AbortAfter(10), Fault.ResetAfter(10).Skip(1));

        Assert.Contains("\"items\"", await test.ApiAsync(), StringComparison.Ordinal);
        Assert.Equal(3, test.Gallery.Log.All.Count);
    }

    [Fact]
    public async Task A_body_that_always_breaks_off_is_a_failed_connection_with_a_sentence()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.AbortAfter(10).Forever());

        var thrown = await test.ApiErrorAsync();

        Assert.Equal(CivitaiError.ConnectionFailed, thrown.Error);
        Assert.Contains("before its answer was complete", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_where_nobody_listens_is_a_failed_connection_after_the_retries()
    {
        var test = await SessionUnderTest.StartAsync();
        await test.DisposeAsync();

        var thrown = await test.ApiErrorAsync();

        Assert.Equal(CivitaiError.ConnectionFailed, thrown.Error);
        Assert.Contains(test.Settings.BaseUri.Authority, thrown.Message, StringComparison.Ordinal);
        Assert.Equal(2, test.Clock.Waits.Length);
    }

    [Fact]
    public async Task A_name_that_nobody_has_is_a_failed_connection_that_names_it()
    {
        var clock = new WaitingClock();
        var session = new Civitai.Client.Http.HttpSession(new ConnectionSettings { BaseUri = new Uri("http://nobody.invalid/"), MaximumRetryCount = 1, NoProxy = true, Timeout = WaitingClock.LongTimeout }, new RecordingActivity(), clock);

        var thrown = await Assert.ThrowsAsync<CivitaiException>(() => session.SendApiAsync("api/v1/me", (_, _) => Task.FromResult(0), null, SessionUnderTest.Token));

        Assert.Equal(CivitaiError.ConnectionFailed, thrown.Error);
        Assert.Contains("nobody.invalid", thrown.Message, StringComparison.Ordinal);
    }
}
