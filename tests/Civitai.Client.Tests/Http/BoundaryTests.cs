using System.IO.Compression;
using System.Text;
using Civitai.Client.Http;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Http;

/// <summary>No exception of the framework comes through: what is not a cancellation is an error of the module's own.</summary>
public sealed class BoundaryTests
{
    /// <summary>Hosts that <see cref="Uri"/> accepts and that cannot be spelled out for a name server.</summary>
    public static TheoryData<string> UnusableHosts => ["localhosté.xn--", "ÀÀ.xn--", "xn--é", "é" + new string('a', 70) + ".com"];

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task A_body_whose_compression_is_damaged_is_asked_for_again_and_then_an_error_of_the_module_s_own(string encoding)
    {
        await using var test = await SessionUnderTest.StartAsync(retries: 1);
        var page = Compress(encoding, Encoding.UTF8.GetBytes("{\"items\":[" + string.Join(',', Enumerable.Range(1, 300).Select(id => "{\"id\":" + id + ",\"url\":\"http://127.0.0.1/" + (id * 7919) + ".jpeg\"}")) + "],\"metadata\":{}}"));
        var failed = 0;
        for (var at = 0; at < page.Length; at += Math.Max(1, page.Length / 60))
        {
            var damaged = (byte[])page.Clone();
            damaged[at] ^= 0x55;
            test.Gallery.Faults.Clear();
            test.Gallery.Log.Clear();
            test.Gallery.Faults.Add(Fault.Bytes(damaged).Forever(), Fault.Header("Content-Encoding", encoding).Forever());

            var thrown = await Record.ExceptionAsync(() => test.ApiAsync());

            if (thrown is not null)
            {
                Assert.Equal(CivitaiError.UnexpectedResponse, Assert.IsType<CivitaiException>(thrown).Error);
                Assert.Equal(2, test.Gallery.Log.All.Count);
                failed++;
            }
        }

        Assert.True(failed > 5, "The damage was not noticed.");
    }

