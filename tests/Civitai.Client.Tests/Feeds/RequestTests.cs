using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Feeds;

/// <summary>What is asked of the service, in its spelling, and when.</summary>
public sealed class RequestTests
{
    public static TheoryData<string, ImageQuery> Spellings => new()
    {
        { "sort=Most%20Reactions&withMeta=true&flatMeta=true&limit=200", new ImageQuery() },
        { "sort=Most%20Comments&withMeta=true&flatMeta=true&limit=200", new ImageQuery { Sort = ImageSort.MostComments } },
        { "sort=Most%20Collected&withMeta=true&flatMeta=true&limit=200", new ImageQuery { Sort = ImageSort.MostCollected } },
        { "sort=Newest&limit=200", new ImageQuery { Sort = ImageSort.Newest, IncludeMeta = false } },
        { "sort=Oldest&limit=1", new ImageQuery { Sort = ImageSort.Oldest, IncludeMeta = false, PageSize = 1 } },
        { "sort=Random&withTags=true&limit=200", new ImageQuery { Sort = ImageSort.Random, IncludeMeta = false, IncludeTags = true } },
        { "nsfw=None&sort=Newest&limit=200", new ImageQuery { Sort = ImageSort.Newest, IncludeMeta = false, NsfwLevel = ImageNsfwLevel.None } },
        { "nsfw=Soft&sort=Newest&limit=200", new ImageQuery { Sort = ImageSort.Newest, IncludeMeta = false, NsfwLevel = ImageNsfwLevel.Soft } },
        { "nsfw=Mature&sort=Newest&limit=200", new ImageQuery { Sort = ImageSort.Newest, IncludeMeta = false, NsfwLevel = ImageNsfwLevel.Mature } },
        { "nsfw=X&sort=Newest&limit=200", new ImageQuery { Sort = ImageSort.Newest, IncludeMeta = false, NsfwLevel = ImageNsfwLevel.Explicit } },
        { "browsingLevel=20&sort=Newest&limit=200", new ImageQuery { Sort = ImageSort.Newest, IncludeMeta = false, BrowsingLevel = Civitai.BrowsingLevel.R | Civitai.BrowsingLevel.XXX } },
        { "sort=Newest&period=Day&type=image&limit=200", new ImageQuery { Sort = ImageSort.Newest, IncludeMeta = false, Period = TimePeriod.Day, Type = Civitai.MediaType.Image } },
        { "sort=Newest&period=Week&type=video&limit=200", new ImageQuery { Sort = ImageSort.Newest, IncludeMeta = false, Period = TimePeriod.Week, Type = Civitai.MediaType.Video } },
        { "sort=Newest&period=Month&type=audio&limit=200", new ImageQuery { Sort = ImageSort.Newest, IncludeMeta = false, Period = TimePeriod.Month, Type = Civitai.MediaType.Audio } },
        { "sort=Newest&period=Year&limit=200", new ImageQuery { Sort = ImageSort.Newest, IncludeMeta = false, Period = TimePeriod.Year } },
        { "sort=Newest&baseModels=SDXL%201.0&baseModels=Flux.1%20D&limit=200", new ImageQuery { Sort = ImageSort.Newest, IncludeMeta = false, BaseModels = ["SDXL 1.0", "Flux.1 D"] } },
        { "sort=Newest&tags=1&limit=200", new ImageQuery { Sort = ImageSort.Newest, IncludeMeta = false, TagIds = [1] } },
        { "modelVersionId=5&postId=6&userId=7&sort=Newest&limit=200", new ImageQuery { Sort = ImageSort.Newest, IncludeMeta = false, ModelVersionIds = [5], PostIds = [6], UserIds = [7] } },
        { "modelId=5&username=alice&sort=Oldest&limit=200", new ImageQuery { Sort = ImageSort.Oldest, IncludeMeta = false, ModelIds = [5], Usernames = ["alice"] } },
        { "sort=Newest&limit=3&cursor=1%7C2", new ImageQuery { Sort = ImageSort.Newest, IncludeMeta = false, PageSize = 3, Cursor = "1|2" } },
    };

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Spellings))]
    public async Task A_query_is_written_as_the_service_spells_it(string parameters, ImageQuery query)
    {
        await using var test = await FeedUnderTest.StartAsync([]);
        test.Gallery.Faults.Add(Fault.Json("{\"items\":[{\"id\":1}],\"metadata\":{}}").OnImages().Forever());
        await test.ListAsync(query);
        Assert.Equal("?" + parameters, Assert.Single(test.Gallery.Log.Images).QueryString);
    }

    [Fact]
    public async Task First_450_with_pages_of_200_asks_for_200_and_200_and_50()
    {
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Images = 2000, Meta = MetaKind.None });
        Assert.Equal(450, (await test.ListAsync(new ImageQuery { First = 450, PageSize = 200 })).Count);
        Assert.Equal(["200", "200", "50"], test.Limits);
    }

    [Fact]
    public async Task Repeated_images_do_not_count_towards_First()
    {
        await using var test = await FeedUnderTest.StartAsync(TestImages.Of(60));
        test.Gallery.Faults.Add(Fault.OverlapPages(3).OnImages());
        Assert.Equal(30, (await test.ListAsync(new ImageQuery { First = 30, PageSize = 10 })).Count);

        // The last six are asked for with a whole page: as many as are missing might be repeated ones again.
        Assert.Equal(["10", "10", "10", "10"], test.Limits);
    }

    [Fact]
    public async Task Nothing_is_asked_for_before_the_first_image_is_wanted_nor_after_the_last()
    {
        await using var test = await FeedUnderTest.StartAsync(TestImages.Of(60));
        using (var feed = test.Open(new ImageQuery { First = 20, PageSize = 10 }))
        {
            Assert.False(feed.TryRead(out _));
            Assert.Empty(test.Gallery.Log.All);

            await FeedUnderTest.ReadAsync(feed, most: 10);
            Assert.Single(test.Gallery.Log.All);

            Assert.Equal(10, (await FeedUnderTest.ReadAsync(feed)).Count);
            Assert.Equal(2, test.Gallery.Log.All.Count);
            Assert.False(await FeedUnderTest.WaitAsync(feed));
            Assert.False(feed.TryRead(out _));
        }

        await test.WaitForIdleAsync();
        Assert.Equal(2, test.Gallery.Log.All.Count);
    }

    [Fact]
    public async Task First_zero_asks_for_nothing()
    {
        await using var test = await FeedUnderTest.StartAsync(TestImages.Of(5));
        Assert.Empty(await test.ListAsync(new ImageQuery { First = 0 }));
        Assert.Empty(test.Gallery.Log.All);
    }

    [Fact]
    public async Task Images_come_while_the_rest_of_their_page_is_still_on_its_way()
    {
        await using var test = await FeedUnderTest.StartAsync(TestImages.Of(60));
        var gate = new TaskCompletionSource();
        test.Gallery.Faults.Add(Fault.StallAfterItems(7, gate.Task).OnImages());
        using var feed = test.Open(new ImageQuery { PageSize = 60 });
        var images = await FeedUnderTest.ReadAsync(feed, most: 7);
        Assert.False(test.Gallery.Log.Images[0].Completed);
        Assert.Equal(1, test.Gallery.OpenResponses);
        gate.SetResult();
        Assert.Equal(60, (await FeedUnderTest.ReadAsync(feed, images)).Count);
    }

    [Fact]
    public async Task A_page_is_received_to_its_end_whether_or_not_anybody_takes_its_images()
    {
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Images = 400, Meta = MetaKind.Large, Compress = false });
        using var feed = test.Open(new ImageQuery { PageSize = 100 });
        Assert.True(await FeedUnderTest.WaitAsync(feed));
        Assert.True((await test.Gallery.Log.WaitForAsync(request => request.State != RequestState.Running, GalleryServer.Patience)).Completed);
        Assert.Single(test.Gallery.Log.All);
    }

    [Theory]
    [InlineData(ImageSort.Newest)]
    [InlineData(ImageSort.MostReactions)]
    public async Task Dispose_leaves_no_open_response(ImageSort sort)
    {
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(TestImages.Of(60)) });
        test.Gallery.Faults.Add(Fault.StallAfterItems(2).OnImages().Forever());
        using (var feed = test.Open(new ImageQuery { ModelIds = [7], Sort = sort }))
        {
            Assert.True(await FeedUnderTest.WaitAsync(feed));
        }

        await test.WaitForIdleAsync();
        Assert.Equal(0, test.Gallery.OpenResponses);
        Assert.All(test.Gallery.Log.Images, request => Assert.True(request.Aborted));
    }

    [Theory]
    [InlineData("/api/v1/images")]
    [InlineData("/api/v1/models/")]
    public async Task Cancelling_ends_a_wait_for_an_answer_at_once(string path)
    {
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(TestImages.Of(6)) });
        test.Gallery.Faults.Add(Fault.Hang().OnPath(path).Forever());
        using var stop = new CancellationTokenSource();
        using var feed = test.Open(new ImageQuery { ModelIds = [7] });
        var waiting = feed.WaitToReadAsync(stop.Token);
        await test.Gallery.Log.WaitForAsync(request => request.Path.StartsWith(path, StringComparison.Ordinal), GalleryServer.Patience);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await test.WaitForIdleAsync();
    }

    [Fact]
    public async Task Dispose_ends_a_look_up_of_versions_that_somebody_still_waits_for()
    {
        await using var test = await FeedUnderTest.StartAsync(TestImages.Of(6));
        test.Gallery.Faults.Add(Fault.Hang().OnPath("/api/v1/models/").Forever());
        var feed = test.Open(new ImageQuery { ModelIds = [7] });
        var waiting = feed.WaitToReadAsync(CancellationToken.None);
        await test.Gallery.Log.WaitForAsync(_ => true, GalleryServer.Patience);
        feed.Dispose();
        feed.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await test.WaitForIdleAsync();
    }
}
