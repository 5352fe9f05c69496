using Civitai.Client.Feeds;
using Civitai.Client.Json;
using Gallery;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Civitai.Client.Tests.Feeds;

/// <summary>What came is held against what was asked for.</summary>
public sealed class FilterCheckTests
{
    [Theory]
    [InlineData("username")]
    [InlineData("postId")]
    [InlineData("nsfw")]
    [InlineData("browsingLevel")]
    public async Task A_service_that_ignores_a_filter_is_not_believed(string parameter)
    {
        var all = TestImages.Of(100);
        for (var i = 0; i < all.Count; i++)
        {
            all[i].BrowsingLevel = 1 << (i % 5);
        }

        var ignoresLevels = parameter is "nsfw" or "browsingLevel";
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all), IgnoredParameters = [parameter] });
        if (ignoresLevels)
        {
            // Without a level the service keeps back everything above PG: this one does not even do that.
            test.Gallery.Faults.Add(Fault.ExtraItems(3, "{\"id\":11,\"nsfwLevel\":\"X\"}", "{\"id\":12,\"browsingLevel\":8}", "{\"id\":13,\"nsfwLevel\":\"Blocked\"}").OnImages().Forever());
        }

        var query = new ImageQuery
        {
            Usernames = parameter == "username" ? ["ALICE"] : [],
            PostIds = parameter == "postId" ? [501] : [],
            NsfwLevel = parameter == "nsfw" ? ImageNsfwLevel.Mature : null,
            BrowsingLevel = parameter == "browsingLevel" ? BrowsingLevel.PG | BrowsingLevel.R : null,
            PageSize = 20,
        };
        var expected = all.Where(image => image.BrowsingLevel == 1);
        expected = parameter switch
        {
            "username" => expected.Where(image => image.Username == "alice"),
            "postId" => expected.Where(image => image.PostId == 501),
            _ => expected,
        };
        Assert.Equal(expected.OrderByDescending(image => image.Stats.ReactionCount).Select(image => image.Id), await test.IdsAsync(query));
        Assert.StartsWith("CivitaiFilterIgnored: ", Assert.Single(test.Activity.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_warning_does_for_several_feeds()
    {
        var all = TestImages.Of(60);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all), IgnoredParameters = ["username", "postId"] });
        Assert.Equal(
            all.Where(image => image.Username == "bob" && image.PostId is 500 or 501).Count(image => image.Username == "bob"),
            (await test.ListAsync(new ImageQuery { Usernames = ["bob"], PostIds = [500, 501] })).Count);
        Assert.Single(test.Activity.Warnings);
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData(ImageNsfwLevel.None, 1)]
    [InlineData(ImageNsfwLevel.Soft, 2)]
    [InlineData(ImageNsfwLevel.Mature, 4)]
    [InlineData(ImageNsfwLevel.Explicit, 16)]
    public void A_level_above_the_requested_one_is_left_out(ImageNsfwLevel? asked, int highest)
    {
        var check = new FilterCheck(new ImageQuery { NsfwLevel = asked }, isLookup: false, new FeedActivity());
        for (var level = 1; level <= 16; level *= 2)
        {
            var word = level switch { 1 => ImageNsfwLevel.None, 2 => ImageNsfwLevel.Soft, 4 => ImageNsfwLevel.Mature, _ => ImageNsfwLevel.Explicit };
            Assert.Equal(level <= highest, check.Holds(new Image { BrowsingLevel = (BrowsingLevel)level }, new FeedFilter()));
            Assert.Equal(level <= highest || (word == ImageNsfwLevel.Explicit && highest >= 8), check.Holds(new Image { NsfwLevel = word }, new FeedFilter()));
        }

        Assert.Equal(highest == 16, check.Holds(new Image { NsfwLevel = ImageNsfwLevel.Blocked }, new FeedFilter()));
        Assert.True(check.Holds(new Image(), new FeedFilter()));
    }

    [Theory]
    [InlineData(BrowsingLevel.PG, 1)]
    [InlineData(BrowsingLevel.PG13 | BrowsingLevel.R, 4)]
    [InlineData(BrowsingLevel.XXX, 16)]
    public void So_is_one_above_the_highest_of_several(BrowsingLevel asked, int highest)
    {
        var check = new FilterCheck(new ImageQuery { BrowsingLevel = asked }, isLookup: false, new FeedActivity());
        for (var level = 1; level <= 16; level *= 2)
        {
            Assert.Equal(level <= highest, check.Holds(new Image { BrowsingLevel = (BrowsingLevel)level }, new FeedFilter()));
        }
    }

    [Fact]
    public void What_an_item_does_not_tell_is_not_held_against_it()
    {
        var activity = new FeedActivity();
        var check = new FilterCheck(new ImageQuery(), isLookup: false, activity);
        var filter = new FeedFilter { Username = "alice", PostId = 5 };
        Assert.True(check.Holds(new Image(), filter));
        Assert.True(check.Holds(new Image { Username = "unknown" }, filter));
        Assert.True(check.Holds(new Image { Username = "Alice", PostId = 5 }, filter));
        Assert.Empty(activity.Warnings);
        Assert.False(check.Holds(new Image { Username = "bob" }, filter));
        Assert.False(check.Holds(new Image { PostId = 6 }, filter));
        Assert.Single(activity.Warnings);
    }

    [Theory]
    [InlineData("\"nsfwLevel\":\"Extreme\",\"browsingLevel\":1", null)]
    [InlineData("\"nsfwLevel\":99,\"browsingLevel\":1", null)]
    [InlineData("\"nsfwLevel\":{},\"browsingLevel\":1", null)]
    [InlineData("\"nsfwLevel\":\"Extreme\",\"nsfw\":\"None\"", null)]
    [InlineData("\"browsingLevel\":1", ImageNsfwLevel.None)]
    [InlineData("\"nsfwLevel\":null,\"browsingLevel\":4", ImageNsfwLevel.Mature)]
    [InlineData("\"nsfw\":\"Soft\"", ImageNsfwLevel.Soft)]
    public void An_unknown_level_is_null_and_only_a_missing_one_is_taken_from_elsewhere(string fields, ImageNsfwLevel? level)
    {
        var image = ItemReader.Read(System.Text.Encoding.UTF8.GetBytes("{\"id\":5," + fields + "}"), out _);
        Assert.Equal(level, image!.NsfwLevel);
    }

    [Theory]
    [InlineData("SD 1.5", "SD 1.5", true)]
    [InlineData("SDXL 1.0", "SDXL 1.0SDXL 1.0", true)]
    [InlineData("SDXL 1.0", "SDXL 1.0SDXL 1.0SDXL 1.0", true)]
    [InlineData("SD 3", "SD 3.5 Large", false)]
    [InlineData("SD 1.5", "SD 1.5 Hyper", false)]
    [InlineData("LTXV", "LTXV2", false)]
    [InlineData("Pony", "Pony V7", false)]
    [InlineData("Video", "Wan Video", false)]
    [InlineData("SD", "SDXL 1.0", false)]
    [InlineData("SD 1.5", "SD 1.5SDXL 1.0", false)]
    [InlineData("SD 1.5|SDXL 1.0", "SD 1.5SDXL 1.0", true)]
    [InlineData("LTXV|LTXV2", "LTXV2LTXV", true)]
    [InlineData("", "SD 1.5", false)]
    public async Task Base_models_of_images_by_id_are_whole_names(string names, string value, bool isWanted)
    {
        Assert.Equal(isWanted, BaseModelNames.AreAmong(names.Split('|'), value));
        var all = TestImages.Of(1);
        all[0].BaseModel = value;
        await using var test = await FeedUnderTest.StartAsync(all);
        Assert.Equal(isWanted ? 1 : 0, (await test.ListAsync(new ImageQuery { ImageIds = [all[0].Id], BaseModels = names.Split('|') })).Count);
    }

    [Theory]
    [InlineData(TimePeriod.Day, 1)]
    [InlineData(TimePeriod.Week, 7)]
    [InlineData(TimePeriod.Month, 30)]
    [InlineData(TimePeriod.Year, 365)]
    [InlineData(TimePeriod.AllTime, 10_000)]
    public async Task The_period_holds_for_images_by_id_as_the_feeds_count_it(TimePeriod period, int days)
    {
        var all = TestImages.Of(2);
        all[0].CreatedAt = TestImages.Now.AddDays(-days).AddMinutes(1);
        all[1].CreatedAt = TestImages.Now.AddDays(-days).AddMinutes(-1);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = Catalogue.From(all) }, new FakeTimeProvider(TestImages.Now));
        var ids = await test.IdsAsync(new ImageQuery { ImageIds = [all[0].Id, all[1].Id], Period = period });
        Assert.Equal(period == TimePeriod.AllTime ? [all[0].Id, all[1].Id] : [all[0].Id], ids);
    }

    [Fact]
    public async Task An_image_by_id_above_the_requested_level_is_left_out_though_the_service_gives_it()
    {
        await using var test = await FeedUnderTest.StartAsync([]);
        test.Gallery.Faults.Add(
            Fault.Json("{\"items\":[{\"id\":1,\"browsingLevel\":16}],\"metadata\":{}}").OnImage(1),
            Fault.Json("{\"items\":[{\"id\":2,\"browsingLevel\":4}],\"metadata\":{}}").OnImage(2));
        Assert.Equal([1], await test.IdsAsync(new ImageQuery { ImageIds = [1] }));
        Assert.Empty(await test.IdsAsync(new ImageQuery { ImageIds = [2], NsfwLevel = ImageNsfwLevel.Soft }));
        Assert.StartsWith("CivitaiFilterIgnored: ", Assert.Single(test.Activity.Warnings), StringComparison.Ordinal);
        Assert.Equal(CivitaiError.ImageNotFound, Assert.Single(test.Activity.Errors).Error);
    }
}
