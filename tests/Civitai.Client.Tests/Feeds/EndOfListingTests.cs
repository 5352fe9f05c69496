using System.Globalization;
using Gallery;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Civitai.Client.Tests.Feeds;

/// <summary>A listing ends only where the service says so, and says so believably.</summary>
public sealed class EndOfListingTests
{
    private static readonly ImageQuery Tens = new() { PageSize = 10 };

    [Fact]
    public async Task Empty_and_short_pages_with_a_cursor_are_not_the_end()
    {
        var all = TestImages.Of(30);
        await using var test = await FeedUnderTest.StartAsync(all);
        test.Gallery.Faults.Add(Fault.EmptyPage().OnImages().Times(3), Fault.ShortPage(1).OnImages().Skip(4).Times(2));
        Assert.Equal(Expected(all), await test.IdsAsync(Tens));
    }

    [Fact]
    public async Task An_empty_page_without_cursor_after_one_with_is_asked_for_again_with_another_limit()
    {
        var all = TestImages.Of(30);
        await using var test = await FeedUnderTest.StartAsync(all);
        test.Gallery.Faults.Add(Fault.FalseEnd(cached: true).OnImages().OnLaterPages());
        Assert.Equal(Expected(all), await test.IdsAsync(Tens));
        Assert.Equal(["10", "10", "9", "10", "10"], test.Limits.Take(5));
        var cursors = test.Cursors.ToArray();
        Assert.Equal(cursors[1], cursors[2]);
    }

    [Fact]
    public async Task With_a_limit_of_one_the_other_limit_is_two()
    {
        var all = TestImages.Of(3);
        await using var test = await FeedUnderTest.StartAsync(all);
        test.Gallery.Faults.Add(Fault.FalseEnd(cached: true).OnImages().OnLaterPages());
        Assert.Equal(Expected(all), await test.IdsAsync(new ImageQuery { PageSize = 1 }));
        Assert.Equal(["1", "1", "2"], test.Limits.Take(3));
    }

    [Fact]
    public async Task A_quick_empty_answer_twice_is_the_end()
    {
        var all = TestImages.Of(30);
        await using var test = await FeedUnderTest.StartAsync(all);
        test.Gallery.Faults.Add(Fault.FalseEnd().OnImages().OnLaterPages().Forever());
        Assert.Equal(Expected(all).Take(10), await test.IdsAsync(Tens));
        Assert.Equal(3, test.Gallery.Log.Images.Count);
    }

    [Fact]
    public async Task A_quick_empty_answer_to_the_first_request_is_the_end()
    {
        await using var test = await FeedUnderTest.StartAsync([]);
        Assert.Empty(await test.ListAsync(Tens));
        Assert.Single(test.Gallery.Log.Images);
    }

