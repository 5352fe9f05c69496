using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests;

/// <summary>The embedded gallery itself: the faults that shape an answer rather than its transport.</summary>
public sealed class GalleryOddAnswers
{
#pragma warning disable CA2262 // Two megabytes are meant.
    private static readonly HttpClient Http = new(new SocketsHttpHandler { MaxResponseHeadersLength = 2048 });
#pragma warning restore CA2262

    [Fact]
    public async Task A_page_can_have_its_metadata_its_cursor_and_its_items_bent()
    {
        await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 60 });
        async Task<string> Ask(Fault fault, string query)
        {
            gallery.Faults.Clear();
            gallery.Faults.Add(fault);
            return await Http.GetStringAsync(new Uri(gallery.BaseUri, "api/v1/images?browsingLevel=31&" + query), TestContext.Current.CancellationToken);
        }

        Assert.EndsWith("],\"metadata\":[]}", await Ask(Fault.MetadataForm("[]"), "limit=200"), StringComparison.Ordinal);
        Assert.EndsWith("],\"metadata\":null}", await Ask(Fault.MetadataForm("null"), "limit=200"), StringComparison.Ordinal);
        Assert.EndsWith("}]}", await Ask(Fault.MetadataForm("missing"), "limit=200"), StringComparison.Ordinal);
        Assert.Contains("nextCursor", await Ask(Fault.MetadataForm("{}"), "limit=5"), StringComparison.Ordinal);
        Assert.EndsWith("],\"metadata\":{}}", await Ask(Fault.MetadataForm("{}", evenInTheMiddle: true), "limit=5"), StringComparison.Ordinal);
        Assert.Contains("\"nextCursor\":\"20|5\"", await Ask(Fault.RepeatCursor(), "limit=5&cursor=20%7C5"), StringComparison.Ordinal);
        Assert.Contains("\"nextCursor\":7", await Ask(Fault.RepeatCursor(), "limit=5&modelId=123&cursor=7"), StringComparison.Ordinal);
        using var extra = JsonDocument.Parse(await Ask(Fault.ExtraItems(2, "null", "\"oops\""), "limit=5"));
        Assert.Equal(
            [JsonValueKind.Object, JsonValueKind.Object, JsonValueKind.Null, JsonValueKind.String, JsonValueKind.Object, JsonValueKind.Object, JsonValueKind.Object],
            extra.RootElement.GetProperty("items").EnumerateArray().Select(item => item.ValueKind));
        Assert.Contains(new string('[', 100_000), await Ask(Fault.DeepNesting(100_000), "limit=5"), StringComparison.Ordinal);
        Assert.Equal("", await Ask(Fault.EmptyBody(), "limit=5"));
        Assert.Equal(3_000_000, (await Ask(Fault.HugeBody(3_000_000), "limit=5")).Count(character => char.IsAsciiLetterOrDigit(character)) - "itemspaddingmetadata".Length);
    }

    [Fact]
    public async Task A_medium_can_be_answered_against_the_rules()
    {
        await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 5 });
        var id = gallery.Catalogue.Images[0].Id;
        async Task<(HttpResponseMessage Response, byte[] Body)> Ask(params Fault[] faults)
        {
            gallery.Faults.Clear();
            gallery.Faults.Add(faults);
            using var request = new HttpRequestMessage(HttpMethod.Get, gallery.MediaUrl(id));
            request.Headers.Range = new(100, null);
            request.Headers.IfRange = new(new System.Net.Http.Headers.EntityTagHeaderValue("\"old\""));
            var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
            return (response, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        }

        var whole = gallery.MediaBytes(id);
        Assert.Equal(whole, (await Ask()).Body);
        Assert.Equal(whole, (await Ask(Fault.IgnoreIfRange(), Fault.IgnoreRange())).Body);
        Assert.Equal(whole[100..], (await Ask(Fault.IgnoreIfRange())).Body);
        var (moved, part) = await Ask(Fault.IgnoreIfRange(), Fault.WrongContentRange());
        Assert.Equal(101, moved.Content.Headers.ContentRange!.From);
        Assert.Equal(whole[100..], part);
        var (_, damaged) = await Ask(Fault.Damaged(50));
        Assert.Equal([50], Enumerable.Range(0, whole.Length).Where(at => damaged[at] != whole[at]));
        Assert.Null((await Ask(Fault.WithoutHeader("etag"))).Response.Headers.ETag);
        var (chunked, sameBytes) = await Ask(Fault.WithoutLength());
        Assert.True(chunked.Headers.TransferEncodingChunked);
        Assert.Equal(whole, sameBytes);
        Assert.Equal(1 << 20, (await Ask(Fault.HugeHeader())).Response.Headers.GetValues("X-Padding").Single().Length);
        Assert.Equal(HttpStatusCode.Gone, (await Ask(Fault.Status(410))).Response.StatusCode);
        var date = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(date, (await Ask(Fault.Status(503, retryAfter: Fault.AtDate(date)))).Response.Headers.RetryAfter!.Date);
    }

    [Fact]
    public async Task A_request_can_be_held_until_the_test_lets_it_go_and_one_that_hangs_ends_with_the_gallery()
    {
        var gate = new TaskCompletionSource();
        Task<byte[]> hanging;
        await using (var gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 5 }))
        {
            gallery.Faults.Add(Fault.HoldUntil(gate.Task));
            var id = gallery.Catalogue.Images[0].Id;
            var held = Http.GetByteArrayAsync(gallery.MediaUrl(id), TestContext.Current.CancellationToken);
            await gallery.Log.WaitForAsync(request => request.ImageId == id, GalleryServer.Patience);
            Assert.False(held.IsCompleted);
            gate.SetResult();
            Assert.Equal(gallery.MediaBytes(id), await held);

            gallery.Faults.Add(Fault.Hang());
            hanging = Http.GetByteArrayAsync(gallery.MediaUrl(id), TestContext.Current.CancellationToken);
            await gallery.Log.WaitForAsync(request => request.Faults.Contains("hang", StringComparer.Ordinal), GalleryServer.Patience);
        }

        await Assert.ThrowsAsync<HttpRequestException>(() => hanging);
    }

    [Fact]
    public async Task The_program_says_where_it_is_and_stops_when_its_input_ends()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(GalleryServer).Assembly.Location, "--images", "20", "--until-stdin-closes"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var first = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        const string start = "Gallery listening on ";
        Assert.StartsWith(start, first, StringComparison.Ordinal);
        Assert.StartsWith("{\"items\":[{", await Http.GetStringAsync(new Uri(first![start.Length..] + "/api/v1/images?limit=1"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }
}
