using FsCheck;
using FsCheck.Xunit;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Feeds;

/// <summary>Several listings as one: the order of a full sort, each image once, and no more requests than stated.</summary>
public sealed class MergeTests
{
    [Property(MaxTest = 40)]
    public async Task The_merged_order_of_any_number_of_versions_is_that_of_a_full_sort(byte images, byte versions, PositiveInt pageSize, int seed, bool comments)
    {
        var count = 1 + (versions % 40);
        var all = TestImages.Of(images % 90, seed, count);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, count) });

        var found = await test.ListAsync(new ImageQuery
        {
            ModelIds = [7],
            Sort = comments ? ImageSort.MostComments : ImageSort.MostReactions,
            PageSize = 1 + (pageSize.Get % 20),
        });

        Assert.Equal(
            all.OrderByDescending(image => comments ? image.Stats.CommentCount : image.Stats.ReactionCount).Select(image => image.Id),
            found.Select(image => image.Id));
    }

    [Fact]
    public async Task Ties_come_in_any_order_but_every_image_once()
    {
        var all = TestImages.Of(120, seed: 3, versions: 6);
        foreach (var image in all)
        {
            image.Stats = new CatalogueStats(LikeCount: image.Stats.ReactionCount / 10);
        }

        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, 6) });
        var found = await test.ListAsync(new ImageQuery { ModelIds = [7], PageSize = 7 });
        Assert.Equal(all.Select(image => image.Id).Order(), found.Select(image => image.Id).Order());
        Assert.Equal(found.Select(image => image.ReactionCount).OrderDescending(), found.Select(image => image.ReactionCount));
    }

    [Fact]
    public async Task The_first_five_of_forty_versions_cost_one_request_for_the_model_and_forty_small_pages()
    {
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Images = 3000, Meta = MetaKind.None });
        var found = await test.ListAsync(new ImageQuery { ModelIds = [4040], First = 5, BrowsingLevel = (BrowsingLevel)31 });

        var best = test.Gallery.Catalogue.Images.Where(image => image.ModelIds.Contains(4040L)).Select(image => image.Stats.ReactionCount).OrderDescending().Take(5);
        Assert.Equal(best, found.Select(image => image.ReactionCount));
        Assert.Equal(41, test.Gallery.Log.Api.Count);
        Assert.Equal(40, test.Gallery.Log.Images.Count);
        Assert.All(test.Limits, limit => Assert.Equal("5", limit));
        Assert.All(test.Gallery.Log.Images, request => Assert.Null(request.Parameter("modelId")));
        Assert.Equal(40, test.Gallery.Log.Images.Select(request => request.Parameter("modelVersionId")).Distinct(StringComparer.Ordinal).Count());
    }

    [Property(MaxTest = 40)]
    public async Task The_first_n_images_of_k_versions_cost_no_more_requests_than_stated(byte images, byte versions, byte first, PositiveInt pageSize, int seed)
    {
        var count = 1 + (versions % 12);
        var all = TestImages.Of(images % 100, seed, count);
        var size = 1 + (pageSize.Get % 20);
        var wanted = 1 + (first % 50);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, count) });

        var found = await test.ListAsync(new ImageQuery { ModelIds = [7], PageSize = size, First = wanted });

        // k + (n + d) / p pages, where p is the page that is asked for: smaller towards the end of n, so the bound is taken with each page's own size.
        // What comes then, where there are fewer than n, is the listing of the whole model.
        var twice = found.Count(image => image.ModelVersionIds!.Count > 1);
        var requests = test.Gallery.Log.Images.Where(request => request.Parameter("modelVersionId") is not null).ToArray();
        var smallest = requests.Min(request => int.Parse(request.Parameter("limit")!, null));
        Assert.InRange(requests.Length, 0, count + ((wanted + twice) / smallest) + 1);
        Assert.All(requests, request => Assert.InRange(int.Parse(request.Parameter("limit")!, null), 1, Math.Min(size, wanted)));
    }

    [Fact]
    public async Task A_feed_is_read_on_only_when_its_next_image_is_needed()
    {
        // Version 70 has the best twenty, version 71 the rest.
        var all = TestImages.Of(40, versions: 1);
        foreach (var image in all)
        {
            image.ModelVersionIds = [image.Stats.ReactionCount >= 20 ? 70 : 71];
        }

        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, 2) });
        using var feed = test.Open(new ImageQuery { ModelIds = [7], PageSize = 5 });
        await FeedUnderTest.ReadAsync(feed, most: 20);
        Assert.Equal(4, test.Gallery.Log.Images.Count(request => request.Parameter("modelVersionId") == "70"));
        Assert.Equal(1, test.Gallery.Log.Images.Count(request => request.Parameter("modelVersionId") == "71"));
    }

    [Fact]
    public async Task MostCollected_takes_from_the_feeds_in_turn_and_says_once_that_they_cannot_be_compared()
    {
        var all = TestImages.Of(30, versions: 1);
        for (var i = 0; i < all.Count; i++)
        {
            all[i].ModelVersionIds = [70 + (i % 3)];
        }

        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all) });
        var ids = await test.IdsAsync(new ImageQuery { ModelIds = [7], Sort = ImageSort.MostCollected, PageSize = 4 });

        long[] OfVersion(long version) => [.. all.Where(image => image.ModelVersionIds[0] == version).OrderByDescending(image => image.Stats.CollectedCount).Select(image => image.Id)];
        var ranks = new[] { OfVersion(70), OfVersion(71), OfVersion(72) };
        Assert.Equal(30, ids.Count);
        for (var rank = 0; rank < 10; rank++)
        {
            Assert.Equal(ranks.Select(version => version[rank]).Order(), ids.Skip(rank * 3).Take(3).Order());
        }

        Assert.StartsWith("CivitaiOrderNotComparable: ", Assert.Single(test.Activity.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MostCollected_of_one_feed_needs_no_warning()
    {
        var all = TestImages.Of(10, versions: 1);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, 1) });
        Assert.Equal(
            all.OrderByDescending(image => image.Stats.CollectedCount).Select(image => image.Id),
            await test.IdsAsync(new ImageQuery { ModelIds = [7], Sort = ImageSort.MostCollected }));
        Assert.Empty(test.Activity.Warnings);
    }

    [Fact]
    public async Task Random_goes_through_the_versions_and_shuffles_within_the_page()
    {
        var all = TestImages.Of(120);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all) });
        var query = new ImageQuery { ModelIds = [7], Sort = ImageSort.Random };
        var once = await test.IdsAsync(query);
        Assert.Equal(all.Select(image => image.Id).Order(), once.Order());

        // The service refuses to shuffle a whole model: that is only read, newest first, for what no version lists.
        Assert.All(test.Gallery.Log.Images, request => Assert.Equal(request.Parameter("modelId") is null ? "Random" : "Newest", request.Parameter("sort")));

        // Of 120 images, the same order twice would be a wonder.
        Assert.NotEqual(once, await test.IdsAsync(query));
        Assert.Equal(2, test.Activity.Verbose.Count(line => line.Contains("shuffled", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Random_keeps_to_the_page_it_reads()
    {
        var all = TestImages.Of(60);
        await using var test = await FeedUnderTest.StartAsync(all);
        var ids = await test.IdsAsync(new ImageQuery { Sort = ImageSort.Random, PageSize = 20 });
        var newest = all.OrderByDescending(image => image.SortAt).Select(image => image.Id).ToArray();
        for (var page = 0; page < 3; page++)
        {
            Assert.Equal(newest.Skip(page * 20).Take(20).Order(), ids.Skip(page * 20).Take(20).Order());
        }

        Assert.NotEqual(newest, ids);
    }

    [Fact]
    public async Task Several_lists_give_one_feed_for_each_combination()
    {
        var all = TestImages.Of(80);
        await using var test = await FeedUnderTest.StartAsync(all);
        var ids = await test.IdsAsync(new ImageQuery { UserIds = [1, 2, 1], PostIds = [500, 501], ModelVersionIds = [70] });
        Assert.Equal(
            all.Where(image => image.PostId is 500 or 501 && image.ModelVersionIds.Contains(70L)).OrderByDescending(image => image.Stats.ReactionCount).Select(image => image.Id),
            ids);
        Assert.Equal(4, test.Gallery.Log.Images.Count);
        Assert.All(test.Gallery.Log.Images, request => Assert.Equal("70", request.Parameter("modelVersionId")));
    }

    [Fact]
    public async Task Several_models_newest_first_are_merged_by_id_as_their_listings_are()
    {
        var all = TestImages.Of(50);
        for (var i = 0; i < all.Count; i++)
        {
            all[i].ModelIds = [7 + (i % 2)];
        }

        await using var test = await FeedUnderTest.StartAsync(all);
        Assert.Equal(all.Select(image => image.Id).OrderDescending(), await test.IdsAsync(new ImageQuery { ModelIds = [7, 8], Sort = ImageSort.Newest, PageSize = 3 }));
        Assert.Equal(all.Select(image => image.Id).Order(), await test.IdsAsync(new ImageQuery { ModelIds = [7, 8], Sort = ImageSort.Oldest, PageSize = 3 }));
    }

    [Theory]
    [InlineData("{\"modelVersions\":[{\"id\":70},{\"id\":null},{\"name\":\"x\"},5,{\"id\":\"71\"},{\"index\":0,\"id\":72.0}]}")]
    [InlineData("{\"id\":7,\"description\":\"modelVersions: [{\\\"id\\\":5}]\",\"modelVersions\":[{\"images\":[{\"id\":9}],\"id\":70},{\"id\":71},{\"id\":72}],\"x\":{}}")]
    public async Task Versions_are_read_tolerantly(string json)
    {
        var all = TestImages.Of(20);
        await using var test = await FeedUnderTest.StartAsync(all);
        test.Gallery.Faults.Add(Fault.Json(json).OnPath("/api/v1/models/"));
        Assert.Equal(20, (await test.ListAsync(new ImageQuery { ModelIds = [7] })).Count);
        Assert.Equal(["70", "71", "72"], test.Gallery.Log.Images.Select(request => request.Parameter("modelVersionId")).OfType<string>().Order(StringComparer.Ordinal));
    }
}
