using Civitai.Client.Feeds;
using Civitai.Client.Http;
using Civitai.Client.Tests.Http;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Feeds;

/// <summary>A gallery and the feeds that are read from it, on a clock of their own. Back-offs take no time: their jitter is 0.</summary>
internal sealed class FeedUnderTest : IAsyncDisposable
{
    private readonly TimeProvider _time;

    private FeedUnderTest(GalleryServer gallery, TimeProvider time)
    {
        Gallery = gallery;
        _time = time;
    }

    public GalleryServer Gallery { get; }

    public FeedActivity Activity { get; } = new();

    /// <summary>The page sizes asked for, in the order of arrival.</summary>
    public IEnumerable<string?> Limits => Gallery.Log.Images.Select(request => request.Parameter("limit"));

    /// <summary>The cursors sent, in the order of arrival.</summary>
    public IEnumerable<string?> Cursors => Gallery.Log.Images.Select(request => request.Parameter("cursor"));

    public static Task<FeedUnderTest> StartAsync(IEnumerable<CatalogueImage> images, Generation generation = Generation.G1Feed) =>
        StartAsync(new GalleryOptions { Catalogue = Catalogue.From(images), Generation = generation });

    public static async Task<FeedUnderTest> StartAsync(GalleryOptions options, TimeProvider? time = null) =>
        new(await GalleryServer.StartAsync(options), time ?? new WaitingClock(TestImages.Now));

    public IImageFeed Open(ImageQuery query, int retries = 5)
    {
        var connection = new ConnectionSettings { BaseUri = Gallery.BaseUri, MaximumRetryCount = retries, Timeout = WaitingClock.LongTimeout };
        return new QueryFeed(new HttpSession(connection, Activity, _time) { Jitter = static () => 0 }, query, Activity, _time);
    }

    /// <summary>Reads a query to its end.</summary>
    public async Task<List<Image>> ListAsync(ImageQuery query, int retries = 5)
    {
        using var feed = Open(query, retries);
        return await ReadAsync(feed);
    }

    /// <summary>The ids of a query, read to its end.</summary>
    public async Task<List<long>> IdsAsync(ImageQuery query) => [.. (await ListAsync(query)).Select(image => image.Id)];

    /// <summary>Reads until the listing ends with an error, and gives what came before it.</summary>
    public async Task<(List<Image> Images, CivitaiException Error)> FailAsync(ImageQuery query, int retries = 5)
    {
        var images = new List<Image>();
        using var feed = Open(query, retries);
        var error = await Assert.ThrowsAsync<CivitaiException>(() => ReadAsync(feed, images));
        return (images, error);
    }

    public static async Task<List<Image>> ReadAsync(IImageFeed feed, List<Image>? images = null, int most = int.MaxValue)
    {
        images ??= [];
        using var stop = Bounded();
        do
        {
            while (images.Count < most && feed.TryRead(out var image))
            {
                images.Add(image);
            }
        }
        while (images.Count < most && await feed.WaitToReadAsync(stop.Token));

        return images;
    }

    /// <summary>Waits for the next image.</summary>
    public static async Task<bool> WaitAsync(IImageFeed feed)
    {
        using var stop = Bounded();
        return await feed.WaitToReadAsync(stop.Token);
    }

    public Task WaitForIdleAsync() => Gallery.WaitForIdleAsync(GalleryServer.Patience);

    public async ValueTask DisposeAsync()
    {
        // Every test of feeds is one of this too: the service answers unknown parameters with the whole gallery.
        Assert.All(Gallery.Log.Images, request => Assert.Empty(request.UnknownParameters));
        await Gallery.DisposeAsync();
    }

    /// <summary>Nothing waits as long as this unless it is broken.</summary>
    private static CancellationTokenSource Bounded()
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(GalleryServer.Patience);
        return stop;
    }
}
