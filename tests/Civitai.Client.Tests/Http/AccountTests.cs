using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Http;

public sealed class AccountTests
{
    [Fact]
    public async Task The_service_tells_whose_key_it_is()
    {
        await using var test = await SessionUnderTest.StartAsync(key: true);

        var account = await AskAsync(test, test.Settings);

        Assert.NotNull(account.Username);
        Assert.True(account.Id > 0);
    }

    [Fact]
    public async Task A_key_that_the_service_does_not_know_is_refused()
    {
        await using var test = await SessionUnderTest.StartAsync();
        var settings = new ConnectionSettings { BaseUri = test.Gallery.BaseUri, ApiKey = SessionUnderTest.Secret("wrong"), NoProxy = true };

        var thrown = await Assert.ThrowsAsync<CivitaiException>(() => AskAsync(test, settings));

        Assert.Equal(CivitaiError.Unauthorized, thrown.Error);
        Assert.Equal(test.Gallery.BaseUri, thrown.Target);
    }

    [Theory]
    [InlineData("""{"id":5,"username":"alice","tier":"gold"}""", 5, "alice", "gold")]
    [InlineData("""{"id":5,"username":12345,"tier":null}""", 5, "12345", null)]
    [InlineData("""{"id":null,"extra":[]}""", 0, null, null)]
    [InlineData("""{"id":5,"username":"a\u001b[2Jb"}""", 5, "ab", null)]
    [InlineData("""{"id":5,"username":"0123456789abcdef0123456789abcdef"}""", 5, "***", null)]
    public async Task The_answer_is_read_tolerantly_and_shown_clean(string json, long id, string? username, string? tier)
    {
        await using var test = await SessionUnderTest.StartAsync(key: true);
        test.Gallery.Faults.Add(Fault.Json(json));

        var account = await AskAsync(test, test.Settings);

        Assert.Equal((id, username, tier), (account.Id, account.Username, account.Tier));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"id\":")]
    [InlineData("")]
    [InlineData("hello")]
    public async Task An_answer_of_another_shape_is_unexpected(string body)
    {
        await using var test = await SessionUnderTest.StartAsync(key: true);
        test.Gallery.Faults.Add(Fault.Json(body));

        Assert.Equal(CivitaiError.UnexpectedResponse, (await Assert.ThrowsAsync<CivitaiException>(() => AskAsync(test, test.Settings))).Error);
    }

    private static Task<Account> AskAsync(SessionUnderTest test, ConnectionSettings settings) =>
        new CivitaiClient().GetAccountAsync(settings, test.Activity, SessionUnderTest.Token);
}
