using Civitai.Client.Feeds;
using FsCheck;
using FsCheck.Xunit;
using Gallery;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Civitai.Client.Tests.Feeds;

/// <summary>Listings since a time stop early and never miss.</summary>
public sealed class SinceTests
{
    private static readonly DateTimeOffset Now = TestImages.Now;

    [Theory]
    [InlineData(-1, TimePeriod.Day)]
    [InlineData(22.9, TimePeriod.Day)]
    [InlineData(23.1, TimePeriod.Week)]
    [InlineData(166.9, TimePeriod.Week)]
    [InlineData(167.1, TimePeriod.Month)]
    [InlineData(718.9, TimePeriod.Month)]
    [InlineData(719.1, TimePeriod.Year)]
    [InlineData(8758.9, TimePeriod.Year)]
    [InlineData(8759.1, TimePeriod.AllTime)]
    public void The_period_is_the_smallest_that_covers_the_time_with_an_hour_to_spare(double hours, TimePeriod period)
    {
        Assert.Equal(period, SincePeriod.Covering(Now.AddHours(-hours), Now, isModelListing: false));
        Assert.Equal(period, SincePeriod.Covering(Now.AddHours(-hours), Now, isModelListing: true));
    }

    [Fact]
    public void No_time_is_too_far_away()
    {
        Assert.Equal(TimePeriod.AllTime, SincePeriod.Covering(DateTimeOffset.MinValue, Now, isModelListing: false));
        Assert.Equal(TimePeriod.Day, SincePeriod.Covering(DateTimeOffset.MaxValue, Now, isModelListing: true));
    }

    [Fact]
    public void A_calendar_month_in_March_is_shorter_than_thirty_days()
    {
        var march = new DateTimeOffset(2025, 3, 5, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal(TimePeriod.Month, SincePeriod.Covering(march.AddDays(-29), march, isModelListing: false));
        Assert.Equal(TimePeriod.Year, SincePeriod.Covering(march.AddDays(-29), march, isModelListing: true));
        Assert.Equal(TimePeriod.Month, SincePeriod.Covering(march.AddDays(-27), march, isModelListing: true));
    }

    [Property(MaxTest = 60)]
    public async Task Exactly_the_images_since_then_come_on_feeds_and_on_model_listings(ushort hours, byte now, bool model, bool oldest, PositiveInt pageSize, int seed)
    {
        // Any day of a year, so that months of every length are met.
        var time = new DateTimeOffset(2025, 1, 1, 12, 34, 56, TimeSpan.Zero).AddDays(now * 365 / 256);
        var random = new Random(seed);
        var all = TestImages.Of(40, seed);
        foreach (var image in all.OrderBy(image => image.Id).Index())
        {
            // Ids grow with the time of creation; the time of publication is later by days.
            image.Item.CreatedAt = time.AddHours(-10 * (40 - image.Index)).AddMinutes(-1);
            image.Item.SortAt = image.Item.CreatedAt.AddHours(random.Next(1 + (int)(time - image.Item.CreatedAt).TotalHours)).AddSeconds(image.Index);
        }

        var since = time.AddHours(-(hours % 500));
        await using var test = await FeedUnderTest.StartAsync(
            new GalleryOptions { Catalogue = TestImages.Catalogue(all), TimeProvider = new FakeTimeProvider(time) },
            new FakeTimeProvider(time));
        var ids = await test.IdsAsync(new ImageQuery
        {
            ModelIds = model ? [7] : [],
            Sort = oldest ? ImageSort.Oldest : ImageSort.Newest,
            Since = since,
            PageSize = 1 + (pageSize.Get % 10),
        });

        var expected = all.Where(image => (model ? image.CreatedAt : image.SortAt) >= since);
        expected = (model, oldest) switch
        {
            (true, false) => expected.OrderByDescending(image => image.Id),
            (true, true) => expected.OrderBy(image => image.Id),
            (false, false) => expected.OrderByDescending(image => image.SortAt),
            _ => expected.OrderBy(image => image.SortAt),
        };
        Assert.Equal(expected.Select(image => image.Id), ids);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Newest_first_stops_at_the_first_page_that_lies_wholly_before(bool model)
    {
        var all = TestImages.Of(100).OrderByDescending(image => image.Id).ToList();
        for (var i = 0; i < all.Count; i++)
        {
            all[i].CreatedAt = all[i].SortAt = Now.AddMinutes(-10 * (i + 1));
        }

        await using var test = await FeedUnderTest.StartAsync(
            new GalleryOptions { Catalogue = TestImages.Catalogue(all), LegacyDuplicates = false, TimeProvider = new FakeTimeProvider(Now) },
            new FakeTimeProvider(Now));
        var ids = await test.IdsAsync(new ImageQuery { ModelIds = model ? [7] : [], Sort = ImageSort.Newest, Since = Now.AddMinutes(-250), PageSize = 10 });
        Assert.Equal(all.Take(25).Select(image => image.Id), ids);
        Assert.Equal(4, test.Gallery.Log.Images.Count);
        Assert.All(test.Gallery.Log.Images, request => Assert.Equal("Day", request.Parameter("period")));
    }

    [Fact]
    public async Task Images_whose_date_is_unknown_come_and_do_not_stop_the_listing()
    {
        await using var test = await FeedUnderTest.StartAsync(TestImages.Of(3));
        test.Gallery.Faults.Add(
            Fault.Json("{\"items\":[{\"id\":1},{\"id\":2,\"createdAt\":null}],\"metadata\":{\"nextCursor\":\"2|2\"}}").OnImages().Nth(1),
            Fault.Json("{\"items\":[{\"id\":3,\"createdAt\":\"2001-01-01T00:00:00.000Z\"},{\"id\":4,\"createdAt\":\"soon\"}],\"metadata\":{\"nextCursor\":\"4|4\"}}").OnImages().Nth(2),
            Fault.Json("{\"items\":[{\"id\":5}]}").OnImages().Nth(3));
        Assert.Equal([1, 2, 4], await test.IdsAsync(new ImageQuery { Sort = ImageSort.Newest, Since = Now, PageSize = 2 }));
    }

    [Fact]
    public async Task A_sort_that_is_not_by_date_is_read_to_its_end()
    {
        var all = TestImages.Of(60);
        foreach (var image in all)
        {
            image.CreatedAt = image.SortAt = Now.AddHours(-image.Stats.ReactionCount);
        }

        await using var test = await FeedUnderTest.StartAsync(
            new GalleryOptions { Catalogue = TestImages.Catalogue(all), TimeProvider = new FakeTimeProvider(Now) }, new FakeTimeProvider(Now));
        Assert.Equal(
            all.Where(image => image.Stats.ReactionCount <= 20).OrderByDescending(image => image.Stats.ReactionCount).Select(image => image.Id),
            await test.IdsAsync(new ImageQuery { ModelIds = [7], Since = Now.AddHours(-20), PageSize = 4 }));
    }
}
