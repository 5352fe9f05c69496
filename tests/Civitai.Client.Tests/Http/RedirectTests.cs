using Civitai.Client.Http;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Http;

public sealed class RedirectTests
{
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Media_are_fetched_from_where_they_have_moved_to(int status)
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.Redirect(status: status).OnMedia());

        Assert.Equal(test.Gallery.MediaBytes(test.FirstId), await test.MediaAsync());
        Assert.Equal(2, test.Gallery.Log.Media.Count);
    }

    [Fact]
    public async Task An_endless_redirect_ends_after_ten()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.EndlessRedirect());

        Assert.Equal(CivitaiError.MediaUnavailable, (await test.MediaErrorAsync()).Error);
        Assert.Equal(11, test.Gallery.Log.All.Count);
    }

    [Fact]
    public async Task An_endless_redirect_of_the_api_ends_after_ten_too()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.Redirect("/api/v1/images?limit=1").Forever());

        Assert.Equal(CivitaiError.UnexpectedResponse, (await test.ApiErrorAsync()).Error);
        Assert.Equal(11, test.Gallery.Log.All.Count);
    }

    [Theory]
    [InlineData("file:///etc/hostname")]
    [InlineData("ftp://example.com/a.jpg")]
    [InlineData("javascript:alert(1)")]
    public async Task A_redirect_to_something_else_than_http_is_not_followed(string address)
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.Redirect(address).OnMedia());

        Assert.Equal(CivitaiError.MediaUrlNotAllowed, (await test.MediaErrorAsync()).Error);
        Assert.Single(test.Gallery.Log.All);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Location: http://[::1\r\n")]
    public async Task A_redirect_that_does_not_say_where_to_is_an_error(string header)
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.Raw("HTTP/1.1 302 Found\r\n" + header + "Content-Length: 0\r\n\r\n"));

        Assert.Equal(CivitaiError.MediaUnavailable, (await test.MediaErrorAsync()).Error);
    }

    [Theory]
    [InlineData("https://a.example/", "http://a.example/", false)]
    [InlineData("https://a.example/", "https://b.example/", true)]
    [InlineData("http://a.example/", "https://b.example/", true)]
    [InlineData("http://a.example/", "http://b.example/", true)]
    [InlineData("http://a.example/", "http://127.0.0.1/", false)]
    [InlineData("http://a.example/", "http://[::ffff:10.0.0.1]/", false)]
    [InlineData("https://a.example/", "https://localhost/", false)]
    public void From_https_it_stays_https_and_from_outside_it_stays_outside(string from, string to, bool followed)
    {
        Assert.Equal(followed, Redirects.WhyNot(new Uri(from), new Uri(to), permitPrivate: false) is null);
    }

    [Fact]
    public async Task A_slow_down_of_the_host_that_was_redirected_to_is_that_host_s()
    {
        await using var test = await SessionUnderTest.StartAsync(separateMedia: true, retries: 1);
        test.Gallery.Faults.Add(Fault.Redirect(test.Gallery.MediaUrl(test.FirstId).AbsoluteUri).OnApi(), Fault.Busy("30").OnMedia());

        await test.ApiAsync();

        Assert.Equal([30], test.Clock.Waits);
    }
}
