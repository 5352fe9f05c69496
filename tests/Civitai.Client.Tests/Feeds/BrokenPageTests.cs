using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Feeds;

/// <summary>Pages that break off, items that cannot be read, and cursors of errors.</summary>
public sealed class BrokenPageTests
{
    private static readonly ImageQuery Tens = new() { PageSize = 10 };

    [Fact]
    public async Task A_page_that_breaks_off_is_read_again_without_repeating_its_images_or_errors()
    {
        var all = TestImages.Of(30);
        await using var test = await FeedUnderTest.StartAsync(all);
        test.Gallery.Faults.Add(Fault.ExtraItems(2, "{\"url\":\"x\"}", "17").OnImages().Times(3), Fault.AbortAfterItems(7).OnImages().Times(2));
        Assert.Equal(Expected(all), await test.IdsAsync(Tens));
        Assert.Equal(["17", "{\"url\":\"x\"}"], test.Activity.Errors.Select(error => (string)error.Target!).Order(StringComparer.Ordinal));
        Assert.All(test.Activity.Errors, error => Assert.Equal(CivitaiError.ItemUnreadable, error.Error));
    }

    [Fact]
    public async Task Every_unreadable_item_costs_itself_and_nothing_else()
    {
        var all = TestImages.Of(20);
        var bad = OddItems.Unreadable.Select(item => item.Value).ToArray();
        await using var test = await FeedUnderTest.StartAsync(all);
        test.Gallery.Faults.Add(Fault.ExtraItems(3, bad).OnImages());
        Assert.Equal(Expected(all), await test.IdsAsync(Tens));
        Assert.Equal(bad, test.Activity.Errors.Select(error => (string)error.Target!));
    }

    [Fact]
    public async Task The_cursor_of_an_error_goes_on_with_nothing_lost()
    {
        var all = TestImages.Of(50);
        await using var test = await FeedUnderTest.StartAsync(all);
        test.Gallery.Faults.Add(Fault.AbortAfterItems(4).OnImages().Skip(2).Forever());
        var (images, error) = await test.FailAsync(Tens, retries: 1);
        Assert.InRange(images.Count, 20, 24);
        Assert.NotNull(error.Cursor);

        test.Gallery.Faults.Clear();
        var rest = await test.IdsAsync(new ImageQuery { PageSize = 10, Cursor = error.Cursor });
        Assert.Equal(Expected(all), images.Select(image => image.Id).Union(rest));
        Assert.Equal(error.Cursor, test.Cursors.Last(cursor => test.Gallery.Log.Images.Count > 0 && cursor == error.Cursor));
    }