    [Theory]
    [MemberData(nameof(UnusableHosts))]
    public async Task A_redirect_to_a_host_that_no_name_server_can_be_asked_for_is_an_error(string host)
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.Raw("HTTP/1.1 302 Found\r\nLocation: http://" + host + "/x\r\nContent-Length: 0\r\n\r\n").Forever());

        Assert.Equal(CivitaiError.UnexpectedResponse, (await test.ApiErrorAsync()).Error);
        Assert.Equal(CivitaiError.MediaUrlNotAllowed, (await test.MediaErrorAsync()).Error);
    }

    [Theory]
    [MemberData(nameof(UnusableHosts))]
    public async Task A_media_url_of_such_a_host_is_an_error(string host)
    {
        await using var test = await SessionUnderTest.StartAsync();
        var url = "http://" + host + "/x.png";

        Assert.Equal(CivitaiError.MediaUrlNotAllowed, test.Session.CheckMediaAddress(url, null, out _)?.Error);
        Assert.Equal(CivitaiError.MediaUrlNotAllowed, (await test.MediaErrorAsync(new Uri(url))).Error);
        Assert.Empty(test.Gallery.Log.All);
    }

    [Theory]
    [InlineData("http://media.example/a\u0018b.png")]
    [InlineData("http://media.example/\u001b[2J.png")]
    [InlineData("http://media.example/\u202egnp.a")]
    [InlineData("http://media.example/a\u2028.png")]
    public async Task A_media_url_with_characters_that_act_on_a_terminal_is_an_error(string url)
    {
        await using var test = await SessionUnderTest.StartAsync();

        var error = test.Session.CheckMediaAddress(url, null, out _)!;

        Assert.Equal(CivitaiError.MediaUrlNotAllowed, error.Error);
        Assert.False(TextCleaner.HoldsInvisible(error.Message));
        Assert.Null(test.Session.CheckMediaAddress(" http://127.0.0.1/a b%18\u00e9.png\r\n", null, out _));
    }

    [Theory]
    [MemberData(nameof(UnusableHosts))]
    public void A_base_url_of_such_a_host_is_an_error_with_or_without_a_key(string host)
    {
        foreach (var scheme in (string[])["http", "https"])
        {
            foreach (var key in (string?[])[null, SessionUnderTest.Key])
            {
                var settings = new ConnectionSettings { BaseUri = new Uri(scheme + "://" + host + "/"), ApiKey = key is null ? null : SessionUnderTest.Secret(key) };

                var thrown = Assert.Throws<CivitaiException>(() => new CivitaiClient().Validate(settings));
                var sent = Assert.Throws<CivitaiException>(() => { _ = new HttpSession(settings, new RecordingActivity()).SendApiAsync("x", (_, _) => Task.FromResult(0), null, SessionUnderTest.Token); });

                Assert.Equal(CivitaiError.BaseUriNotAllowed, thrown.Error);
                Assert.Equal(CivitaiError.BaseUriNotAllowed, sent.Error);
                Assert.Contains(host, Assert.IsType<string>(thrown.Target), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(UnusableHosts))]
    public void The_rules_for_urls_answer_for_such_a_host(string host)
    {
        var url = new Uri("http://" + host + "/");

        Assert.Null(AddressRules.HostOf(url));
        Assert.Null(AddressRules.Literal(url));
        Assert.True(AddressRules.IsPrivate(url));
        Assert.False(AddressRules.CarriesKey(url));
        Assert.False(AddressRules.IsSameOrigin(url, url));
        Assert.NotNull(Redirects.WhyNot(new Uri("http://a.example/"), url, permitPrivate: true));
    }

    [Theory]
    [InlineData("http://localhosté.xn--:8080")]
    [InlineData("ftp://127.0.0.1:8080")]
    [InlineData("gopher://127.0.0.1")]
    public async Task A_proxy_that_cannot_be_used_is_an_error_at_once(string proxy)
    {
        await using var test = await SessionUnderTest.StartAsync();
        var session = new HttpSession(new ConnectionSettings { BaseUri = new Uri("http://civitai.example/"), Proxy = new Uri(proxy), Timeout = WaitingClock.LongTimeout }, test.Activity, test.Clock);

        var api = await Assert.ThrowsAsync<CivitaiException>(() => session.SendApiAsync("x", (_, _) => Task.FromResult(0), null, SessionUnderTest.Token));
        var media = await Assert.ThrowsAsync<CivitaiException>(() => test.MediaAsync(new Uri("http://media.example/a.png"), session));

        Assert.Equal(CivitaiError.ConnectionFailed, api.Error);
        Assert.Equal(CivitaiError.MediaUnavailable, media.Error);
        Assert.Empty(test.Clock.Waits);
    }

    [Theory]
    [InlineData(typeof(FormatException))]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(OperationCanceledException))]
    public async Task What_the_reader_of_an_answer_throws_is_an_error_about_the_answer(Type type)
    {
        await using var test = await SessionUnderTest.StartAsync();

        var thrown = await Assert.ThrowsAsync<CivitaiException>(() => test.Session.SendApiAsync<int>(
            "api/v1/images?limit=1", (_, _) => throw (Exception)Activator.CreateInstance(type)!, "the query", SessionUnderTest.Token));

        Assert.Equal(CivitaiError.UnexpectedResponse, thrown.Error);
        Assert.Equal("the query", thrown.Target);
        Assert.IsType(type, thrown.InnerException);
    }

    [Fact]
    public async Task A_cursor_that_makes_a_url_too_long_is_an_error()
    {
        await using var test = await SessionUnderTest.StartAsync();

        var thrown = await Record.ExceptionAsync(() => test.ApiAsync("api/v1/images?cursor=" + new string('x', 3_000_000)));

        Assert.IsType<CivitaiException>(thrown);
    }

    [Theory]
    [InlineData("Location: http://[::1\r\n")]
    [InlineData("Location: http://a/#\u00e9\u0000x\r\n")]
    [InlineData("Location: javascript:alert(1)#x\r\n")]
    [InlineData("Location: //\r\n")]
    [InlineData("Location: http://%zz/#x\r\n")]
    [InlineData("Retry-After: 99999999999999999999999\r\nLocation: \r\n")]
    [InlineData("Content-Length: 5\r\nContent-Length: 7\r\n")]
    [InlineData("Content-Type: \u00ff/\u00ff;=;=\r\nDate: never\r\n")]
    [InlineData("Content-Encoding: \u00ff, br, , gzip\r\n")]
    [InlineData("Content-Range: bytes 9-1/0\r\n")]
    public async Task Headers_that_make_no_sense_are_no_exception_of_the_framework(string headers)
    {
        await using var test = await SessionUnderTest.StartAsync(retries: 0);
        foreach (var status in (int[])[200, 206, 302, 400, 416, 503])
        {
            test.Gallery.Faults.Clear();
            test.Gallery.Faults.Add(Fault.Raw("HTTP/1.1 " + status + " x\r\n" + headers + "Connection: close\r\n\r\nbody").Forever());

            Assert.True(await Record.ExceptionAsync(() => test.ApiAsync()) is null or CivitaiException);
            Assert.True(await Record.ExceptionAsync(() => test.MediaAsync()) is null or CivitaiException);
        }
    }

    internal static byte[] Compress(string encoding, byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (Stream packer = encoding switch
        {
            "br" => new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true),
            "gzip" => new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true),
            _ => new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true),
        })
        {
            packer.Write(bytes);
        }

        return packed.ToArray();
    }
}
