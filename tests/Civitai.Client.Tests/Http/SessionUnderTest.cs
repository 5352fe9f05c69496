using System.Net;
using System.Security;
using Civitai.Client.Http;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Http;

/// <summary>A session against a gallery of its own, on a clock of its own.</summary>
internal sealed class SessionUnderTest : IAsyncDisposable
{
    internal const string Key = "0123456789abcdef0123456789abcdef";

    private SessionUnderTest(GalleryServer gallery, ConnectionSettings settings)
    {
        Gallery = gallery;
        Settings = settings;
        Session = Another();
    }

    internal GalleryServer Gallery { get; }

    internal ConnectionSettings Settings { get; }

    internal WaitingClock Clock { get; } = new();

    internal RecordingActivity Activity { get; } = new();

    internal HttpSession Session { get; }

    /// <summary>The test's own token, for calls whose cancellation is not what is tested.</summary>
    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    internal double Jitter { get; set; } = 0.5;

    internal static async Task<SessionUnderTest> StartAsync(int retries = 2, bool key = false, TimeSpan? timeout = null, bool separateMedia = false)
    {
        var gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 5, SeparateMediaHost = separateMedia, ApiKey = Key });
        return new SessionUnderTest(gallery, new ConnectionSettings
        {
            BaseUri = gallery.BaseUri,
            ApiKey = key ? Secret(Key) : null,
            MaximumRetryCount = retries,
            Timeout = timeout ?? WaitingClock.LongTimeout,
            NoProxy = true,
        });
    }

    internal static SecureString Secret(string key) => new NetworkCredential("", key).SecurePassword;

    /// <summary>A second command in the same process.</summary>
    internal HttpSession Another() => new(Settings, Activity, Clock) { Jitter = () => Jitter };

    internal Task<string> ApiAsync(string path = "api/v1/images?limit=1", CancellationToken? stop = null) =>
        Session.SendApiAsync(path, ReadTextAsync, "the query", stop ?? Token).WaitAsync(WaitingClock.Patience);

    internal Task<byte[]> MediaAsync(Uri? address = null, HttpSession? session = null, CancellationToken? stop = null) =>
        (session ?? Session).SendMediaAsync(address ?? Gallery.MediaUrl(FirstId), _ => { }, ReadAsync, "the image", stop ?? Token).WaitAsync(WaitingClock.Patience);

    internal long FirstId => Gallery.Catalogue.Images[0].Id;

    internal Task<CivitaiException> ApiErrorAsync() => Assert.ThrowsAsync<CivitaiException>(() => ApiAsync());

    internal Task<CivitaiException> MediaErrorAsync(Uri? address = null) => Assert.ThrowsAsync<CivitaiException>(() => MediaAsync(address));

    public ValueTask DisposeAsync() => Gallery.DisposeAsync();

    internal async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var body = await Session.OpenBodyAsync(response, cancellationToken);
        using var all = new MemoryStream();
        await body.CopyToAsync(all, cancellationToken);
        return all.ToArray();
    }

    private async Task<string> ReadTextAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        System.Text.Encoding.UTF8.GetString(await ReadAsync(response, cancellationToken));
}