    [Theory]
    [InlineData(ImageSort.MostReactions)]
    [InlineData(ImageSort.MostCollected)]
    [InlineData(ImageSort.Random)]
    public async Task The_cursor_of_an_error_in_a_merge_goes_on_in_every_feed_also_in_the_one_that_failed(ImageSort sort)
    {
        var all = TestImages.Of(90);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all) });
        test.Gallery.Faults.Add(Fault.Status(502).OnImages().OnLaterPages().When(request => request.Parameter("modelVersionId") == "71").Forever());
        var query = new ImageQuery { ModelIds = [7], PageSize = 10, Sort = sort };
        var (images, error) = await test.FailAsync(query, retries: 1);
        Assert.InRange(images.Count, 10, 80);
        Assert.StartsWith("merge:", error.Cursor, StringComparison.Ordinal);

        test.Gallery.Faults.Clear();
        var rest = await test.IdsAsync(new ImageQuery { ModelIds = [7], PageSize = 10, Sort = sort, Cursor = error.Cursor });
        Assert.Equal(all.Select(image => image.Id).Order(), images.Select(image => image.Id).Union(rest).Order());
        Assert.InRange(rest.Count, 90 - images.Count, 90 - images.Count + 30);
    }

    [Fact]
    public async Task When_all_feeds_of_a_merge_fail_at_their_beginning_the_cursor_begins_all_of_them()
    {
        var all = TestImages.Of(40);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all) });
        test.Gallery.Faults.Add(Fault.Status(502).OnImages().Forever());
        var (images, error) = await test.FailAsync(new ImageQuery { ModelIds = [7] }, retries: 0);
        Assert.Empty(images);
        test.Gallery.Faults.Clear();
        Assert.Equal(Expected(all), await test.IdsAsync(new ImageQuery { ModelIds = [7], Cursor = error.Cursor }));
    }

    [Fact]
    public async Task A_feed_that_was_at_its_end_is_not_read_again_with_the_cursor_of_a_merge()
    {
        var all = TestImages.Of(40, versions: 1);
        foreach (var image in all)
        {
            image.ModelVersionIds = [image.Stats.ReactionCount >= 35 ? 70 : 71];
        }

        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, 2) });
        test.Gallery.Faults.Add(Fault.Status(502).OnImages().OnLaterPages().Forever());
        var (images, error) = await test.FailAsync(new ImageQuery { ModelIds = [7], PageSize = 10 }, retries: 0);
        Assert.Equal(15, images.Count);
        test.Gallery.Faults.Clear();
        test.Gallery.Log.Clear();
        var rest = await test.IdsAsync(new ImageQuery { ModelIds = [7], PageSize = 10, Cursor = error.Cursor });
        Assert.Equal(Expected(all).Skip(15), rest);
        Assert.DoesNotContain(test.Gallery.Log.Images, request => request.Parameter("modelVersionId") == "70");
    }

    [Theory]
    [InlineData("100|1724677401898")]
    [InlineData("merge:v1=;v2=")]
    [InlineData("merge:")]
    [InlineData("merge:;;=;v70")]
    public async Task A_cursor_of_another_query_is_refused(string cursor)
    {
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(TestImages.Of(9)) });
        var (_, error) = await test.FailAsync(new ImageQuery { ModelIds = [7], Cursor = cursor });
        Assert.Equal(CivitaiError.InvalidQuery, error.Error);
        Assert.Empty(test.Gallery.Log.Images);
    }

    [Fact]
    public async Task A_version_that_came_since_is_read_from_its_beginning()
    {
        var all = TestImages.Of(40);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all) });
        Assert.Equal(
            all.Where(image => image.ModelVersionIds.Contains(71L) || image.ModelVersionIds.Contains(72L)).OrderByDescending(image => image.Stats.ReactionCount).Select(image => image.Id),
            await test.IdsAsync(new ImageQuery { ModelIds = [7], Cursor = "merge:v70=!;v71=" }));
    }

    [Fact]
    public async Task An_error_of_the_service_names_the_cursor_of_its_page()
    {
        await using var test = await FeedUnderTest.StartAsync(TestImages.Of(30), Generation.G2Feed);
        test.Gallery.Faults.Add(Fault.Status(400, "{\"message\":\"Too many filters\"}").OnImages().OnLaterPages());
        var (images, error) = await test.FailAsync(Tens);
        Assert.Equal(10, images.Count);
        Assert.Equal(CivitaiError.InvalidQuery, error.Error);
        Assert.Contains("Too many filters", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("feed:", error.Cursor, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "This cursor can no longer be continued; start again without it")]
    [InlineData(false, "This cursor cannot be continued with these filters")]
    [InlineData(true, "This cursor can no longer be continued; start again without it")]
    public async Task A_refused_cursor_is_not_advised(bool merged, string words)
    {
        await using var test = await FeedUnderTest.StartAsync(TestImages.Of(30), Generation.G2Feed);
        test.Gallery.Faults.Add(Fault.Status(400, "{\"message\":\"" + words + "\"}").OnImages().OnLaterPages());
        var (_, error) = await test.FailAsync(new ImageQuery { PageSize = 5, Usernames = merged ? ["alice", "bob"] : [] });
        Assert.Equal(CivitaiError.InvalidQuery, error.Error);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Null(error.Cursor);
        Assert.Equal("Run the same command without -Cursor.", error.RecommendedAction);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"text\"")]
    [InlineData("{\"items\":null}")]
    [InlineData("{\"items\":{\"0\":{\"id\":5}}}")]
    [InlineData("{\"items\":[}")]
    [InlineData("{\"items\":[{\"id\":5}]}{\"items\":[]}")]
    [InlineData("{\"error\":\"x\"}")]
    public async Task What_is_no_page_is_an_unexpected_response(string json)
    {
        await using var test = await FeedUnderTest.StartAsync(TestImages.Of(3));
        test.Gallery.Faults.Add(Fault.Json(json).OnImages().Forever());
        Assert.Equal(CivitaiError.UnexpectedResponse, (await test.FailAsync(Tens)).Error.Error);
    }

    private static IEnumerable<long> Expected(IEnumerable<CatalogueImage> all) => all.OrderByDescending(image => image.Stats.ReactionCount).Select(image => image.Id);
}
