using FsCheck;
using FsCheck.Xunit;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Feeds;

/// <summary>Whatever pages, cursors and faults a gallery makes of its catalogue: the ids that come out are those that are there, once each, in order.</summary>
public sealed class NothingLostTests
{
    private static readonly string[] EndForms = ["{}", "[]", "null", "missing", "{\"nextCursor\":null}", "{\"nextCursor\":\"\"}"];

    [Property(MaxTest = 80)]
    public async Task Every_image_comes_once_and_in_order(byte images, PositiveInt pageSize, byte listing, byte generation, int seed)
    {
        var all = TestImages.Of(2 + (images % 60), seed, spread: seed % 2 == 0 ? 3 : 1000);
        var (query, expected) = Listing(listing % 9, all, 1 + (pageSize.Get % 20));
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions
        {
            Catalogue = TestImages.Catalogue(all),
            Generation = (Generation)(generation % 4),
            WithoutBoundarySkip = seed % 5 == 0,
        });
        AddFaults(test.Gallery.Faults, query, seed);

        var ids = await test.IdsAsync(query);

        Assert.True(expected.SequenceEqual(ids), string.Join('\n', [
            "there are " + string.Join(' ', expected), "there came " + string.Join(' ', ids), .. test.Activity.Warnings, .. test.Gallery.Log.All.Select(request => request.ToString())]));
        Assert.Empty(test.Activity.Errors);
        Assert.All(test.Activity.Warnings, warning => Assert.True(expected.Length == 0 && warning.StartsWith("CivitaiNothingListed: ", StringComparison.Ordinal), warning));
    }

    [Theory]
    [InlineData(119, 1, 246, 0, 0)]
    [InlineData(234, 6, 192, 0, -3)]
    [InlineData(31, 1, 21, 0, -3)]
    public Task Cases_that_were_wrong_once_stay_right(byte images, int pageSize, byte listing, byte generation, int seed) =>
        Every_image_comes_once_and_in_order(images, PositiveInt.NewPositiveInt(pageSize), listing, generation, seed);

    [Property(MaxTest = 30)]
    public async Task With_First_the_beginning_comes_and_nothing_more_is_asked_for(byte images, PositiveInt pageSize, byte listing, byte first, byte generation, int seed)
    {
        var all = TestImages.Of(2 + (images % 60), seed);
        var (query, expected) = Listing(listing % 9, all, 1 + (pageSize.Get % 20), first % 30);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all), Generation = (Generation)(generation % 4) });

        Assert.Equal(expected.Take(first % 30), await test.IdsAsync(query));
        Assert.All(test.Limits, limit => Assert.InRange(int.Parse(limit!, null), 1, Math.Max(2, first % 30)));
    }

    private static (ImageQuery Query, long[] Expected) Listing(int listing, List<CatalogueImage> all, int pageSize, long? first = null)
    {
        ImageQuery Query(ImageSort sort, bool model = false, bool users = false, bool posts = false) => new()
        {
            Sort = sort,
            ModelIds = model ? [7] : [],
            Usernames = users ? ["alice", "bob", "Alice"] : [],
            PostIds = posts ? [500, 502] : [],
            PageSize = pageSize,
            First = first,
        };
        return listing switch
        {
            0 => (Query(ImageSort.MostReactions), Ids(all.OrderByDescending(image => image.Stats.ReactionCount))),
            1 => (Query(ImageSort.Newest), Ids(all.OrderByDescending(image => image.SortAt))),
            2 => (Query(ImageSort.Oldest), Ids(all.OrderBy(image => image.SortAt))),
            3 => (Query(ImageSort.Newest, model: true), Ids(all.OrderByDescending(image => image.Id))),
            4 => (Query(ImageSort.Oldest, model: true), Ids(all.OrderBy(image => image.Id))),
            5 => (Query(ImageSort.MostReactions, model: true), Ids(all.OrderByDescending(image => image.Stats.ReactionCount))),
            6 => (Query(ImageSort.Newest, users: true), Ids(all.OrderByDescending(image => image.SortAt))),
            7 => (Query(ImageSort.MostComments, posts: true), Ids(all.Where(image => image.PostId is 500 or 502).OrderByDescending(image => image.Stats.CommentCount))),
            _ => (Query(ImageSort.MostComments, model: true, users: true), Ids(all.OrderByDescending(image => image.Stats.CommentCount))),
        };
    }

    private static long[] Ids(IEnumerable<CatalogueImage> images) => [.. images.Select(image => image.Id)];

    private static void AddFaults(FaultPlan plan, ImageQuery query, int seed)
    {
        var random = new Random(seed);
        plan.Add(Fault.MetadataForm(EndForms[random.Next(EndForms.Length)]).OnImages());
        var pageSize = query.PageSize.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var mix = new List<Fault>
        {
            Fault.Status(500).OnApi(), Fault.Busy("0").OnApi(), Fault.Status(524).OnApi(), Fault.HtmlPage().OnImages(), Fault.CloseWithoutAnswer().OnApi(),
            Fault.AbortAfter(random.Next(3000)).OnImages(), Fault.AbortAfter(random.Next(300)).OnApi(), Fault.AbortAfter(-1).OnApi(), Fault.ResetAfter(random.Next(3000)).OnImages(),
            Fault.AbortAfterItems(random.Next(10)).OnImages(), Fault.ShortPage(1 + random.Next(3)).OnImages(),

            // Asked with another limit, the service goes on.
            Fault.FalseEnd().OnImages().OnLaterPages().When(request => request.Parameter("limit") == pageSize),
        };
        if (seed % 5 != 0)
        {
            // Overlaps move the cursor back; a listing of a model that includes the image its cursor names would go round in circles with it.
            mix.Add(Fault.OverlapPages(1 + random.Next(5)).OnImages());
        }

        if (seed % 2 != 0)
        {
            // The gallery's empty page goes on a few ids away: not among neighbours.
            mix.Add(Fault.EmptyPage().OnImages());
        }

        plan.Random(seed, 0.3, mix);
    }
}
