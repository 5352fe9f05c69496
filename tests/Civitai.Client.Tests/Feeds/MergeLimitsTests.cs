using System.Collections.Concurrent;
using Civitai.Client.Feeds;
using FsCheck;
using FsCheck.Xunit;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Feeds;

/// <summary>What a merge asks for and keeps: no more than its next image needs.</summary>
public sealed class MergeLimitsTests
{
    private const int Versions = 40;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task At_most_eight_pages_are_on_their_way_bodies_included()
    {
        var all = TestImages.Of(400, versions: Versions);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, Versions) });

        // Every body stops after its first item, which is all that the merge needs of it, until it is let go.
        var gates = new ConcurrentDictionary<string, TaskCompletionSource>(StringComparer.Ordinal);
        for (var version = 70; version < 70 + Versions; version++)
        {
            var name = version.ToString(System.Globalization.CultureInfo.InvariantCulture);
            gates[name] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            test.Gallery.Faults.Add(Fault.StallAfterItems(1, gates[name].Task).When(request => request.Parameter("modelVersionId") == name));
        }

        var running = 0;
        var most = 0;
        var sync = new Lock();
        var arrived = System.Threading.Channels.Channel.CreateUnbounded<string>();
        test.Gallery.Log.Arrived = request =>
        {
            if (request.Parameter("modelVersionId") is { } version)
            {
                lock (sync)
                {
                    most = Math.Max(most, ++running);
                }

                arrived.Writer.TryWrite(version);
            }
        };
        test.Gallery.Log.Ended = request =>
        {
            if (request.Parameter("modelVersionId") is not null)
            {
                lock (sync)
                {
                    running--;
                }
            }
        };

        using var feed = test.Open(new ImageQuery { ModelIds = [7] });
        var waiting = FeedUnderTest.WaitAsync(feed);
        var open = new Queue<string>();
        for (var seen = 0; seen < Versions; seen++)
        {
            open.Enqueue(await arrived.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken));
            if (open.Count == MergeLimits.MaximumPages)
            {
                gates[open.Dequeue()].SetResult();
            }
        }

        foreach (var name in open)
        {
            gates[name].SetResult();
        }

        Assert.True(await waiting);
        Assert.Equal(MergeLimits.MaximumPages, most);
    }

    [Fact]
    public async Task Pages_become_smaller_where_what_waits_would_fill_the_memory()
    {
        // 200 images of 50 kB are a page of 10 MB: forty of them would be 400 MB.
        var meta = "{\"prompt\":\"" + new string('x', 50_000) + "\"}";
        var all = TestImages.Of(Versions * 60, versions: Versions);
        foreach (var image in all)
        {
            image.MetaJson = meta;
        }

        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, Versions) });
        using var feed = test.Open(new ImageQuery { ModelIds = [7], PageSize = 60 });
        Assert.True(await FeedUnderTest.WaitAsync(feed));

        var sizes = test.Gallery.Log.Images.Select(request => int.Parse(request.Parameter("limit")!, null)).ToArray();
        Assert.Equal(Versions, sizes.Length);
        Assert.All(sizes.Take(8), size => Assert.Equal(60, size));
        Assert.All(sizes, size => Assert.InRange(size, MergeLimits.SmallestPage, 60));

        // Eight pages are under way before anything is known, and eight more may be asked for at a time.
        var waiting = sizes.Sum(size => size * 50_000L);
        Assert.InRange(waiting, 0, MergeLimits.Memory + (MergeLimits.MaximumPages * 60 * 50_000L));
        Assert.Equal(all.Count, (await FeedUnderTest.ReadAsync(feed)).Count);
    }

    [Property]
    public void What_fits_is_never_more_than_is_wanted_and_never_nothing(PositiveInt wanted, PositiveInt bytes, byte items)
    {
        var limits = new MergeLimits();
        Assert.Equal(wanted.Get, limits.Fit(wanted.Get));
        for (var i = 0; i < items; i++)
        {
            limits.Arrived(bytes.Get * 100_000 % 20_000_000);
        }

        var full = limits.Fit(wanted.Get);
        Assert.InRange(full, Math.Min(wanted.Get, MergeLimits.SmallestPage), wanted.Get);
        for (var i = 0; i < items; i++)
        {
            limits.Taken(bytes.Get * 100_000 % 20_000_000);
        }

        Assert.InRange(limits.Fit(wanted.Get), full, wanted.Get);
    }

    [Theory]
    [InlineData(ImageSort.MostCollected)]
    [InlineData(ImageSort.Random)]
    public async Task Where_nothing_can_be_compared_only_the_feed_whose_turn_it_is_is_asked(ImageSort sort)
    {
        var all = TestImages.Of(400, versions: Versions);
        foreach (var image in all)
        {
            image.ModelVersionIds = image.ModelVersionIds[..1];
        }

        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, Versions) });
        using var feed = test.Open(new ImageQuery { ModelIds = [7], Sort = sort, First = 5 });
        for (var count = 1; count <= 5; count++)
        {
            await FeedUnderTest.ReadAsync(feed, most: 1);
            Assert.Equal(count, test.Gallery.Log.Images.Count);
        }

        Assert.Equal(5, test.Gallery.Log.Images.Select(request => request.Parameter("modelVersionId")).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task The_first_of_many_versions_are_not_always_the_same_where_they_are_shuffled()
    {
        var all = TestImages.Of(400, versions: Versions);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, Versions) });
        for (var run = 0; run < 5; run++)
        {
            await test.ListAsync(new ImageQuery { ModelIds = [7], Sort = ImageSort.Random, First = 1 });
        }

        // Of forty, five times the same would be a wonder.
        Assert.NotEqual(1, test.Gallery.Log.Images.Select(request => request.Parameter("modelVersionId")).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_feed_at_the_end_of_its_page_is_not_asked_while_it_is_another_one_s_turn()
    {
        var all = Tied(40, versions: 2);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, 2) });
        using var feed = test.Open(new ImageQuery { ModelIds = [7], PageSize = 5 });
        await FeedUnderTest.ReadAsync(feed, most: 10);
        Assert.Equal(2, test.Gallery.Log.Images.Count);
        await FeedUnderTest.ReadAsync(feed, most: 1);
        Assert.Equal(3, test.Gallery.Log.Images.Count);
    }

    [Property(MaxTest = 30)]
    public async Task Images_that_tie_come_from_the_feeds_in_turn(byte versions, PositiveInt pageSize, int seed)
    {
        var count = 2 + (versions % 6);
        var all = Tied(60, count, seed);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, count) });
        var found = await test.ListAsync(new ImageQuery { ModelIds = [7], PageSize = 1 + (pageSize.Get % 20) });
        Assert.Equal(60, found.Count);
        for (var round = 0; round < 60 / count; round++)
        {
            Assert.Equal(count, found.Skip(round * count).Take(count).Select(image => image.ModelVersionIds![0]).Distinct().Count());
        }
    }

    [Fact]
    public async Task The_first_feed_that_fails_for_good_ends_all_the_others()
    {
        var all = TestImages.Of(400, versions: Versions);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, Versions) });
        var hanging = 0;
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        test.Gallery.Log.Arrived = request =>
        {
            if (request.Parameter("modelVersionId") is not null && Interlocked.Increment(ref hanging) == 8)
            {
                gate.SetResult();
            }
        };

        // Seven pages never come to their end; the eighth is refused when all of them are there.
        test.Gallery.Faults.Add(
            Fault.HoldUntil(gate.Task).When(request => request.Parameter("modelVersionId") == "73"),
            Fault.Status(400).When(request => request.Parameter("modelVersionId") == "73").Forever(),
            Fault.StallAfterItems(1).When(request => request.Parameter("modelVersionId") is { } version && version != "73").Forever());
        var (images, error) = await test.FailAsync(new ImageQuery { ModelIds = [7] });
        Assert.Empty(images);
        Assert.Equal(CivitaiError.InvalidQuery, error.Error);
        await test.WaitForIdleAsync();
        Assert.Equal(8, test.Gallery.Log.Images.Count);
    }

    [Fact]
    public async Task A_page_that_was_taken_to_its_end_is_not_in_the_cursor_any_more()
    {
        // Both first pages of five are taken to their end when the second of one version fails.
        var all = Tied(40, versions: 2);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, 2) });
        test.Gallery.Faults.Add(Fault.Status(502).OnImages().OnLaterPages().Forever());
        var (images, error) = await test.FailAsync(new ImageQuery { ModelIds = [7], PageSize = 5 }, retries: 0);
        Assert.Equal(10, images.Count);

        test.Gallery.Faults.Clear();
        var rest = await test.IdsAsync(new ImageQuery { ModelIds = [7], PageSize = 5, Cursor = error.Cursor });
        Assert.Equal(all.Select(image => image.Id).Except(images.Select(image => image.Id)).Order(), rest.Order());
    }

    [Fact]
    public async Task A_feed_that_ended_before_the_first_cursor_stays_at_its_end_in_the_second()
    {
        var all = TestImages.Of(60, versions: 1);
        foreach (var image in all)
        {
            image.ModelVersionIds = [image.Stats.ReactionCount >= 55 ? 70 : 71];
        }

        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, 2) });
        string? cursor = null;
        var listed = new List<long>();
        for (var run = 0; run < 3; run++)
        {
            test.Gallery.Faults.Clear();
            test.Gallery.Faults.Add(Fault.Status(502).OnImages().OnLaterPages().Skip(run == 0 ? 0 : 1).Forever());
            var (images, error) = await test.FailAsync(new ImageQuery { ModelIds = [7], PageSize = 10, Cursor = cursor }, retries: 0);
            listed.AddRange(images.Select(image => image.Id));
            cursor = error.Cursor;
        }

        test.Gallery.Faults.Clear();
        test.Gallery.Log.Clear();
        listed.AddRange(await test.IdsAsync(new ImageQuery { ModelIds = [7], PageSize = 10, Cursor = cursor }));
        Assert.Equal(all.OrderByDescending(image => image.Stats.ReactionCount).Select(image => image.Id), listed);
        Assert.DoesNotContain(test.Gallery.Log.Images, request => request.Parameter("modelVersionId") == "70");
    }

    [Fact]
    public async Task Several_tags_are_a_feed_each()
    {
        CatalogueTag[] tags = [new(1, "castle"), new(2, "cat"), new(3, "sky")];
        var all = TestImages.Of(90);
        var random = new Random(5);
        foreach (var image in all)
        {
            image.Tags = [.. tags.Where(_ => random.Next(3) == 0)];
        }

        foreach (var generation in Enum.GetValues<Generation>())
        {
            await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all), Generation = generation });
            Assert.Equal(
                all.Where(image => image.Tags.Any(tag => tag.Id is 1 or 2)).OrderByDescending(image => image.Stats.ReactionCount).Select(image => image.Id),
                await test.IdsAsync(new ImageQuery { TagIds = [1, 2, 1], PageSize = 10 }));
            Assert.Equal(["1", "2"], test.Gallery.Log.Images.Select(request => request.Parameter("tags")).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Tags_are_a_feed_each_for_each_user_and_in_the_cursor()
    {
        var all = TestImages.Of(60);
        foreach (var image in all)
        {
            image.Tags = [new CatalogueTag(1 + (image.Id % 3), "x")];
        }

        await using var test = await FeedUnderTest.StartAsync(all);
        var query = new ImageQuery { TagIds = [1, 2], Usernames = ["alice", "bob"], PageSize = 4 };
        test.Gallery.Faults.Add(Fault.Status(502).OnImages().Skip(6).Forever());
        var (images, error) = await test.FailAsync(query, retries: 0);
        test.Gallery.Faults.Clear();
        var rest = await test.IdsAsync(new ImageQuery { TagIds = [1, 2], Usernames = ["alice", "bob"], PageSize = 4, Cursor = error.Cursor });
        Assert.Equal(all.Where(image => image.Id % 3 < 2).Select(image => image.Id).Order(), images.Select(image => image.Id).Union(rest).Order());
        Assert.Equal(4, test.Gallery.Log.Images.Select(request => (request.Parameter("tags"), request.Parameter("username"))).Distinct().Count());
    }

    /// <summary>Images without counts, as the service gave them for months.</summary>
    private static List<CatalogueImage> Tied(int count, int versions, int seed = 1)
    {
        var all = TestImages.Of(count, seed, versions: 1);
        foreach (var (index, image) in all.Index())
        {
            image.Stats = new CatalogueStats();
            image.ModelVersionIds = [70 + (index % versions)];
        }

        return all;
    }
}
