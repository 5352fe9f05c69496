using Gallery;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Civitai.Client.Tests.Feeds;

/// <summary>Images by their ids.</summary>
public sealed class LookupTests
{
    [Fact]
    public async Task Images_come_in_the_order_asked_for_and_as_often_as_asked_for()
    {
        var all = TestImages.Of(20);
        var ids = all.Take(9).Select(image => image.Id).ToArray();
        long[] wanted = [ids[3], ids[0], ids[3], .. ids[4..], ids[1]];
        await using var test = await FeedUnderTest.StartAsync(all);
        Assert.Equal(wanted, await test.IdsAsync(new ImageQuery { ImageIds = wanted }));
        Assert.Equal(wanted.Length, test.Gallery.Log.Images.Count);
    }

    [Fact]
    public async Task An_image_is_found_at_whatever_level_it_is_unless_one_is_given()
    {
        var all = TestImages.Of(2);
        all[0].BrowsingLevel = 16;
        await using var test = await FeedUnderTest.StartAsync(all);
        Assert.Equal([all[0].Id], await test.IdsAsync(new ImageQuery { ImageIds = [all[0].Id] }));
        Assert.Equal("31", test.Gallery.Log.Images[0].Parameter("browsingLevel"));

        Assert.Empty(await test.IdsAsync(new ImageQuery { ImageIds = [all[0].Id], NsfwLevel = ImageNsfwLevel.Soft }));
        Assert.Equal(CivitaiError.ImageNotFound, Assert.Single(test.Activity.Errors).Error);
        Assert.Equal(all[0].Id, test.Activity.Errors[0].Target);
    }

    [Fact]
    public async Task One_that_is_missing_or_broken_does_not_keep_the_others_back()
    {
        var all = TestImages.Of(6);
        var ids = all.Select(image => image.Id).ToArray();
        await using var test = await FeedUnderTest.StartAsync(all);
        test.Gallery.Faults.Add(
            Fault.Status(404).OnImage(ids[2]).Forever(),
            Fault.Json("{\"items\":[{\"url\":\"x\"}],\"metadata\":{}}").OnImage(ids[3]),
            Fault.Json("[]").OnImage(ids[4]));
        Assert.Equal([ids[0], ids[1], ids[5]], await test.IdsAsync(new ImageQuery { ImageIds = [ids[0], 5, ids[1], ids[2], ids[3], ids[4], ids[5]] }));
        Assert.Equal(
            [CivitaiError.ImageNotFound, CivitaiError.ImageNotFound, CivitaiError.ItemUnreadable, CivitaiError.UnexpectedResponse],
            test.Activity.Errors.Select(error => error.Error));
        Assert.Equal("{\"url\":\"x\"}", test.Activity.Errors[2].Target);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_slow_answer_of_nothing_is_asked_for_again_past_any_cache_and_is_not_taken_for_a_missing_image(bool isForGood)
    {
        var all = TestImages.Of(3);
        var clock = new FakeTimeProvider(TestImages.Now);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = Catalogue.From(all) }, clock);
        test.Gallery.Faults.Add(isForGood ? Fault.FalseEnd().OnImages().Forever() : Fault.FalseEnd(cached: true).OnImages());
        test.Gallery.Log.Arrived = _ => clock.Advance(TimeSpan.FromSeconds(20));
        var found = await test.IdsAsync(new ImageQuery { ImageIds = [all[1].Id] });

        Assert.Equal(isForGood ? [] : [all[1].Id], found);
        Assert.Equal(isForGood ? [CivitaiError.Unavailable] : [], test.Activity.Errors.Select(error => error.Error));
        Assert.Equal(2, test.Gallery.Log.Images.Count);
        Assert.NotEqual(test.Gallery.Log.Images[0].QueryString, test.Gallery.Log.Images[1].QueryString, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_service_that_ignores_the_id_is_not_believed()
    {
        await using var test = await FeedUnderTest.StartAsync(TestImages.Of(6));
        test.Gallery.Faults.Add(Fault.Json("{\"items\":[{\"id\":1},{\"id\":2}],\"metadata\":{\"nextCursor\":\"2|2\"}}").OnImages());
        Assert.Empty(await test.IdsAsync(new ImageQuery { ImageIds = [5] }));
        Assert.Equal(CivitaiError.ImageNotFound, Assert.Single(test.Activity.Errors).Error);
    }

    [Fact]
    public async Task Four_are_asked_for_at_once_and_never_more()
    {
        var all = TestImages.Of(30);
        await using var test = await FeedUnderTest.StartAsync(all);
        var gate = new TaskCompletionSource();
        var running = 0;
        var most = 0;
        var sync = new Lock();
        test.Gallery.Log.Arrived = _ =>
        {
            lock (sync)
            {
                most = Math.Max(most, ++running);
                if (running == 4)
                {
                    gate.TrySetResult();
                }
            }
        };
        test.Gallery.Log.Ended = _ =>
        {
            lock (sync)
            {
                running--;
            }
        };

        // The first goes alone, to find out whether the service is there. The next four only end when all four are there.
        test.Gallery.Faults.Add(Fault.HoldUntil(gate.Task).OnImages().Skip(1).Times(4));
        Assert.Equal(30, (await test.IdsAsync(new ImageQuery { ImageIds = [.. all.Select(image => image.Id)] })).Count);
        Assert.Equal(4, most);
    }

    [Fact]
    public async Task First_asks_for_no_more_images_than_are_wanted()
    {
        var all = TestImages.Of(30);
        await using var test = await FeedUnderTest.StartAsync(all);
        Assert.Equal(2, (await test.IdsAsync(new ImageQuery { ImageIds = [.. all.Select(image => image.Id)], First = 2 })).Count);
        Assert.Equal(2, test.Gallery.Log.Images.Count);
    }
}
