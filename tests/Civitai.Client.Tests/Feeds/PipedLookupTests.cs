using Civitai.Client.Feeds;
using Civitai.Client.Http;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Feeds;

/// <summary>Images by ids that come one by one.</summary>
public sealed class PipedLookupTests
{
    [Fact]
    public async Task An_id_is_requested_when_it_is_added_and_the_images_come_in_the_order_of_the_ids()
    {
        var all = TestImages.Of(12);
        await using var test = await FeedUnderTest.StartAsync(all);
        using var lookup = Open(test);
        Assert.False(await FeedUnderTest.WaitAsync(lookup));
        Assert.Empty(test.Gallery.Log.All);

        lookup.Add(all[0].Id);
        await test.Gallery.Log.WaitForAsync(request => request.ImageId == all[0].Id, TimeSpan.FromSeconds(20));
        Assert.Equal(1, lookup.Pending);
        foreach (var image in all.Skip(1).Append(all[0]))
        {
            lookup.Add(image.Id);
        }

        lookup.Add(5);
        Assert.Equal(14, lookup.Pending);
        var found = await FeedUnderTest.ReadAsync(lookup);
        Assert.Equal(all.Append(all[0]).Select(image => image.Id), found.Select(image => image.Id));
        Assert.Equal(0, lookup.Pending);
        Assert.Equal(5L, Assert.Single(test.Activity.Errors).Target);
        Assert.Empty(test.Activity.Warnings);

        lookup.Add(all[3].Id);
        Assert.Equal(all[3].Id, Assert.Single(await FeedUnderTest.ReadAsync(lookup)).Id);
    }

    [Fact]
    public async Task Where_none_is_wanted_it_is_said_once()
    {
        var all = TestImages.Of(3);
        await using var test = await FeedUnderTest.StartAsync(all);
        using var lookup = Open(test, new ImageQuery { Type = Civitai.MediaType.Video });
        foreach (var image in all)
        {
            lookup.Add(image.Id);
            Assert.Empty(await FeedUnderTest.ReadAsync(lookup));
        }

        Assert.Equal("CivitaiNothingListed: no images were found for this query (images by ID, type Video).", Assert.Single(test.Activity.Warnings));
    }

    [Fact]
    public async Task Dispose_ends_what_is_under_way()
    {
        var all = TestImages.Of(3);
        await using var test = await FeedUnderTest.StartAsync(all);
        test.Gallery.Faults.Add(Fault.Hang().OnImages().Forever());
        using (var lookup = Open(test))
        {
            lookup.Add(all[0].Id);
            await test.Gallery.Log.WaitForAsync(_ => true, TimeSpan.FromSeconds(20));
        }

        await test.WaitForIdleAsync();
    }

    private static LookupFeed Open(FeedUnderTest test, ImageQuery? query = null) => new(
        new HttpSession(new ConnectionSettings { BaseUri = test.Gallery.BaseUri }, test.Activity, TimeProvider.System) { Jitter = static () => 0 },
        query ?? new ImageQuery(),
        test.Activity,
        TimeProvider.System);
}
