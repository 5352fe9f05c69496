using System.Net;
using Civitai.Client.Http;
using Xunit;

namespace Civitai.Client.Tests.Http;

public sealed class PublicConnectorTests
{
    private static readonly Uri Media = new("https://media.example/a.jpg");

    [Fact]
    public async Task A_name_that_leads_to_this_machine_is_not_connected_to()
    {
        await using var test = await SessionUnderTest.StartAsync();
        using var handler = new SocketsHttpHandler { UseProxy = false, ConnectCallback = Leading("127.0.0.1", "::1").ConnectAsync };
        using var client = new HttpClient(handler);
        var address = new Uri("http://media.example:" + test.Gallery.BaseUri.Port + "/a.jpg");

        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => client.GetAsync(address, SessionUnderTest.Token));
        var error = Assert.IsType<CivitaiException>(new TransportFailure(new TextCleaner(null)).OfSend(address, media: true, thrown));

        Assert.Equal(CivitaiError.MediaUrlNotAllowed, error.Error);
        Assert.Contains("media.example", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, test.Gallery.Connections);
    }

    [Fact]
    public async Task Of_several_addresses_only_the_public_ones_are_connected_to()
    {
        var addresses = await Leading("10.0.0.1", "1.1.1.1", "fd00::1").AddressesAsync(new DnsEndPoint("media.example", 443), Media, SessionUnderTest.Token);

        Assert.Equal([IPAddress.Parse("1.1.1.1")], addresses);
    }

    [Fact]
    public async Task A_proxy_may_be_anywhere()
    {
        var addresses = await Leading("10.0.0.1").AddressesAsync(new DnsEndPoint("proxy", 8080), Media, SessionUnderTest.Token);

        Assert.Equal([IPAddress.Parse("10.0.0.1")], addresses);
    }

    [Fact]
    public async Task The_real_connections_of_media_go_through_it()
    {
        // A name that every resolver leads to this machine. The pool looks at no spelling, only at where the name leads.
        var host = (await Dns.GetHostEntryAsync("localhost", SessionUnderTest.Token)).HostName;
        var settings = new HandlerSettings(new ConnectionSettings { NoProxy = true }, media: true, permitPrivate: false);

        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => HandlerPool.Client(settings).GetAsync(new Uri("http://" + host + ":1/"), SessionUnderTest.Token));

        Assert.IsType<AddressNotAllowedException>(thrown.GetBaseException());
    }

    private static PublicConnector Leading(params string[] addresses) =>
        new((_, _) => Task.FromResult(addresses.Select(IPAddress.Parse).ToArray()));
}
