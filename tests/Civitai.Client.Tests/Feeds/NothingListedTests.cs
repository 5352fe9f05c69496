using Gallery;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Civitai.Client.Tests.Feeds;

/// <summary>A listing of nothing says what was asked for.</summary>
public sealed class NothingListedTests
{
    private const string LevelNote = "Without -NsfwLevel only level None is requested; use -NsfwLevel Explicit to include all levels.";

    public static TheoryData<ImageQuery, string, bool> Queries => new()
    {
        { new ImageQuery(), "the whole gallery", true },
        { new ImageQuery { ModelIds = [7], Sort = ImageSort.Newest }, "model 7", true },
        { new ImageQuery { ModelVersionIds = [1, 2, 3, 4, 5, 6, 7] }, "model versions 1, 2, 3, 4, 5, …", true },
        { new ImageQuery { PostIds = [5], Usernames = ["alice", "bob"] }, "post 5, users alice, bob", true },
        { new ImageQuery { UserIds = [5], TagIds = [1, 2], NsfwLevel = ImageNsfwLevel.Soft }, "user 5, tags 1, 2, level Soft and below", false },
        { new ImageQuery { NsfwLevel = ImageNsfwLevel.None }, "level None", false },
        { new ImageQuery { BrowsingLevel = BrowsingLevel.PG13 | BrowsingLevel.R }, "levels PG13, R", false },
        { new ImageQuery { BaseModels = ["SD 1.5"], Type = Civitai.MediaType.Video, Period = TimePeriod.Week }, "base model SD 1.5, type Video, period Week", true },
        { new ImageQuery { Since = new DateTimeOffset(new DateTime(2025, 6, 14, 3, 4, 0, DateTimeKind.Local)) }, "since 2025-06-14 03:04", true },
        { new ImageQuery { Cursor = "5|5" }, "from the cursor on", true },
    };

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Queries))]
    public async Task It_says_what_was_asked_for_and_which_level(ImageQuery query, string words, bool hasLevelNote)
    {
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue([]) }, new FakeTimeProvider(TestImages.Now));
        Assert.Empty(await test.ListAsync(query));
        Assert.Equal(
            "CivitaiNothingListed: no images were found for this query (" + words + ")." + (hasLevelNote ? " " + LevelNote : string.Empty),
            Assert.Single(test.Activity.Warnings));
    }

    [Fact]
    public async Task It_is_not_said_of_a_listing_that_was_to_have_nothing_or_had_something()
    {
        await using var test = await FeedUnderTest.StartAsync(TestImages.Of(3));
        Assert.Empty(await test.ListAsync(new ImageQuery { First = 0 }));
        Assert.Equal(3, (await test.ListAsync(new ImageQuery())).Count);
        Assert.Equal(2, (await test.ListAsync(new ImageQuery { First = 2 })).Count);
        Assert.Empty(test.Activity.Warnings);
    }

    [Fact]
    public async Task An_error_says_enough()
    {
        await using var test = await FeedUnderTest.StartAsync([]);
        Assert.Empty(await test.ListAsync(new ImageQuery { ImageIds = [5] }));
        Assert.Single(test.Activity.Errors);
        Assert.Empty(test.Activity.Warnings);
    }

    [Fact]
    public async Task Images_by_id_of_which_none_is_wanted_are_nothing_too()
    {
        var all = TestImages.Of(2);
        await using var test = await FeedUnderTest.StartAsync(all);
        Assert.Empty(await test.ListAsync(new ImageQuery { ImageIds = [.. all.Select(image => image.Id)], Type = Civitai.MediaType.Video }));
        Assert.StartsWith("CivitaiNothingListed: no images were found for this query (images ", Assert.Single(test.Activity.Warnings), StringComparison.Ordinal);
        Assert.DoesNotContain(LevelNote, test.Activity.Warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_that_were_all_left_out_are_nothing_too()
    {
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(TestImages.Of(9)), IgnoredParameters = ["username"] });
        Assert.Empty(await test.ListAsync(new ImageQuery { Usernames = ["nobody"] }));
        Assert.Equal(["CivitaiFilterIgnored", "CivitaiNothingListed"], test.Activity.Warnings.Select(warning => warning.Split(':')[0]));
    }

    [Fact]
    public async Task That_pages_are_shuffled_is_said_once()
    {
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(TestImages.Of(60)) });
        Assert.Equal(60, (await test.ListAsync(new ImageQuery { ModelIds = [7], Sort = ImageSort.Random, PageSize = 5 })).Count);
        Assert.Single(test.Activity.Verbose, line => line.Contains("shuffled", StringComparison.Ordinal));
    }
}
