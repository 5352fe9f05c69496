using System.Globalization;
using System.Net;
using Civitai.Client.Http;
using FsCheck.Xunit;
using Xunit;

namespace Civitai.Client.Tests.Http;

public sealed class AddressRulesTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:0:10.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("2002:7f00:1::")]
    public void Loopback_private_and_local_addresses_are_private(string address) => Assert.True(AddressRules.IsPrivate(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("128.0.0.1")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("198.18.0.1")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("64:ff9b::101:101")]
    [InlineData("2002:101:101::")]
    public void Other_addresses_are_not(string address) => Assert.False(AddressRules.IsPrivate(IPAddress.Parse(address)));

    [Property]
    public bool Every_way_to_write_an_IPv4_address_is_judged_alike(uint number)
    {
        byte[] bytes = [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];
        var address = new IPAddress(bytes);
        var expected = AddressRules.IsPrivate(address);
        var hex = string.Create(CultureInfo.InvariantCulture, $"{bytes[0]:x2}{bytes[1]:x2}:{bytes[2]:x2}{bytes[3]:x2}");
        string[] hosts =
        [
            address.ToString(),
            number.ToString(CultureInfo.InvariantCulture),
            string.Create(CultureInfo.InvariantCulture, $"0x{number:x8}"),
            string.Create(CultureInfo.InvariantCulture, $"{bytes[0]}.{number & 0xffffff}"),
            "0" + Convert.ToString(bytes[0], 8) + string.Create(CultureInfo.InvariantCulture, $".{bytes[1]}.{bytes[2]}.{bytes[3]}"),
            "[::ffff:" + address + "]",
            "[::ffff:" + hex + "]",
            "[64:ff9b::" + hex + "]",
            "[2002:" + hex + "::]",
        ];
        return hosts.All(host => AddressRules.IsPrivate(new Uri("https://" + host + "/a.jpg")) == expected);
    }

    [Property]
    public bool An_address_in_a_private_network_is_private_whatever_its_last_bytes_are(byte b, byte c, byte d) =>
        new[] { [10, b, c, d], [127, b, c, d], [192, 168, c, d], [169, 254, c, d], new byte[] { 172, (byte)(16 + (b % 16)), c, d } }
            .All(bytes => AddressRules.IsPrivate(new IPAddress(bytes)));

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST.")]
    [InlineData("a.localhost")]
    [InlineData("printer.local")]
    [InlineData("metadata.google.internal")]
    [InlineData("nas.lan")]
    [InlineData("router.home.arpa")]
    [InlineData("intranet")]
    [InlineData("localhost.localdomain")]
    [InlineData("①②⑦.0.0.1")]
    public void Names_of_this_machine_and_its_network_are_private(string host) => Assert.True(AddressRules.IsPrivate(new Uri("https://" + host + "/")));

    [Theory]
    [InlineData("image.civitai.com")]
    [InlineData("localhost.example.com")]
    [InlineData("notlocal")]
    [InlineData("civitai.red.")]
    public void Names_with_a_dot_are_asked_of_the_name_server(string host) => Assert.Equal(!host.Contains('.'), AddressRules.IsPrivate(new Uri("https://" + host + "/")));

    [Theory]
    [InlineData("https://civitai.com", true)]
    [InlineData("https://civitai.com/", true)]
    [InlineData("https://civitai.red:8443", true)]
    [InlineData("http://127.0.0.1:5000", true)]
    [InlineData("http://[::1]:5000", true)]
    [InlineData("http://localhost", true)]
    [InlineData("http://civitai.com", false)]
    [InlineData("http://10.0.0.1", false)]
    [InlineData("ftp://civitai.com", false)]
    [InlineData("file:///etc", false)]
    [InlineData("https://alice:secret@civitai.com", false)]
    [InlineData("https://civitai.com/api", false)]
    [InlineData("https://civitai.com/?a=b", false)]
    [InlineData("https://civitai.com/?", false)]
    [InlineData("https://civitai.com/#x", false)]
    [InlineData("civitai.com", false)]
    [InlineData("mailto:alice@civitai.com", false)]
    public void A_base_address_is_scheme_host_and_port_and_safe_for_the_key(string address, bool allowed)
    {
        var connection = new ConnectionSettings { BaseUri = new Uri(address, UriKind.RelativeOrAbsolute), ApiKey = SessionUnderTest.Secret("abc") };

        if (allowed)
        {
            new CivitaiClient().Validate(connection);
            return;
        }

        var thrown = Assert.Throws<CivitaiException>(() => new CivitaiClient().Validate(connection));
        Assert.Equal(CivitaiError.BaseUriNotAllowed, thrown.Error);
        Assert.EndsWith(".", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", thrown + (thrown.Target as string), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_key_plain_http_is_allowed() => new CivitaiClient().Validate(new ConnectionSettings { BaseUri = new Uri("http://gallery.example") });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("file:///etc/hostname")]
    [InlineData("/etc/hostname")]
    [InlineData("//image.civitai.com/a.jpg")]
    [InlineData("a.jpg")]
    [InlineData("ftp://image.civitai.com/a.jpg")]
    [InlineData("data:image/png;base64,AAAA")]
    [InlineData("https://127.0.0.1/a.jpg")]
    [InlineData("https://2130706433/a.jpg")]
    [InlineData("https://localhost/a.jpg")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("https://[fe80::1%25eth0]/a.jpg")]
    public void A_media_address_that_may_not_be_fetched_is_refused(string? address)
    {
        var session = new HttpSession(new ConnectionSettings(), new RecordingActivity());

        var refused = session.CheckMediaAddress(address, "the image", out var uri);

        Assert.Equal(CivitaiError.MediaUrlNotAllowed, refused!.Error);
        Assert.Equal("the image", refused.Target);
        Assert.Null(uri);
    }

    [Theory]
    [InlineData("https://civitai.com/", "https://image.civitai.com/x/y/original=true/z.jpeg", true)]
    [InlineData("https://civitai.com/", "http://image.civitai.com/x", true)]
    [InlineData("http://127.0.0.1:5000/", "http://127.0.0.1:5001/a.jpg", true)]
    [InlineData("http://localhost/", "http://10.0.0.1/a.jpg", true)]
    [InlineData("http://192.168.0.5/", "https://image.civitai.com/x", true)]
    [InlineData("http://gallery.example/", "http://10.0.0.1/a.jpg", false)]
    public void A_private_media_address_is_fetched_only_when_the_api_is_on_one(string api, string media, bool allowed)
    {
        var session = new HttpSession(new ConnectionSettings { BaseUri = new Uri(api) }, new RecordingActivity());

        Assert.Equal(allowed, session.CheckMediaAddress(media, null, out var uri) is null);
        Assert.Equal(allowed ? new Uri(media) : null, uri);
    }

    [Fact]
    public async Task What_may_not_be_fetched_is_not_sent_even_when_nobody_checked_before()
    {
        await using var test = await SessionUnderTest.StartAsync();
        var session = new HttpSession(new ConnectionSettings(), test.Activity, test.Clock);

        var thrown = await Assert.ThrowsAsync<CivitaiException>(() => test.MediaAsync(session: session));

        Assert.Equal(CivitaiError.MediaUrlNotAllowed, thrown.Error);
        Assert.Empty(test.Gallery.Log.All);
    }

    [Property]
    public bool Any_text_is_an_address_or_refused(string? text)
    {
        var session = new HttpSession(new ConnectionSettings(), new RecordingActivity());
        var refused = session.CheckMediaAddress(text, null, out var uri);
        return (refused is null) == (uri is not null) && (refused?.Message.Any(char.IsControl) ?? false) == false;
    }
}
