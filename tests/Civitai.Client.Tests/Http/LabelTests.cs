using System.Text;
using Civitai.Client.Feeds;
using Civitai.Client.Http;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Http;

/// <summary>An answer is what its bytes say, whatever its label and its status.</summary>
public sealed class LabelTests
{
    private const string Page = "{\"items\":[{\"id\":5,\"username\":\"Ünïcode\"}],\"metadata\":{\"nextCursor\":\"7\"}}";

    [Theory]
    [InlineData("application/json", "<!DOCTYPE html><html><head><title>Sign in</title></head></html>")]
    [InlineData("text/plain", "<html><head><title>Sign in</title></head></html>")]
    [InlineData("application/octet-stream", "\n\t <html><head><title>Sign in</title></head></html>")]
    [InlineData("application/json; charset=utf-8", "\ufeff\r\n<?xml version=\"1.0\"?><html><head><title>Sign in</title></head></html>")]
    public async Task A_web_page_that_calls_itself_something_else_is_asked_for_again_and_then_named(string label, string html)
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.Bytes(Encoding.UTF8.GetBytes(html), label).Forever());

        var thrown = await Assert.ThrowsAsync<CivitaiException>(() => ReceiveAsync(test));

        Assert.Equal(CivitaiError.UnexpectedResponse, thrown.Error);
        Assert.Equal("The response was a web page, not JSON: Sign in.", thrown.Message);
        Assert.Equal(3, test.Gallery.Log.All.Count);
    }

    [Fact]
    public async Task The_title_of_a_web_page_is_found_though_it_arrives_late_and_the_page_breaks_off()
    {
        await using var test = await SessionUnderTest.StartAsync(retries: 0);
        var html = "<html><head>" + new string(' ', 5_000) + "<title>Sign in</title>" + new string(' ', 5_000) + "</head></html>";
        test.Gallery.Faults.Add(Fault.Bytes(Encoding.UTF8.GetBytes(html), "application/json"), Fault.AbortAfter(7_000));

        Assert.Contains("Sign in", (await Assert.ThrowsAsync<CivitaiException>(() => ReceiveAsync(test))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public async Task A_page_behind_a_byte_order_mark_is_a_page(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        await using var test = await SessionUnderTest.StartAsync(retries: 0);
        test.Gallery.Faults.Add(Fault.Bytes([.. encoding.GetPreamble(), .. encoding.GetBytes(Page)], "application/json"));

        var page = new PageReceiver(new RequestGroup(test.Session), "api/v1/images?limit=1", null, limits: null, SessionUnderTest.Token);

        Assert.Equal("7", (await page.Answer).NextCursor);
        Assert.True(page.TryTake(out var item));
        Assert.Equal("{\"id\":5,\"username\":\"Ünïcode\"}", Encoding.UTF8.GetString(item));
    }

    [Theory]
    [InlineData("\ufeff{}", "{}")]
    [InlineData("{}", "{}")]
    [InlineData("\ufeff", "")]
    [InlineData("{", "{")]
    [InlineData("", "")]
    [InlineData("\ufeff  [1]", "  [1]")]
    public void A_byte_order_mark_is_taken_off_in_however_many_pieces_it_comes(string sent, string read)
    {
        var bytes = Encoding.UTF8.GetBytes(sent);
        for (var step = 1; step <= bytes.Length + 1; step++)
        {
            var start = new BodyStart();
            var text = new List<byte>();
            var buffer = new byte[100];
            for (var at = 0; at < bytes.Length; at += step)
            {
                var piece = bytes.AsSpan(at, Math.Min(step, bytes.Length - at));
                if (start.IsOver)
                {
                    text.AddRange(piece);
                    continue;
                }

                piece.CopyTo(buffer.AsSpan(start.Held));
                text.AddRange(buffer.AsSpan(0, Math.Max(0, start.Judge(buffer, piece.Length))));
            }

            if (!start.IsOver)
            {
                text.AddRange(buffer.AsSpan(0, start.Judge(buffer, 0)));
            }

            Assert.Equal(read, Encoding.UTF8.GetString([.. text]));
            Assert.False(start.IsWebPage);
        }
    }

    [Theory]
    [InlineData("""{"error":"Image search is temporarily overloaded"}""", "Image search is temporarily overloaded.")]
    [InlineData("""{"error":{"message":"Something broke","code":"X"}}""", "Something broke.")]
    [InlineData("""{"message":"An unexpected error occurred","error":null}""", "An unexpected error occurred.")]
    [InlineData("\ufeff  {\"error\":{\"issues\":[{\"path\":[\"limit\"],\"message\":\"Too big\"}]}}", "limit: Too big.")]
    public async Task An_error_that_calls_itself_a_success_keeps_its_words(string body, string words)
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.Json(body).Forever());

        var page = await Assert.ThrowsAsync<CivitaiException>(() => ReceiveAsync(test));
        var account = await Assert.ThrowsAsync<CivitaiException>(() => AccountRequest.SendAsync(test.Settings, test.Activity, SessionUnderTest.Token, test.Clock));

        Assert.All([page, account], error =>
        {
            Assert.Equal(CivitaiError.UnexpectedResponse, error.Error);
            Assert.Equal(200, error.StatusCode);
            Assert.Equal("The service reported an error in place of an answer: " + words, error.Message);
        });
        Assert.Equal("the query", page.Target);
        Assert.Equal(2, test.Gallery.Log.All.Count);
    }

    [Theory]
    [InlineData("""{"images":[]}""")]
    [InlineData("hello")]
    [InlineData("""{"error":null}""")]
    [InlineData("[]")]
    public async Task What_is_neither_a_page_nor_an_error_is_JSON_of_another_shape(string body)
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.Json(body).Forever());

        Assert.StartsWith("The service's answer is not a page of images", (await Assert.ThrowsAsync<CivitaiException>(() => ReceiveAsync(test))).Message, StringComparison.Ordinal);
    }

    private static Task<PageAnswer> ReceiveAsync(SessionUnderTest test) =>
        new PageReceiver(new RequestGroup(test.Session), "api/v1/images?limit=1", "the query", limits: null, SessionUnderTest.Token).Answer.WaitAsync(WaitingClock.Patience, SessionUnderTest.Token);
}
