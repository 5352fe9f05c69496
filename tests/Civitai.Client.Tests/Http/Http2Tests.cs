using System.Collections.Concurrent;
using Civitai.Client.Downloads;
using Civitai.Client.Feeds;
using Civitai.Client.Http;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Http;

/// <summary>Over TLS the service and its media are asked over HTTP/2, and what can go wrong with its streams is got over as over HTTP/1.1.</summary>
public sealed class Http2Tests : IAsyncLifetime
{
    private const int InternalError = 2;
    private const int RefusedStream = 7;
    private const int Cancelled = 8;
    private const int EnhanceYourCalm = 11;
    private const int Http11Required = 13;

    private readonly ConcurrentDictionary<HandlerSettings, HttpClient> _clients = new();
    private readonly RecordingActivity _activity = new();
    private readonly WaitingClock _clock = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("civitaips-http2-").FullName;
    private GalleryServer _gallery = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 20, Https = true, MediaSize = 3_000_000, ApiKey = SessionUnderTest.Key });

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }

        await _gallery.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_service_and_its_media_are_asked_over_HTTP_2()
    {
        var session = Session(key: true);

        await PageAsync(session);
        await MediaAsync(session);

        Assert.All(_gallery.Log.All, request => Assert.Equal("HTTP/2", request.Protocol));
        Assert.Equal("Bearer " + SessionUnderTest.Key, Assert.Single(_gallery.Log.Api).Header("Authorization"));
        Assert.Null(Assert.Single(_gallery.Log.Media).Header("Authorization"));
    }

    [Fact]
    public async Task Many_downloads_at_a_time_share_a_connection()
    {
        var session = Session();

        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => MediaAsync(session)));

        Assert.Equal(1, _gallery.Connections);
    }

    [Fact]
    public async Task A_redirect_is_followed_over_HTTP_2_too()
    {
        _gallery.Faults.Add(Fault.Redirect().OnMedia());

        await MediaAsync(Session());

        Assert.Equal(["HTTP/2", "HTTP/2"], _gallery.Log.Media.Select(request => request.Protocol));
    }

    [Fact]
    public async Task Without_TLS_it_stays_at_HTTP_1_1()
    {
        await using var plain = await SessionUnderTest.StartAsync();

        await plain.ApiAsync();
        await plain.MediaAsync();

        Assert.All(plain.Gallery.Log.All, request => Assert.Equal("HTTP/1.1", request.Protocol));
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_an_error_at_once()
    {
        var session = new HttpSession(Settings(key: true), _activity, _clock);

        var thrown = await Assert.ThrowsAsync<CivitaiException>(() => PageAsync(session));

        Assert.Equal(CivitaiError.ConnectionFailed, thrown.Error);
        Assert.Contains("secure connection", thrown.Message, StringComparison.Ordinal);
        Assert.Empty(_gallery.Log.All);
        Assert.Empty(_clock.Waits);
    }

    [Theory]
    [InlineData(InternalError)]
    [InlineData(RefusedStream)]
    [InlineData(Cancelled)]
    [InlineData(EnhanceYourCalm)]
    [InlineData(Http11Required)]
    public async Task A_stream_that_is_reset_before_its_answer_is_asked_for_again(int code)
    {
        _gallery.Faults.Add(Fault.StreamReset(code).OnApi(), Fault.StreamReset(code).OnMedia());
        var session = Session();

        Assert.Equal(5, (await PageAsync(session)).Items);
        Assert.Equal(_gallery.MediaBytes(FirstId), await MediaAsync(session));
        Assert.All(_gallery.Log.All.GroupBy(request => request.IsMedia), requests => Assert.Equal(2, requests.Count()));
    }

    [Fact]
    public async Task A_stream_that_is_always_reset_before_its_answer_is_an_error_after_the_retries()
    {
        _gallery.Faults.Add(Fault.StreamReset(InternalError).Forever());
        var session = Session(retries: 2);

        var api = await Assert.ThrowsAsync<CivitaiException>(() => PageAsync(session));
        Assert.Equal(3, _gallery.Log.All.Count);
        var media = await Assert.ThrowsAsync<CivitaiException>(() => MediaAsync(session));

        Assert.Equal(CivitaiError.ConnectionFailed, api.Error);
        Assert.Equal(CivitaiError.MediaUnavailable, media.Error);
        Assert.Equal(6, _gallery.Log.All.Count);
    }

    [Theory]
    [InlineData(InternalError)]
    [InlineData(Cancelled)]
    public async Task A_page_whose_stream_is_reset_in_mid_body_is_asked_for_again(int code)
    {
        _gallery.Faults.Add(Fault.StreamReset(code, afterBytes: 200).OnApi());

        Assert.Equal(5, (await PageAsync(Session())).Items);
        Assert.Equal(2, _gallery.Log.Api.Count);
    }

    [Fact]
    public async Task A_body_whose_stream_is_always_reset_is_an_error_after_the_retries()
    {
        _gallery.Faults.Add(Fault.StreamReset(InternalError, afterBytes: 200).Forever());
        var session = Session(retries: 1);

        Assert.Equal(CivitaiError.ConnectionFailed, (await Assert.ThrowsAsync<CivitaiException>(() => PageAsync(session))).Error);
        Assert.Equal(CivitaiError.MediaIncomplete, (await Assert.ThrowsAsync<CivitaiException>(() => MediaAsync(session))).Error);
        Assert.Equal(4, _gallery.Log.All.Count);
    }

    [Fact]
    public async Task A_download_whose_stream_is_reset_resumes_where_it_was()
    {
        // So much cannot have been sent without most of it having been read: the window of a stream is smaller.
        _gallery.Faults.Add(Fault.StreamReset(InternalError, afterBytes: 2_000_000).OnMedia());
        using var saver = new ImageSaver(Session(), new SaveOptions { Folder = _folder, FileName = "{Id}" }, _activity);

        var saved = await saver.SaveAsync(saver.Plan(FirstImage(), name: null), Token);

        Assert.Equal(SaveStatus.Resumed, saved.Status);
        Assert.Equal(_gallery.MediaBytes(FirstId), await File.ReadAllBytesAsync(saved.Path!, Token));
        Assert.Equal(2, _gallery.Log.Media.Count);
        Assert.InRange(_gallery.Log.Media[1].RangeStart ?? 0, 1, 2_000_000);
    }

    [Fact]
    public async Task A_connection_that_takes_no_more_requests_finishes_what_it_has_and_another_one_goes_on()
    {
        var gate = new TaskCompletionSource();
        _gallery.Faults.Add(Fault.StallAfter(20_000, gate.Task).OnMedia(), Fault.GoAway().OnMedia().Skip(1));
        var session = Session();

        var first = MediaAsync(session);
        await _gallery.Log.WaitForAsync(request => request.BytesSent >= 20_000, WaitingClock.Patience);
        Assert.Equal(_gallery.MediaBytes(FirstId), await MediaAsync(session));
        Assert.Equal(_gallery.MediaBytes(FirstId), await MediaAsync(session));
        gate.SetResult();

        Assert.Equal(_gallery.MediaBytes(FirstId), await first);
        Assert.Equal(3, _gallery.Log.Media.Count);
        Assert.Equal(2, _gallery.Connections);
        Assert.Empty(_clock.Waits);
    }

    [Fact]
    public async Task A_lost_connection_costs_every_stream_on_it_one_attempt()
    {
        var gate = new TaskCompletionSource();
        _gallery.Faults.Add(Fault.StallAfter(20_000, gate.Task).OnMedia().Times(3), Fault.LoseConnection().OnMedia().Skip(3));
        var session = Session();

        var downloads = Enumerable.Range(0, 3).Select(_ => MediaAsync(session)).ToArray();
        await _gallery.Log.WaitForAsync(_ => _gallery.Log.Media.Count(request => request.BytesSent >= 20_000) == 3, WaitingClock.Patience);
        downloads = [.. downloads, MediaAsync(session)];

        Assert.All(await Task.WhenAll(downloads), bytes => Assert.Equal(_gallery.MediaBytes(FirstId), bytes));
        Assert.Equal(8, _gallery.Log.Media.Count);
        Assert.Equal(2, _gallery.Connections);
    }

    [Fact]
    public async Task A_body_that_is_given_up_is_not_read_to_its_end_in_the_background()
    {
        var gate = new TaskCompletionSource();
        _gallery.Faults.Add(Fault.StallAfter(10, gate.Task).OnMedia());

        await Session().SendMediaAsync(_gallery.MediaUrl(FirstId), _ => { }, (_, _) => Task.FromResult(0), null, Token);
        var request = await _gallery.Log.WaitForAsync(request => request.State != RequestState.Running, WaitingClock.Patience);

        // The stream was reset, and the connection is still good.
        Assert.Equal(RequestState.ClientLeft, request.State);
        await MediaAsync(Session());
        Assert.Equal(1, _gallery.Connections);
    }

    private long FirstId => _gallery.Catalogue.Images.First(image => image.Type == "image").Id;

    private Image FirstImage() => new() { Id = FirstId, Url = _gallery.MediaUrl(FirstId).ToString(), Type = MediaType.Image };

    private ConnectionSettings Settings(bool key, int retries = 3) => new()
    {
        BaseUri = _gallery.BaseUri,
        ApiKey = key ? SessionUnderTest.Secret(SessionUnderTest.Key) : null,
        MaximumRetryCount = retries,
        Timeout = WaitingClock.LongTimeout,
        NoProxy = true,
    };

    /// <summary>A session whose transport is that of production in everything but whom it trusts.</summary>
    private HttpSession Session(bool key = false, int retries = 3) => new(Settings(key, retries), _activity, _clock, ClientOf);

    private HttpClient ClientOf(HandlerSettings settings) => _clients.GetOrAdd(settings, wanted =>
    {
        var handler = HandlerPool.CreateHandler(wanted);
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null && certificate.Equals(_gallery.Certificate);
        return HandlerPool.Create(handler);
    });

    private static Task<PageAnswer> PageAsync(HttpSession session) =>
        new PageReceiver(new RequestGroup(session), "api/v1/images?limit=5", "the query", limits: null, Token).Answer.WaitAsync(WaitingClock.Patience, Token);

    private Task<byte[]> MediaAsync(HttpSession session) => session.SendMediaAsync(
        _gallery.MediaUrl(FirstId),
        _ => { },
        async (response, token) =>
        {
            await using var body = await session.OpenBodyAsync(response, token);
            using var all = new MemoryStream();
            await body.CopyToAsync(all, token);
            return all.ToArray();
        },
        "the image",
        Token).WaitAsync(WaitingClock.Patience, Token);
}
