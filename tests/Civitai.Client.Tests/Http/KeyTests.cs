using Civitai.Client.Http;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Http;

public sealed class KeyTests
{
    [Fact]
    public async Task The_key_goes_to_the_api()
    {
        await using var test = await SessionUnderTest.StartAsync(key: true);

        await test.ApiAsync();

        Assert.Equal("Bearer " + SessionUnderTest.Key, test.Gallery.Log.All[0].Header("Authorization"));
    }

    [Fact]
    public async Task Without_a_key_no_header_is_sent()
    {
        await using var test = await SessionUnderTest.StartAsync();

        await test.ApiAsync();

        Assert.Null(test.Gallery.Log.All[0].Header("Authorization"));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task The_key_does_not_follow_a_redirect_not_even_to_the_same_host(int status)
    {
        await using var test = await SessionUnderTest.StartAsync(key: true);
        test.Gallery.Faults.Add(Fault.Redirect("/api/v1/images?limit=2", status));

        await test.ApiAsync();

        Assert.Equal(2, test.Gallery.Log.All.Count);
        Assert.NotNull(test.Gallery.Log.All[0].Header("Authorization"));
        Assert.Null(test.Gallery.Log.All[1].Header("Authorization"));
        Assert.Equal("application/json", test.Gallery.Log.All[1].Header("Accept"));
    }

    [Fact]
    public async Task The_key_does_not_follow_a_redirect_to_another_origin()
    {
        await using var test = await SessionUnderTest.StartAsync(key: true);
        await using var other = await GalleryServer.StartAsync(new GalleryOptions { Images = 1 });
        test.Gallery.Faults.Add(Fault.Redirect(other.BaseUri + "api/v1/images?limit=1"));

        await test.ApiAsync();

        Assert.Null(Assert.Single(other.Log.All).Header("Authorization"));
    }

    [Fact]
    public async Task The_key_is_sent_again_with_the_next_attempt()
    {
        await using var test = await SessionUnderTest.StartAsync(key: true);
        test.Gallery.Faults.Add(Fault.Status(500));

        await test.ApiAsync();

        Assert.All(test.Gallery.Log.All, request => Assert.NotNull(request.Header("Authorization")));
    }

    [Fact]
    public async Task An_address_of_another_host_gets_no_key()
    {
        await using var test = await SessionUnderTest.StartAsync(key: true);
        await using var other = await GalleryServer.StartAsync(new GalleryOptions { Images = 1 });

        await test.ApiAsync(path: other.BaseUri + "api/v1/images?limit=1");

        Assert.Null(Assert.Single(other.Log.All).Header("Authorization"));
    }

    [Fact]
    public async Task Media_get_no_key_although_they_lie_on_the_api_s_own_host()
    {
        await using var test = await SessionUnderTest.StartAsync(key: true);

        await test.Session.SendMediaAsync(
            test.Gallery.MediaUrl(test.FirstId),
            request => request.Headers.Authorization = new("Bearer", SessionUnderTest.Key),
            test.ReadAsync,
            null,
            SessionUnderTest.Token);

        Assert.Null(Assert.Single(test.Gallery.Log.Media).Header("Authorization"));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(418)]
    [InlineData(429)]
    [InlineData(451)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_key_that_the_service_echoes_is_taken_out_of_everything(int status)
    {
        await using var test = await SessionUnderTest.StartAsync(key: true);
        test.Gallery.Faults.Add(Fault.EchoSecret(status).Forever());

        var thrown = await Assert.ThrowsAsync<CivitaiException>(() => test.ApiAsync(path: "api/v1/images?limit=1&token=" + SessionUnderTest.Key));

        Assert.Contains("Rejected", thrown.Message, StringComparison.Ordinal);
        AssertNoKey(thrown + thrown.RecommendedAction + test.Activity.Everything);
        Assert.Contains(test.Activity.Verbose, line => line.Contains("limit=1&token=***", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_in_a_header_that_cannot_be_read_is_not_in_the_causes_of_the_error()
    {
        await using var test = await SessionUnderTest.StartAsync(key: true);
        test.Gallery.Faults.Add(Fault.Raw("HTTP/1.1 200 OK\r\n" + SessionUnderTest.Key + "\r\nContent-Length: 0\r\n\r\n").Forever());

        var thrown = await test.ApiErrorAsync();

        AssertNoKey(thrown + test.Activity.Everything);
    }

    [Fact]
    public async Task Escapes_in_a_header_that_cannot_be_read_are_not_in_the_causes_of_the_error()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.Raw("HTTP/1.1 200 OK\r\nno\u001b[2Jcolon\r\nContent-Length: 0\r\n\r\n").Forever());

        var thrown = await test.ApiErrorAsync();

        Assert.DoesNotContain('\u001b', thrown.ToString());
    }

    [Fact]
    public async Task A_redirect_that_echoes_the_key_does_not_bring_it_into_a_line()
    {
        await using var test = await SessionUnderTest.StartAsync(key: true);
        test.Gallery.Faults.Add(Fault.Redirect("/api/v1/images?limit=1&note=" + SessionUnderTest.Key));

        await test.ApiAsync();

        AssertNoKey(test.Activity.Everything);
    }

    [Theory]
    [InlineData("http://civitai.com/")]
    [InlineData("http://192.168.1.10/")]
    [InlineData("http://localhost.evil.example/")]
    public void Over_plain_http_the_key_goes_to_this_machine_only(string address)
    {
        var session = new HttpSession(new ConnectionSettings { BaseUri = new Uri(address), ApiKey = SessionUnderTest.Secret("abc") }, new RecordingActivity());

        var thrown = Assert.Throws<CivitaiException>(() => { _ = session.SendApiAsync("api/v1/me", (_, _) => Task.FromResult(0), null, SessionUnderTest.Token); });

        Assert.Equal(CivitaiError.BaseUriNotAllowed, thrown.Error);
    }

    [Theory]
    [InlineData("ab\ncd")]
    [InlineData("ab cd")]
    [InlineData("ключ")]
    public void A_key_that_no_header_can_carry_is_refused_without_showing_it(string key)
    {
        var thrown = Assert.Throws<CivitaiException>(() => new CivitaiClient().Validate(new ConnectionSettings { ApiKey = SessionUnderTest.Secret(key) }));

        Assert.Equal(CivitaiError.Unauthorized, thrown.Error);
        Assert.DoesNotContain(key, thrown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task White_space_around_a_key_is_not_part_of_it()
    {
        await using var test = await SessionUnderTest.StartAsync();
        var session = new HttpSession(new ConnectionSettings { BaseUri = test.Gallery.BaseUri, ApiKey = SessionUnderTest.Secret(" abc\r\n"), NoProxy = true, Timeout = WaitingClock.LongTimeout }, test.Activity, test.Clock);

        await session.SendApiAsync("api/v1/images?limit=1", (_, _) => Task.FromResult(0), null, SessionUnderTest.Token);

        Assert.Equal("Bearer abc", test.Gallery.Log.All[0].Header("Authorization"));
    }

    internal static void AssertNoKey(string text)
    {
        Assert.DoesNotContain(SessionUnderTest.Key, text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(SessionUnderTest.Key)), text, StringComparison.Ordinal);
    }
}
