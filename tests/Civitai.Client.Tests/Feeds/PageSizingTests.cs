using Civitai.Client.Feeds;
using FsCheck;
using FsCheck.Xunit;
using Gallery;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Civitai.Client.Tests.Feeds;

/// <summary>How much is asked for: what is still wanted, or a whole page where the client drops or shuffles.</summary>
public sealed class PageSizingTests
{
    private static readonly DateTimeOffset Now = TestImages.Now;

    [Property]
    public void A_page_is_never_larger_than_what_is_wanted_unless_something_is_dropped(PositiveInt pageSize, PositiveInt first, byte taken, bool thinned, bool dropped, bool repeated)
    {
        var demand = new Demand(first.Get);
        var sizing = new PageSizing(pageSize.Get, demand, thinned);
        for (var i = 0; i < Math.Min(taken, first.Get); i++)
        {
            demand.Take();
        }

        if (dropped)
        {
            sizing.Dropped();
        }

        if (repeated)
        {
            sizing.Repeated();
        }

        var wanted = repeated ? first.Get : Math.Max(1, first.Get - taken);
        Assert.Equal(thinned || dropped ? pageSize.Get : Math.Min(pageSize.Get, wanted), sizing.Next());
    }

    [Fact]
    public void Without_an_end_every_page_is_a_whole_one() => Assert.Equal(200, new PageSizing(200, new Demand(null), isThinned: false).Next());

    [Theory]
    [InlineData(ImageSort.Oldest)]
    [InlineData(ImageSort.MostReactions)]
    public async Task The_first_image_since_a_time_costs_whole_pages_and_not_one_request_for_each_older_image(ImageSort sort)
    {
        // Of the last day's images by its own count, all but one were published before the time.
        var all = TestImages.Of(300);
        foreach (var image in all)
        {
            image.CreatedAt = image.SortAt = Now.AddHours(-20).AddMinutes(-image.Stats.ReactionCount / 100.0);
        }

        var newest = all.MinBy(image => image.Stats.ReactionCount)!;
        newest.CreatedAt = newest.SortAt = Now.AddHours(-1);
        await using var test = await FeedUnderTest.StartAsync(Options(all), new FakeTimeProvider(Now));
        Assert.Equal([newest.Id], await test.IdsAsync(new ImageQuery { Sort = sort, Since = Now.AddHours(-2), First = 1 }));
        Assert.Equal(["200", "200"], test.Limits);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_image_with_an_older_date_does_not_end_a_listing_since_a_time(bool model)
    {
        var all = TestImages.Of(10, versions: 1).OrderByDescending(image => image.Id).ToList();
        for (var i = 0; i < all.Count; i++)
        {
            all[i].CreatedAt = Now.AddMinutes(-10 * (i + 1));
            all[i].SortAt = all[i].CreatedAt;
        }

        // Uploaded last and dated back, as an image that an old post was given later.
        all[0].CreatedAt = Now.AddDays(-3);
        all[0].SortAt = Now.AddMinutes(-1);
        await using var test = await FeedUnderTest.StartAsync(
            new GalleryOptions { Catalogue = TestImages.Catalogue(all, 1), TimeProvider = new FakeTimeProvider(Now) }, new FakeTimeProvider(Now));
        if (!model)
        {
            test.Gallery.Faults.Add(Fault.ExtraItems(0, "{\"id\":5,\"createdAt\":\"2020-01-01T00:00:00.000Z\"}").OnImages());
        }

        var ids = await test.IdsAsync(new ImageQuery { ModelIds = model ? [7] : [], Sort = ImageSort.Newest, Since = Now.AddHours(-20), First = 1 });
        Assert.Equal([model ? all[1].Id : all[0].Id], ids);
        Assert.Equal(["200"], test.Limits);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task The_first_n_of_a_shuffled_listing_are_any_n_of_its_first_page(int first)
    {
        var all = TestImages.Of(300);
        await using var test = await FeedUnderTest.StartAsync(all);
        var newest = all.OrderByDescending(image => image.SortAt).Select(image => image.Id).Take(200).ToArray();
        var found = new List<long>();
        for (var run = 0; run < 4; run++)
        {
            found.AddRange(await test.IdsAsync(new ImageQuery { Sort = ImageSort.Random, First = first }));
        }

        Assert.Equal(4 * first, found.Count);
        Assert.All(found, id => Assert.Contains(id, newest));
        Assert.All(test.Limits, limit => Assert.Equal("200", limit));
        Assert.Equal(4, test.Gallery.Log.Images.Count);

        // Four times among the newest five of two hundred would be a wonder.
        Assert.Contains(found, id => Array.IndexOf(newest, id) >= first);
    }

    [Fact]
    public async Task Images_that_are_left_out_make_pages_whole()
    {
        var all = TestImages.Of(300);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all), IgnoredParameters = ["username"] });
        Assert.Equal(20, (await test.ListAsync(new ImageQuery { Usernames = ["alice"], First = 20 })).Count);
        Assert.Equal(["20", "200"], test.Limits);
    }

    [Fact]
    public async Task Images_looked_up_are_asked_for_four_at_a_time_where_some_may_be_left_out()
    {
        var all = TestImages.Of(20);
        all[9].Type = "video";
        await using var test = await FeedUnderTest.StartAsync(all);
        Assert.Equal([all[9].Id], await test.IdsAsync(new ImageQuery { ImageIds = [.. all.Select(image => image.Id)], Type = Civitai.MediaType.Video, First = 1 }));
        Assert.InRange(test.Gallery.Log.Images.Count, 10, 13);
    }

    [Property(MaxTest = 40)]
    public async Task Requests_are_bounded_whatever_is_repeated(byte images, PositiveInt pageSize, byte first, byte overlap, bool model, int seed)
    {
        var all = TestImages.Of(1 + (images % 100), seed);
        var size = 5 + (pageSize.Get % 20);
        var wanted = 1 + (first % 50);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all) });
        var repeated = model ? 0 : overlap % 4;
        if (repeated > 0)
        {
            test.Gallery.Faults.Add(Fault.OverlapPages(repeated).OnImages());
        }

        var found = await test.ListAsync(new ImageQuery { ModelIds = model ? [7] : [], Sort = ImageSort.Newest, PageSize = size, First = wanted });
        Assert.Equal(Math.Min(wanted, all.Count), found.Count);

        // Listings of a model may give an image once for each of up to two versions.
        var page = Math.Min(size, wanted);
        var progress = Math.Max(1, model ? page / 2 : page - repeated);
        Assert.InRange(test.Gallery.Log.Images.Count, 1, 4 + (found.Count / progress) + (page < 3 ? 2 * found.Count : 0));
        Assert.All(test.Limits, limit => Assert.InRange(int.Parse(limit!, null), 1, Math.Max(2, page)));
    }

    private static GalleryOptions Options(IEnumerable<CatalogueImage> images) =>
        new() { Catalogue = TestImages.Catalogue(images), TimeProvider = new FakeTimeProvider(Now) };
}