    [Fact]
    public async Task A_slow_empty_answer_to_the_first_request_is_asked_for_again()
    {
        var all = TestImages.Of(30);
        var clock = new FakeTimeProvider(TestImages.Now);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = Catalogue.From(all) }, clock);
        test.Gallery.Faults.Add(Fault.FalseEnd(cached: true).OnImages());
        test.Gallery.Log.Arrived = _ => clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(Expected(all), await test.IdsAsync(Tens));
        Assert.Equal(["10", "9"], test.Limits.Take(2));
    }

    [Theory]
    [InlineData(14.9, 1)]
    [InlineData(15.0, 2)]
    public async Task Slow_is_what_takes_fifteen_seconds(double seconds, int requests)
    {
        var clock = new FakeTimeProvider(TestImages.Now);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = Catalogue.From([]) }, clock);
        test.Gallery.Log.Arrived = request => clock.Advance(TimeSpan.FromSeconds(request.Number == 1 ? seconds : 0));
        Assert.Empty(await test.ListAsync(Tens));
        Assert.Equal(requests, test.Gallery.Log.Images.Count);
    }

    [Fact]
    public async Task Attempts_that_failed_and_waits_do_not_make_an_answer_slow()
    {
        var clock = new FakeTimeProvider(TestImages.Now);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = Catalogue.From([]) }, clock);
        test.Gallery.Faults.Add(Fault.Status(500).OnImages());
        test.Gallery.Log.Arrived = request => clock.Advance(TimeSpan.FromSeconds(request.Number == 1 ? 20 : 0));
        Assert.Empty(await test.ListAsync(Tens));
        Assert.Equal(2, test.Gallery.Log.Images.Count);
    }

    [Fact]
    public async Task Empty_and_slow_twice_ends_the_listing_with_an_error_that_names_the_cursor()
    {
        var all = TestImages.Of(30);
        var clock = new FakeTimeProvider(TestImages.Now);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = Catalogue.From(all) }, clock);
        test.Gallery.Faults.Add(Fault.FalseEnd().OnImages().OnLaterPages().Forever());
        test.Gallery.Log.Arrived = _ => clock.Advance(TimeSpan.FromSeconds(20));

        var (images, error) = await test.FailAsync(Tens);
        Assert.Equal(Expected(all).Take(10), images.Select(image => image.Id));
        Assert.Equal(CivitaiError.Unavailable, error.Error);
        Assert.Equal(test.Cursors.Last(), error.Cursor);
        Assert.Same(Tens, error.Target);

        test.Gallery.Faults.Clear();
        Assert.Equal(Expected(all).Skip(10), await test.IdsAsync(new ImageQuery { PageSize = 10, Cursor = error.Cursor }));
    }

    [Fact]
    public async Task A_cursor_seen_before_ends_the_listing_with_a_warning()
    {
        var all = TestImages.Of(30);
        await using var test = await FeedUnderTest.StartAsync(all);
        test.Gallery.Faults.Add(Fault.RepeatCursor().OnImages().OnLaterPages().Forever());
        Assert.Equal(Expected(all).Take(20), await test.IdsAsync(Tens));
        Assert.StartsWith("CivitaiCursorLoop: ", Assert.Single(test.Activity.Warnings), StringComparison.Ordinal);
        Assert.Equal(2, test.Gallery.Log.Images.Count);
    }

    [Fact]
    public async Task A_loop_over_several_pages_ends_too()
    {
        await using var test = await FeedUnderTest.StartAsync(TestImages.Of(30));
        test.Gallery.Faults.Add(Fault.RepeatCursor("10|1").OnImages().Nth(1), Fault.RepeatCursor("10|2").OnImages().Nth(2), Fault.RepeatCursor("10|1").OnImages().Nth(3));
        Assert.Equal(20, (await test.ListAsync(Tens)).Count);
        Assert.Single(test.Activity.Warnings);
        Assert.Equal(3, test.Gallery.Log.Images.Count);
    }

    [Fact]
    public async Task A_model_listing_that_stands_still_ends_with_the_warning()
    {
        await using var test = await FeedUnderTest.StartAsync(TestImages.Of(30));
        test.Gallery.Faults.Add(Fault.RepeatCursor("1000").OnImages().Forever());
        await test.ListAsync(new ImageQuery { ModelIds = [7], Sort = ImageSort.Newest, PageSize = 10 });
        Assert.StartsWith("CivitaiCursorLoop: ", Assert.Single(test.Activity.Warnings), StringComparison.Ordinal);
        Assert.InRange(test.Gallery.Log.Images.Count, 2, 10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_image_that_fills_a_page_of_a_model_listing_by_itself_is_got_past(int pageSize)
    {
        // Its two versions make the service give it twice.
        var all = TestImages.Of(12, versions: 2);
        foreach (var image in all)
        {
            image.ModelVersionIds = [70, 71];
        }

        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, 2) });
        Assert.Equal(all.Select(image => image.Id).Order(), await test.IdsAsync(new ImageQuery { ModelIds = [7], Sort = ImageSort.Oldest, PageSize = pageSize }));
        Assert.Equal(all.Select(image => image.Id).OrderDescending(), await test.IdsAsync(new ImageQuery { ModelIds = [7], Sort = ImageSort.Newest, PageSize = pageSize }));
        Assert.Empty(test.Activity.Warnings);
    }

    [Theory]
    [InlineData("{\"nextCursor\":{\"page\":2}}")]
    [InlineData("{\"nextCursor\":[]}")]
    [InlineData("{\"nextCursor\":true}")]
    [InlineData("{\"nextCursor\"}")]
    public async Task Something_else_in_the_place_of_the_cursor_is_an_error_and_not_the_end(string metadata)
    {
        var all = TestImages.Of(30);
        await using var test = await FeedUnderTest.StartAsync(all);
        test.Gallery.Faults.Add(Fault.MetadataForm(metadata, evenInTheMiddle: true).OnImages());
        var (images, error) = await test.FailAsync(Tens);
        Assert.Equal(10, images.Count);
        Assert.Equal(CivitaiError.UnexpectedResponse, error.Error);
    }

    [Theory]
    [InlineData("100|1724677401898")]
    [InlineData("20|bdx:{\"sort\":\"Most Reactions\",\"v\":1,\"id\":2}")]
    [InlineData("feed:1744925337225:9173928")]
    [InlineData("a b+c%2B&limit=0&=#?/\\é城🏰")]
    public async Task A_cursor_is_sent_as_it_came(string cursor)
    {
        await using var test = await FeedUnderTest.StartAsync(TestImages.Of(30));
        test.Gallery.Faults.Add(
            Fault.Json("{\"items\":[],\"metadata\":{\"nextCursor\":" + System.Text.Json.JsonSerializer.Serialize(cursor) + "}}").OnImages(),
            Fault.Json("{\"metadata\":{},\"items\":[{\"id\":5}]}").OnImages().OnLaterPages());
        Assert.Equal([5], await test.IdsAsync(Tens));
        Assert.Equal([null, cursor], test.Cursors);
    }

    [Fact]
    public async Task A_numeric_cursor_of_a_feed_is_sent_as_its_digits()
    {
        await using var test = await FeedUnderTest.StartAsync(TestImages.Of(3));
        test.Gallery.Faults.Add(Fault.Json("{\"items\":[],\"metadata\":{\"nextCursor\":90071992547409931234}}").OnImages(), Fault.Json("{\"items\":[{\"id\":5}]}").OnImages().OnLaterPages());
        await test.ListAsync(Tens);
        Assert.Equal([null, "90071992547409931234"], test.Cursors);
    }

    [Fact]
    public async Task The_image_on_the_boundary_of_a_model_listing_is_not_skipped()
    {
        var all = TestImages.Of(30, spread: 1);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all), LegacyDuplicates = false });
        Assert.Equal(all.Select(image => image.Id).OrderDescending(), await test.IdsAsync(new ImageQuery { ModelIds = [7], Sort = ImageSort.Newest, PageSize = 10 }));
        Assert.Equal([null, "1021", "1011"], test.Cursors);
    }

    [Theory]
    [InlineData(ImageSort.Newest)]
    [InlineData(ImageSort.Oldest)]
    public async Task The_largest_number_is_no_trouble_as_a_cursor(ImageSort sort)
    {
        await using var test = await FeedUnderTest.StartAsync(TestImages.Of(3));
        test.Gallery.Faults.Add(
            Fault.Json("{\"items\":[],\"metadata\":{\"nextCursor\":" + long.MaxValue.ToString(CultureInfo.InvariantCulture) + "}}").OnImages());
        Assert.NotNull(await test.ListAsync(new ImageQuery { ModelIds = [7], Sort = sort, PageSize = 10 }));
        Assert.Equal(long.MaxValue.ToString(CultureInfo.InvariantCulture), test.Cursors.ElementAt(1));
    }

    private static IEnumerable<long> Expected(IEnumerable<CatalogueImage> all) => all.OrderByDescending(image => image.Stats.ReactionCount).Select(image => image.Id);
}
