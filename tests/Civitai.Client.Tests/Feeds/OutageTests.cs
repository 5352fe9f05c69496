using FsCheck;
using FsCheck.Xunit;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Feeds;

/// <summary>A service that is down is asked as often as one request is attempted, however many requests a listing would make.</summary>
public sealed class OutageTests
{
    private const int Attempts = 6;

    public static TheoryData<string, ImageQuery> Listings => new()
    {
        { "the gallery", new ImageQuery() },
        { "a model", new ImageQuery { ModelIds = [4040] } },
        { "models", new ImageQuery { ModelIds = [4040, 123, 1, 2002, 2003, 2004] } },
        { "models, newest first", new ImageQuery { ModelIds = [4040, 123, 1], Sort = ImageSort.Newest } },
        { "models, shuffled", new ImageQuery { ModelIds = [4040, 123], Sort = ImageSort.Random } },
        { "users and posts", new ImageQuery { Usernames = ["alice", "bob", "User_1"], PostIds = [9_000_000, 9_000_001, 9_000_002, 9_000_003] } },
        { "tags", new ImageQuery { TagIds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] } },
        { "images", new ImageQuery { ImageIds = [.. Enumerable.Range(1, 20).Select(id => (long)id)] } },
    };

    public static TheoryData<string, Fault> Outages => new()
    {
        { "503", Fault.Status(503) },
        { "429", Fault.Status(429) },
        { "no answer", Fault.CloseWithoutAnswer() },
        { "a web page", Fault.HtmlPage() },
        { "half an answer", Fault.AbortAfter(20) },
    };

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Listings))]
    public async Task A_service_that_is_down_is_asked_as_often_as_a_request_is_attempted(string listing, ImageQuery query)
    {
        foreach (var (outage, fault) in Outages.Select(row => ((string, Fault))row.Data))
        {
            await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Images = 500, Meta = MetaKind.None });
            test.Gallery.Faults.Add(fault.OnApi().Forever());
            var (images, error) = await test.FailAsync(query);
            Assert.Empty(images);

            // Half an answer is an answer: others have begun by the time that it breaks off, three more look-ups or seven more pages.
            var more = outage == "half an answer" ? 3 + 7 : 0;
            Assert.True(test.Gallery.Log.All.Count is >= Attempts and var requests && requests <= Attempts + more, $"{listing}, {outage}: {test.Gallery.Log.All.Count} requests");
            Assert.Empty(test.Activity.Errors);
            Assert.Empty(test.Activity.Warnings);
            Assert.Equal(query.ImageIds.Count > 0 ? query.ImageIds[0] : query, error.Target);
        }
    }

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Listings))]
    public async Task An_outage_in_the_middle_ends_everything_that_is_under_way(string listing, ImageQuery query)
    {
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Images = 3000, Meta = MetaKind.None });
        ImageQuery From(ImageQuery given) => new()
        {
            ImageIds = given.ImageIds.Count > 0 ? [.. test.Gallery.Catalogue.Images.Take(40).Select(image => image.Id)] : [],
            ModelIds = given.ModelIds,
            Usernames = given.Usernames,
            TagIds = given.TagIds,
            Sort = given.Sort,
            PageSize = 5,
        };

        const int before = 12;
        test.Gallery.Faults.Add(Fault.Status(503).OnApi().Skip(before).Forever());
        var (images, error) = await test.FailAsync(From(query));
        Assert.Equal(CivitaiError.Unavailable, error.Error);
        Assert.True(images.Count > 0 || query.ModelIds.Count > 0 || query.TagIds.Count > 0 || query.Usernames.Count > 0, listing);

        // At most eight were on their way when it began.
        Assert.InRange(test.Gallery.Log.All.Count, before + Attempts, before + Attempts + 7);
    }

    [Fact]
    public async Task Of_a_thousand_images_the_first_that_fails_after_its_retries_ends_the_listing()
    {
        var all = TestImages.Of(1000);
        await using var test = await FeedUnderTest.StartAsync(all);
        test.Gallery.Faults.Add(Fault.Status(500).OnImage(all[20].Id).Forever());
        var (images, error) = await test.FailAsync(new ImageQuery { ImageIds = [.. all.Select(image => image.Id)] });
        Assert.Equal(all.Take(20).Select(image => image.Id), images.Select(image => image.Id));
        Assert.Equal(CivitaiError.Unavailable, error.Error);
        Assert.Equal(all[20].Id, error.Target);
        Assert.Contains($"Image {all[20].Id} and those after it were not listed.", error.RecommendedAction, StringComparison.Ordinal);
        Assert.InRange(test.Gallery.Log.Images.Count, 20 + Attempts, 20 + Attempts + 3);
    }

    [Fact]
    public async Task While_one_request_is_tried_again_the_others_wait_for_how_that_ends()
    {
        var all = TestImages.Of(40, versions: 8);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, 8) });

        // All first pages fail, then one of them four times more: the others are not sent meanwhile.
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new System.Collections.Concurrent.ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        test.Gallery.Log.Arrived = request =>
        {
            if (request.Parameter("modelVersionId") is { } version)
            {
                asked.AddOrUpdate(version, 1, (_, times) => times + 1);
                if (asked.Count == 8)
                {
                    gate.TrySetResult();
                }
            }
        };
        bool IsFirst(LoggedRequest request) => asked.TryGetValue(request.Parameter("modelVersionId") ?? "", out var times) && times == 1;
        bool IsAnother(LoggedRequest request) => asked.TryGetValue(request.Parameter("modelVersionId") ?? "", out var times) && times > 1;
        test.Gallery.Faults.Add(
            Fault.HoldUntil(gate.Task).When(IsFirst).Times(8), Fault.Status(503).When(IsFirst).Times(8), Fault.Status(503).When(IsAnother).Times(4));
        Assert.Equal(40, (await test.ListAsync(new ImageQuery { ModelIds = [7], PageSize = 200 })).Count);
        var requests = test.Gallery.Log.Images.Where(request => request.Faults.Count > 0).Select(request => request.Parameter("modelVersionId")).ToArray();
        Assert.Equal(8, requests.Distinct(StringComparer.Ordinal).Count());
        Assert.Single(requests.Skip(8).Distinct(StringComparer.Ordinal));
        Assert.Equal(8 + 8 + 4 + 1, test.Gallery.Log.Images.Count);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task A_user_who_is_not_there_costs_only_himself(int status)
    {
        var all = TestImages.Of(30);
        await using var test = await FeedUnderTest.StartAsync(all);
        test.Gallery.Faults.Add(Fault.Status(status).When(request => request.Parameter("username") == "nobody").Forever());
        Assert.Equal(
            all.OrderByDescending(image => image.Stats.ReactionCount).Select(image => image.Id),
            await test.IdsAsync(new ImageQuery { Usernames = ["nobody", "alice", "bob"], PageSize = 10 }));
        Assert.Equal(CivitaiError.NotFound, Assert.Single(test.Activity.Errors).Error);
    }

    [Property(MaxTest = 40)]
    public async Task Wherever_an_outage_begins_the_cursor_loses_nothing_and_repeats_no_more_than_the_pages_that_were_begun(
        byte images, byte feeds, byte before, PositiveInt pageSize, byte sort, int seed)
    {
        var count = 1 + (feeds % 10);
        var all = TestImages.Of(20 + (images % 100), seed, count);
        var size = 1 + (pageSize.Get % 20);
        var order = (ImageSort)(sort % 6);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, count), LegacyDuplicates = false });
        ImageQuery Query(string? cursor) => new() { ModelIds = [7], PageSize = size, Sort = order, Cursor = cursor };
        test.Gallery.Faults.Add(Fault.Status(503).OnImages().Skip(before % 30).Forever());
        var listed = new List<Image>();
        CivitaiException? error = null;
        try
        {
            using var feed = test.Open(Query(null));
            await FeedUnderTest.ReadAsync(feed, listed);
        }
        catch (CivitaiException exception)
        {
            error = exception;
        }

        if (error is null)
        {
            Assert.Equal(all.Count, listed.Count);
            return;
        }

        Assert.InRange(test.Gallery.Log.Images.Count, (before % 30) + Attempts, (before % 30) + Attempts + 7);
        test.Gallery.Faults.Clear();
        var rest = await test.IdsAsync(Query(error.Cursor));
        Assert.Equal(all.Select(image => image.Id).Order(), listed.Select(image => image.Id).Union(rest).Order());
        Assert.Equal(rest.Distinct().Count(), rest.Count);

        // Also an image that several versions list may come again, from a feed that had not come to it.
        var shared = all.Count(image => image.ModelVersionIds.Length > 1);
        Assert.InRange(listed.Count + rest.Count - all.Count, 0, (count * size) + shared);
    }
}
