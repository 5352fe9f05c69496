using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Http;

public sealed class MediaStatusTests
{
    [Theory]
    [InlineData(404, CivitaiError.MediaNotFound)]
    [InlineData(410, CivitaiError.MediaNotFound)]
    [InlineData(403, CivitaiError.MediaUnavailable)]
    [InlineData(401, CivitaiError.MediaUnavailable)]
    [InlineData(400, CivitaiError.MediaUnavailable)]
    [InlineData(451, CivitaiError.MediaUnavailable)]
    public async Task A_file_that_is_not_given_is_an_error_at_once(int status, CivitaiError error)
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.Status(status).OnMedia().Forever());

        var thrown = await test.MediaErrorAsync();

        Assert.Equal(error, thrown.Error);
        Assert.Equal(status, thrown.StatusCode);
        Assert.Equal("the image", thrown.Target);
        Assert.Single(test.Gallery.Log.All);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(522)]
    public async Task A_host_in_trouble_is_asked_again_and_then_an_error(int status)
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.Status(status).OnMedia().Forever());

        Assert.Equal(CivitaiError.MediaUnavailable, (await test.MediaErrorAsync()).Error);
        Assert.Equal(3, test.Gallery.Log.All.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_connection_lost_before_the_answer_is_unavailable_media_after_the_retries_and_no_more(int retries)
    {
        await using var test = await SessionUnderTest.StartAsync(retries);
        test.Gallery.Faults.Add(Fault.CloseWithoutAnswer().Forever());

        var thrown = await test.MediaErrorAsync();

        Assert.Equal(CivitaiError.MediaUnavailable, thrown.Error);
        Assert.Contains("closed the connection without an answer", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(retries + 1, test.Gallery.Log.All.Count);
    }

    [Fact]
    public async Task A_connection_reset_before_the_answer_is_one_attempt_too()
    {
        await using var test = await SessionUnderTest.StartAsync(retries: 1);
        test.Gallery.Faults.Add(Fault.ResetAfter(0).Forever());

        Assert.Equal(CivitaiError.MediaUnavailable, (await test.MediaErrorAsync()).Error);
        Assert.Equal(2, test.Gallery.Log.All.Count);
    }

    [Fact]
    public async Task A_connection_that_was_used_before_and_was_closed_since_costs_no_attempt()
    {
        await using var test = await SessionUnderTest.StartAsync(retries: 0);
        await test.MediaAsync();
        test.Gallery.Faults.Add(Fault.CloseWithoutAnswer());

        await test.MediaAsync();

        Assert.Equal(3, test.Gallery.Log.All.Count);
    }

    [Fact]
    public async Task Fewer_bytes_than_announced_are_incomplete_media()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.AbortAfter(100).OnMedia().Forever());

        Assert.Equal(CivitaiError.MediaIncomplete, (await test.MediaErrorAsync()).Error);
    }

    [Fact]
    public async Task The_bytes_come_as_they_lie_there()
    {
        await using var test = await SessionUnderTest.StartAsync();

        Assert.Equal(test.Gallery.MediaBytes(test.FirstId), await test.MediaAsync());
        Assert.Equal("identity", test.Gallery.Log.Media[0].Header("Accept-Encoding"));
    }

    [Fact]
    public async Task Headers_set_for_an_attempt_go_along_a_redirect()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.Redirect().OnMedia());

        var status = await test.Session.SendMediaAsync(
            test.Gallery.MediaUrl(test.FirstId),
            request => request.Headers.Range = new(2, null),
            (response, _) => Task.FromResult((int)response.StatusCode),
            null,
            SessionUnderTest.Token);

        Assert.Equal(206, status);
        Assert.Equal([2L, 2L], test.Gallery.Log.Media.Select(request => request.RangeStart!.Value));
    }
}
