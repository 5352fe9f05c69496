using Civitai.Client.Feeds;
using Civitai.Client.Http;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Http;

/// <summary>What is given up is not read on, and what never ends is given up.</summary>
public sealed class UnreadBodyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_is_given_up_is_not_read_to_its_end_in_the_background(bool media)
    {
        await using var test = await SessionUnderTest.StartAsync();
        var gate = new TaskCompletionSource();
        test.Gallery.Faults.Add(Fault.StallAfter(10, gate.Task));
        Func<HttpResponseMessage, CancellationToken, Task<int>> giveUp = async (response, token) =>
        {
            await using var body = await test.Session.OpenBodyAsync(response, token);
            return 0;
        };

        await (media
            ? test.Session.SendMediaAsync(test.Gallery.MediaUrl(test.FirstId), _ => { }, giveUp, null, SessionUnderTest.Token)
            : test.Session.SendApiAsync("api/v1/images?limit=5", giveUp, null, SessionUnderTest.Token));

        // The rest is sent now: whoever still reads gets it, and asks the next time over the same connection.
        gate.SetResult();
        await test.Gallery.WaitForIdleAsync(WaitingClock.Patience);
        await (media ? (Task)test.MediaAsync() : test.ApiAsync());
        Assert.Equal(2, test.Gallery.Connections);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_transport_does_not_read_on_by_itself(bool media)
    {
        using var handler = HandlerPool.CreateHandler(new HandlerSettings(new ConnectionSettings(), media, permitPrivate: true));

        Assert.InRange(handler.MaxResponseDrainSize, 0, 1);
        Assert.InRange(handler.ResponseDrainTimeout, TimeSpan.Zero, TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task Compressed_pages_that_are_read_to_their_end_share_a_connection()
    {
        // Large ones: their last chunk comes by itself.
        await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 400, Bulk = true });
        var session = new HttpSession(new ConnectionSettings { BaseUri = gallery.BaseUri, NoProxy = true, Timeout = WaitingClock.LongTimeout }, new RecordingActivity(), new WaitingClock());

        for (var page = 0; page < 40; page++)
        {
            await new PageReceiver(new RequestGroup(session), "api/v1/images?limit=200&withMeta=true&browsingLevel=31", null, limits: null, SessionUnderTest.Token).Answer;
        }

        Assert.Equal(40, gallery.Log.Images.Count);
        Assert.InRange(gallery.Connections, 1, 5);
    }

    [Fact]
    public async Task The_short_body_of_a_redirect_or_an_error_does_not_cost_a_connection()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(
            Fault.Status(302, "<html>moved</html>", headers: [new("Location", test.Gallery.MediaUrl(test.FirstId).AbsoluteUri)]).OnMedia(),
            Fault.Status(404, "<html>gone</html>").OnMedia().Skip(1));

        await test.MediaErrorAsync();
        await test.MediaAsync();

        Assert.Equal(3, test.Gallery.Log.Media.Count);
        Assert.Equal(1, test.Gallery.Connections);
    }

    [Theory]
    [InlineData("items", "5,000 items")]
    [InlineData("{\"items\":[],\"padding\":\"", "larger than 4 MB")]
    [InlineData("{\"items\":[{\"id\":1,\"meta\":\"", "larger than 16 MB")]
    [InlineData("{\"items\":[{\"id\":1,\"meta\":{\"a\":[", "larger than 16 MB")]
    [InlineData("{\"metadata\":{\"nextCursor\":\"", "larger than 4 MB")]
    [InlineData("{\"items\":[", "larger than")]
    [InlineData("", "JSON")]
    public async Task A_page_without_an_end_ends_soon_in_an_error(string start, string words)
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add((start == "items" ? Fault.EndlessItems() : Fault.EndlessBody(start, start.EndsWith('[') ? "[" : start.Length == 0 ? "x" : " ")).Forever());

        var thrown = await Assert.ThrowsAsync<CivitaiException>(() => new PageReceiver(new RequestGroup(test.Session), "api/v1/images?limit=1", null, limits: null, SessionUnderTest.Token).Answer);

        Assert.Equal(CivitaiError.UnexpectedResponse, thrown.Error);
        Assert.Contains(words, thrown.Message, StringComparison.Ordinal);
        await test.Gallery.WaitForIdleAsync(WaitingClock.Patience);
        Assert.Single(test.Gallery.Log.All);
    }

    [Fact]
    public async Task A_page_as_large_as_the_largest_that_is_read_is_read()
    {
        await using var test = await SessionUnderTest.StartAsync();
        var item = "{\"id\":1,\"meta\":\"" + new string('x', 12_000_000) + "\"}";
        test.Gallery.Faults.Add(Fault.Json("{\"items\":[" + string.Join(',', Enumerable.Repeat(item, 5)) + "],\"metadata\":{}}"));

        var page = new PageReceiver(new RequestGroup(test.Session), "api/v1/images?limit=1", null, limits: null, SessionUnderTest.Token);

        Assert.Equal(5, (await page.Answer).Items);
    }

    [Theory]
    [InlineData("me")]
    [InlineData("model")]
    public async Task An_answer_of_another_kind_without_an_end_ends_in_an_error(string kind)
    {
        await using var test = await SessionUnderTest.StartAsync(retries: 0);
        test.Gallery.Faults.Add(Fault.EndlessBody("{\"modelVersions\":\"").Forever());

        var thrown = await Assert.ThrowsAsync<CivitaiException>(() => kind == "me"
            ? AccountRequest.SendAsync(test.Settings, test.Activity, SessionUnderTest.Token)
            : test.Session.SendApiAsync("api/v1/models/5", (response, token) => test.Session.ReadBodyAsync(response, 1_000_000, token), null, SessionUnderTest.Token));

        Assert.Equal(CivitaiError.UnexpectedResponse, thrown.Error);
        Assert.Contains("longer than 1 MB", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endless_row_of_headers_is_an_error()
    {
        await using var test = await SessionUnderTest.StartAsync(retries: 0);
        test.Gallery.Faults.Add(Fault.Raw("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => "X-" + i + ": y\r\n"))).Forever());

        Assert.Equal(CivitaiError.UnexpectedResponse, (await test.ApiErrorAsync()).Error);
        Assert.Equal(CivitaiError.MediaUnavailable, (await test.MediaErrorAsync()).Error);
    }
}
