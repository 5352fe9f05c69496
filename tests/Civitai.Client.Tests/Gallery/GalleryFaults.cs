using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests;

/// <summary>The embedded gallery itself: that its faults do exactly what they say, seen from a bare socket.</summary>
public sealed class GalleryFaults
{
    [Theory]
    [InlineData(1)]
    [InlineData(700)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public async Task An_answer_ends_after_exactly_so_many_bytes(int bytes)
    {
        await using var gallery = await Start();
        var whole = gallery.MediaBytes(5);
        gallery.Faults.Add(Fault.AbortAfter(bytes));
        var (head, body) = await Raw(gallery);
        Assert.Contains(FormattableString.Invariant($"Content-Length: {whole.Length}\r\n"), head, StringComparison.Ordinal);
        Assert.Equal(whole[..(bytes < 0 ? whole.Length + bytes : Math.Min(bytes, whole.Length - 1))], body);
        Assert.Equal(RequestState.BrokenOff, (await gallery.Log.WaitForAsync(request => request.State != RequestState.Running, GalleryServer.Patience)).State);
        Assert.Equal(whole, (await Raw(gallery)).Body);
    }

    [Fact]
    public async Task Nothing_at_all_comes_from_a_reset_before_the_headers()
    {
        await using var gallery = await Start();
        gallery.Faults.Add(Fault.AbortAfter(0), Fault.CloseWithoutAnswer().Skip(1));
        Assert.Equal("", (await Raw(gallery)).Head);
        Assert.Equal("", (await Raw(gallery)).Head);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public async Task A_length_that_lies_is_announced_and_the_whole_is_sent(int difference)
    {
        await using var gallery = await Start();
        var whole = gallery.MediaBytes(5);
        gallery.Faults.Add(Fault.WrongLength(difference));
        var (head, body) = await Raw(gallery);
        Assert.Contains(FormattableString.Invariant($"Content-Length: {whole.Length + difference}\r\n"), head, StringComparison.Ordinal);
        Assert.Equal(whole, body);
        await gallery.WaitForIdleAsync(GalleryServer.Patience);
    }

    [Fact]
    public async Task A_cut_file_has_the_length_that_is_announced()
    {
        await using var gallery = await Start();
        gallery.Faults.Add(Fault.TruncateAtAnnouncedLength(12));
        var (head, body) = await Raw(gallery);
        Assert.Equal(gallery.MediaBytes(5)[..^12], body);
        Assert.Contains(FormattableString.Invariant($"Content-Length: {body.Length}\r\n"), head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stalled_answer_is_held_until_the_client_leaves()
    {
        await using var gallery = await Start();
        gallery.Faults.Add(Fault.StallAfter(100));
        using (var http = new HttpClient())
        {
            using var response = await http.GetAsync(gallery.MediaUrl(5), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            await body.ReadExactlyAsync(new byte[100], TestContext.Current.CancellationToken);
            Assert.Equal(1, gallery.OpenResponses);
        }

        Assert.True((await gallery.Log.WaitForAsync(request => request.State != RequestState.Running, GalleryServer.Patience)).Aborted);
        await gallery.WaitForIdleAsync(GalleryServer.Patience);
        Assert.Equal(0, gallery.OpenResponses);
    }

    [Fact]
    public async Task A_page_can_stop_after_an_item_and_go_on_later()
    {
        await using var gallery = await Start();
        var gate = new TaskCompletionSource();
        gallery.Faults.Add(Fault.StallAfterItems(1, gate.Task));
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri(gallery.BaseUri, "api/v1/images"), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var received = new List<byte>();
        while (received.Count == 0 || received[^1] != '}' || Encoding.UTF8.GetString([.. received]).Count(c => c == '{') < 2)
        {
            received.Add((byte)body.ReadByte());
        }

        gate.SetResult();
        using var rest = new StreamReader(body);
        Assert.EndsWith("}", await rest.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endless_answers_end_when_the_client_leaves()
    {
        await using var gallery = await Start();
        gallery.Faults.Add(Fault.EndlessBody(), Fault.EndlessItems().Skip(1), Fault.GzipBomb(1L << 40).Skip(2));
        for (var turn = 0; turn < 3; turn++)
        {
            using var http = new HttpClient();
            using var response = await http.GetAsync(new Uri(gallery.BaseUri, "api/v1/images"), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            await body.ReadExactlyAsync(new byte[300_000], TestContext.Current.CancellationToken);
        }

        await gallery.WaitForIdleAsync(GalleryServer.Patience);
    }

    [Fact]
    public async Task A_gzip_bomb_is_small_and_unpacks_to_what_it_says()
    {
        await using var gallery = await Start();
        gallery.Faults.Add(Fault.GzipBomb(100_000_000));
        using var http = new HttpClient();
        var packed = await http.GetByteArrayAsync(new Uri(gallery.BaseUri, "api/v1/images"), TestContext.Current.CancellationToken);
        Assert.InRange(packed.Length, 1, 500_000);
        await using var unpacked = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        var total = 0L;
        var buffer = new byte[1 << 20];
        for (int read; (read = await unpacked.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0;)
        {
            total += read;
        }

        Assert.InRange(total, 100_000_000, 120_000_000);
    }

    [Fact]
    public async Task A_cached_false_end_is_given_again_for_its_address_only()
    {
        await using var gallery = await Start();
        gallery.Faults.Add(Fault.FalseEnd(cached: true));
        using var http = new HttpClient();
        async Task<string> Ask(int limit) => await http.GetStringAsync(new Uri(gallery.BaseUri, FormattableString.Invariant($"api/v1/images?limit={limit}")), TestContext.Current.CancellationToken);
        const string nothing = "{\"items\":[],\"metadata\":{}}";
        Assert.Equal(nothing, await Ask(10));
        Assert.Equal(nothing, await Ask(10));
        Assert.NotEqual(nothing, await Ask(11), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_redirect_leads_to_the_same_bytes_and_an_endless_one_nowhere()
    {
        await using var gallery = await Start();
        gallery.Faults.Add(Fault.Redirect().OnImage(5));
        using var http = new HttpClient();
        Assert.Equal(gallery.MediaBytes(5), await http.GetByteArrayAsync(gallery.MediaUrl(5), TestContext.Current.CancellationToken));
        Assert.Equal([302, 200], gallery.Log.Media.Select(request => request.Status));
        foreach (var (fault, address) in new[] { (Fault.EndlessRedirect().OnMedia(), gallery.MediaUrl(5)), (Fault.EndlessRedirect().OnApi(), new Uri(gallery.BaseUri, "api/v1/images")) })
        {
            gallery.Faults.Clear();
            gallery.Log.Clear();
            gallery.Faults.Add(fault);
            using var response = await http.GetAsync(address, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
            Assert.True(gallery.Log.All.Count > 10);
            Assert.Equal(gallery.Log.All.Count, gallery.Log.All.Select(request => request.Path).Distinct(StringComparer.Ordinal).Count());
        }
    }

    [Fact]
    public async Task The_key_comes_back_in_an_error_if_asked_for()
    {
        await using var gallery = await Start();
        gallery.Faults.Add(Fault.EchoSecret());
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", "0123456789abcdef");
        using var response = await http.GetAsync(new Uri(gallery.BaseUri, "api/v1/images"), TestContext.Current.CancellationToken);
        Assert.Contains("0123456789abcdef", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("Bearer 0123456789abcdef", gallery.Log.All[0].Header("authorization"));
    }

    [Fact]
    public async Task The_original_of_a_video_may_be_a_still_while_its_rendition_is_not()
    {
        await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Catalogue = Catalogue.From([new CatalogueImage { Id = 5, Type = "video", MediaFormat = ServedFormat.Mp4 }]) });
        gallery.Faults.Add(Fault.StillInsteadOfVideo());
        using var http = new HttpClient();
        var address = gallery.MediaUrl(5).AbsoluteUri;
        Assert.Equal("RIFF"u8.ToArray(), (await http.GetByteArrayAsync(new Uri(address), TestContext.Current.CancellationToken))[..4]);
        Assert.Equal("ftyp"u8.ToArray(), (await http.GetByteArrayAsync(new Uri(address.Replace("original=true", "transcode=true,width=450", StringComparison.Ordinal)), TestContext.Current.CancellationToken))[4..8]);
    }

    [Fact]
    public async Task Faults_meet_only_the_requests_that_they_are_for()
    {
        await using var gallery = await Start();
        var late = gallery.Faults.Add(Fault.Busy("0").OnImages().Nth(2));
        gallery.Faults.Add(Fault.HtmlPage().OnImage(6).Forever());
        using var http = new HttpClient();
        var statuses = new List<HttpStatusCode>();
        for (var turn = 0; turn < 3; turn++)
        {
            using var response = await http.GetAsync(new Uri(gallery.BaseUri, "api/v1/images"), TestContext.Current.CancellationToken);
            statuses.Add(response.StatusCode);
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK], statuses);
        Assert.Equal(1, late.Applied);
        Assert.Equal(gallery.MediaBytes(5), await http.GetByteArrayAsync(gallery.MediaUrl(5), TestContext.Current.CancellationToken));
        Assert.StartsWith("<!DOCTYPE html>", await http.GetStringAsync(gallery.MediaUrl(6), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_random_mix_lets_everybody_through_who_tries_again()
    {
        await using var gallery = await Start();
        gallery.Faults.Random(1, 1.0, [Fault.Status(500), Fault.AbortAfter(10), Fault.CloseWithoutAnswer(), Fault.ResetAfter(50)]);
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                Assert.Equal(gallery.MediaBytes(5), await http.GetByteArrayAsync(gallery.MediaUrl(5), TestContext.Current.CancellationToken));
                break;
            }
            catch (HttpRequestException)
            {
                // Once more. (The client's own pool repeats some of them unasked.)
            }
        }

        Assert.Equal([1, 1, 0], gallery.Log.All.Select(request => request.Faults.Count));
    }

    private static Task<GalleryServer> Start() => GalleryServer.StartAsync(new GalleryOptions
    {
        Catalogue = Catalogue.From([new CatalogueImage { Id = 5, MediaFormat = ServedFormat.Png, CreatedAt = DateTimeOffset.UnixEpoch }, new CatalogueImage { Id = 6, MediaFormat = ServedFormat.Jpeg, CreatedAt = DateTimeOffset.UnixEpoch }]),
        Compress = false,
    });

    /// <summary>Everything that comes over a connection of its own after asking for image 5.</summary>
    private static async Task<(string Head, byte[] Body)> Raw(GalleryServer gallery)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(gallery.MediaUri.Host, gallery.MediaUri.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {gallery.MediaUrl(5).AbsolutePath} HTTP/1.1\r\nHost: {gallery.MediaUri.Authority}\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        using var received = new MemoryStream();
        try
        {
            await stream.CopyToAsync(received, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // A reset.
        }

        var bytes = received.ToArray();
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        return end < 0 ? ("", bytes) : (Encoding.ASCII.GetString(bytes, 0, end + 4), bytes[(end + 4)..]);
    }
}
