using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Http;

public sealed class HostileServerTests
{
    [Theory]
    [InlineData(400)]
    [InlineData(200)]
    public async Task An_endless_answer_to_the_question_whose_key_it_is_ends(int status)
    {
        await using var test = await SessionUnderTest.StartAsync(key: true, retries: 0);
        test.Gallery.Faults.Add(Fault.EndlessBody("{\"error\":\"", "x"));
        if (status != 200)
        {
            test.Gallery.Faults.Add(Fault.Status(status));
        }

        var thrown = await Assert.ThrowsAsync<CivitaiException>(() => new CivitaiClient().GetAccountAsync(test.Settings, test.Activity, SessionUnderTest.Token));

        Assert.InRange(thrown.Message.Length, 1, 1000);
        await test.Gallery.WaitForIdleAsync(WaitingClock.Patience);
    }

    [Fact]
    public async Task The_endless_body_of_an_error_is_read_to_64_kB()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.Raw("HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 99999999999\r\n\r\n" + new string('x', 2_000_000)));

        var thrown = await test.ApiErrorAsync();

        Assert.Equal(CivitaiError.NotFound, thrown.Error);
        Assert.InRange(thrown.Message.Length, 1, 1000);
    }

    [Fact]
    public async Task A_page_without_end_is_given_up()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.EndlessBody().Forever());
        long seen = 0;

        var thrown = await Assert.ThrowsAsync<CivitaiException>(() => ReadAllAsync(test, read => seen = read));

        Assert.Equal(CivitaiError.UnexpectedResponse, thrown.Error);
        Assert.InRange(seen, 1, Civitai.Client.Http.HttpSession.LongestApiBody);
        Assert.Single(test.Gallery.Log.All);
        await test.Gallery.WaitForIdleAsync(WaitingClock.Patience);
    }

    [Fact]
    public async Task A_gzip_bomb_is_given_up()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.GzipBomb().Forever());
        long seen = 0;

        var thrown = await Assert.ThrowsAsync<CivitaiException>(() => ReadAllAsync(test, read => seen = read));

        Assert.Equal(CivitaiError.UnexpectedResponse, thrown.Error);
        Assert.InRange(seen, 1, Civitai.Client.Http.HttpSession.LongestApiBody);
    }

    [Fact]
    public async Task A_page_announced_too_long_is_not_begun()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.Raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2147483648\r\n\r\n{"));

        Assert.Equal(CivitaiError.UnexpectedResponse, (await test.ApiErrorAsync()).Error);
    }

    [Fact]
    public async Task Headers_of_a_megabyte_are_an_error()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.HugeHeader().Forever());

        var thrown = await test.ApiErrorAsync();

        Assert.Equal(CivitaiError.UnexpectedResponse, thrown.Error);
        Assert.Contains("headers", thrown.Message, StringComparison.Ordinal);
        Assert.Single(test.Gallery.Log.All);
    }

    [Theory]
    [InlineData("this is not HTTP at all\r\n\r\n")]
    [InlineData("HTTP/1.1 abc\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!")]
    [InlineData("\0\0\0\0")]
    public async Task What_is_no_HTTP_is_an_error_of_the_module_s_own(string bytes)
    {
        await using var test = await SessionUnderTest.StartAsync(retries: 1);
        test.Gallery.Faults.Add(Fault.Raw(bytes).Forever());

        var thrown = await Record.ExceptionAsync(() => test.ApiAsync());

        Assert.True(thrown is null or CivitaiException, thrown?.ToString());
        for (var cause = thrown; cause is not null; cause = cause.InnerException)
        {
            Assert.DoesNotContain("Polly", cause.GetType().FullName, StringComparison.Ordinal);
            Assert.IsNotType<AggregateException>(cause);
        }
    }

    [Fact]
    public async Task Deep_nesting_in_the_body_of_an_error_leaves_the_error_what_it_is()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.Status(400, "{\"error\":" + new string('[', 20_000) + new string(']', 20_000) + "}"));

        Assert.Equal("The service refused the query.", (await test.ApiErrorAsync()).Message);
    }

    [Fact]
    public async Task Terminal_escapes_in_the_body_of_an_error_are_not_shown()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.Status(400, "{\"error\":\"a\\u001b[31mred\\u001b]0;title\\u0007 \\u202Eb\\u009b2J\"}"));

        Assert.Equal("The service refused the query: ared b.", (await test.ApiErrorAsync()).Message);
    }

    private static Task<int> ReadAllAsync(SessionUnderTest test, Action<long> seen) =>
        test.Session.SendApiAsync(
            "api/v1/images",
            async (response, token) =>
            {
                await using var body = await test.Session.OpenBodyAsync(response, token);
                var buffer = new byte[1 << 20];
                long all = 0;
                int read;
                while ((read = await body.ReadAsync(buffer, token)) > 0)
                {
                    all += read;
                    seen(all);
                }

                return 0;
            },
            null,
            SessionUnderTest.Token);
}
