using System.Net;
using Civitai.Client.Http;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Http;

public sealed class ProxyTests
{
    private const string NotFound = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    private const string WantsCredentials = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    public async Task The_key_for_this_machine_goes_past_the_proxy(string host)
    {
        await using var proxy = new RecordingProxy(NotFound);
        await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 5 });
        var session = Session(new Uri("http://" + host + ":" + gallery.BaseUri.Port), proxy, SessionUnderTest.Key);

        // Nobody listens at ::1; what counts is that the proxy does not hear of it.
        _ = await Record.ExceptionAsync(() => session.SendApiAsync("api/v1/images?limit=1", (_, _) => Task.FromResult(0), null, SessionUnderTest.Token));

        Assert.Empty(proxy.Requests);
        if (host != "[::1]")
        {
            Assert.Equal("Bearer " + SessionUnderTest.Key, Assert.Single(gallery.Log.All).Header("Authorization"));
        }
    }

    [Fact]
    public async Task Without_a_key_the_proxy_is_used_for_this_machine_too()
    {
        await using var proxy = new RecordingProxy(NotFound);
        var session = Session(new Uri("http://127.0.0.1:9"), proxy, key: null);

        await Assert.ThrowsAsync<CivitaiException>(() => session.SendApiAsync("x", (_, _) => Task.FromResult(0), null, SessionUnderTest.Token));

        Assert.StartsWith("GET http://127.0.0.1:9/x ", Assert.Single(proxy.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_for_this_machine_goes_past_the_proxy_of_the_system_too()
    {
        // The system's proxy is what a handler uses whose proxy is not set.
        var settings = new HandlerSettings(new ConnectionSettings { Proxy = new Uri("http://proxy.example:8080"), ProxyUseDefaultCredentials = true }, media: false, permitPrivate: true, loopbackOnly: true);
        using var handler = HandlerPool.CreateHandler(settings);

        Assert.False(handler.UseProxy);
        Assert.Null(handler.Proxy);
        Assert.NotNull(handler.ConnectCallback);
        Assert.NotEqual(settings, new HandlerSettings(new ConnectionSettings { NoProxy = true }, media: false, permitPrivate: true));
    }

    [Fact]
    public void A_localhost_that_is_another_computer_gets_no_key()
    {
        var error = Assert.Throws<AddressNotAllowedException>(() => LoopbackConnector.Own("localhost", [IPAddress.Parse("192.0.2.7"), IPAddress.Parse("::ffff:10.0.0.1")]));

        Assert.Equal(CivitaiError.BaseUriNotAllowed, Assert.IsType<CivitaiException>(new TransportFailure(new TextCleaner(null)).OfSend(new Uri("http://localhost/"), media: false, error)).Error);
        Assert.Equal([IPAddress.Loopback, IPAddress.Parse("::ffff:127.0.0.1")], LoopbackConnector.Own("localhost", [IPAddress.Parse("192.0.2.7"), IPAddress.Loopback, IPAddress.Parse("::ffff:127.0.0.1")]));
    }

    [Theory]
    [InlineData("http://civitai.example/")]
    [InlineData("https://civitai.example/")]
    public async Task A_proxy_that_wants_credentials_is_asked_once(string baseUri)
    {
        await using var proxy = new RecordingProxy(WantsCredentials);
        var session = Session(new Uri(baseUri), proxy, key: null);

        var api = await Assert.ThrowsAsync<CivitaiException>(() => session.SendApiAsync("x", (_, _) => Task.FromResult(0), "the query", SessionUnderTest.Token));
        Assert.Single(proxy.Requests);
        var media = await Assert.ThrowsAsync<CivitaiException>(() => session.SendMediaAsync(new Uri(baseUri + "a.png"), _ => { }, (_, _) => Task.FromResult(0), "the image", SessionUnderTest.Token));
        Assert.Equal(2, proxy.Requests.Count);

        Assert.Equal(CivitaiError.ConnectionFailed, api.Error);
        Assert.Equal(CivitaiError.MediaUnavailable, media.Error);
        Assert.All([api, media], error =>
        {
            Assert.Equal(407, error.StatusCode);
            Assert.Contains("(407)", error.Message, StringComparison.Ordinal);
            Assert.Contains("-ProxyCredential", error.RecommendedAction, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_tunnel_that_is_refused_for_another_reason_is_asked_for_again()
    {
        await using var proxy = new RecordingProxy("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        var session = Session(new Uri("https://civitai.example/"), proxy, key: null);

        var thrown = await Assert.ThrowsAsync<CivitaiException>(() => session.SendApiAsync("x", (_, _) => Task.FromResult(0), null, SessionUnderTest.Token));

        Assert.Equal(CivitaiError.ConnectionFailed, thrown.Error);
        Assert.Equal(3, proxy.Requests.Count);
    }

    private static HttpSession Session(Uri baseUri, RecordingProxy proxy, string? key) => new(
        new ConnectionSettings { BaseUri = baseUri, Proxy = proxy.Address, ApiKey = key is null ? null : SessionUnderTest.Secret(key), MaximumRetryCount = 2, Timeout = WaitingClock.LongTimeout },
        new RecordingActivity(),
        new WaitingClock());
}
