using FsCheck;
using FsCheck.Xunit;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Feeds;

/// <summary>The look-up of a model's versions helps to put its images in order, and is never what decides whether there are any.</summary>
public sealed class ModelLookupTests
{
    private const string Models = "/api/v1/models/";

    private static readonly ImageQuery Model = new() { ModelIds = [7], PageSize = 10 };

    public static TheoryData<Fault> Failures =>
    [
        Fault.Status(404).OnPath(Models).Forever(),
        Fault.Status(403).OnPath(Models).Forever(),
        Fault.Status(503).OnPath(Models).Forever(),
        Fault.CloseWithoutAnswer().OnPath(Models).Forever(),
        Fault.HtmlPage().OnPath(Models).Forever(),
        Fault.Json("{}").OnPath(Models).Forever(),
        Fault.Json("[]").OnPath(Models).Forever(),
        Fault.Json("{\"modelVersions\":null}").OnPath(Models).Forever(),
        Fault.Json("{\"modelVersions\":[]}").OnPath(Models).Forever(),
        Fault.Json("{\"modelVersions\":[{\"id\":70}").OnPath(Models).Forever(),
    ];

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Failures))]
    public async Task Where_it_fails_or_tells_none_the_model_s_own_listing_is_read(Fault failure)
    {
        var all = TestImages.Of(35);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all) });
        test.Gallery.Faults.Add(failure);
        Assert.Equal(all.Select(image => image.Id).OrderDescending(), await test.IdsAsync(Model));
        Assert.StartsWith("CivitaiOrderNotKept: the versions of model 7 could not be looked up", Assert.Single(test.Activity.Warnings), StringComparison.Ordinal);
        Assert.Empty(test.Activity.Errors);
        Assert.All(test.Gallery.Log.Images, request => Assert.Equal(("7", "Newest"), (request.Parameter("modelId"), request.Parameter("sort"))));
    }

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Failures))]
    public async Task Where_the_listing_has_nothing_either_the_model_is_not_found(Fault failure)
    {
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue([]) });
        test.Gallery.Faults.Add(failure);
        Assert.Empty(await test.ListAsync(Model));
        var error = Assert.Single(test.Activity.Errors);
        Assert.Equal(CivitaiError.NotFound, error.Error);
        Assert.Equal(7L, error.Target);
        Assert.Empty(test.Activity.Warnings);
    }

    [Theory]
    [InlineData(ImageSort.MostReactions)]
    [InlineData(ImageSort.MostComments)]
    [InlineData(ImageSort.MostCollected)]
    [InlineData(ImageSort.Random)]
    public async Task A_model_that_was_just_published_has_its_images_in_every_order(ImageSort sort)
    {
        var all = TestImages.Of(35);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = Catalogue.From(all, []) });
        Assert.Equal(all.Select(image => image.Id).Order(), (await test.IdsAsync(new ImageQuery { ModelIds = [7], Sort = sort, PageSize = 10 })).Order());
        Assert.Single(test.Activity.Warnings);
    }

    [Fact]
    public async Task One_model_of_several_that_is_not_there_costs_only_itself()
    {
        var all = TestImages.Of(35);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all) });
        Assert.Equal(Expected(all), await test.IdsAsync(new ImageQuery { ModelIds = [999, 7, 998], PageSize = 10 }));
        Assert.Equal([CivitaiError.NotFound, CivitaiError.NotFound], test.Activity.Errors.Select(error => error.Error));
        Assert.Equal([998L, 999L], test.Activity.Errors.Select(error => (long)error.Target!).Order());
        Assert.Empty(test.Activity.Warnings);
    }

    [Fact]
    public async Task Images_that_no_known_version_lists_come_last()
    {
        var all = TestImages.Of(60, versions: 4);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, versions: 2) });
        Assert.Equal(WithRest(all, known: 2), await test.IdsAsync(Model));
        Assert.StartsWith("CivitaiOrderNotKept: ", Assert.Single(test.Activity.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_period_is_the_same_for_them_as_for_the_others()
    {
        // The listing of a whole model counts a day from midnight, 12 hours further back than the feeds.
        var all = TestImages.Of(40, versions: 2);
        foreach (var (index, image) in all.Index())
        {
            image.CreatedAt = image.SortAt = TestImages.Now.AddHours(-index).AddMinutes(-1);
        }

        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TestImages.Now);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, versions: 1), TimeProvider = clock }, clock);
        var ids = await test.IdsAsync(new ImageQuery { ModelIds = [7], Period = TimePeriod.Day });
        Assert.Equal(all.Take(24).Select(image => image.Id).Order(), ids.Order());
    }

    [Fact]
    public async Task A_refused_key_ends_the_listing_at_once()
    {
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(TestImages.Of(5)) });
        test.Gallery.Faults.Add(Fault.Status(451).OnApi().Forever());
        Assert.Equal(CivitaiError.RegionBlocked, (await test.FailAsync(new ImageQuery { ModelIds = [7, 8] })).Error.Error);
        Assert.Empty(test.Gallery.Log.Images);
        Assert.Empty(test.Activity.Warnings);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_listing_that_was_resumed_neither_loses_nor_repeats_the_model(bool lookUpFailsThen)
    {
        var all = TestImages.Of(90, versions: 4);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, versions: 3) });
        test.Gallery.Faults.Add(Fault.Status(502).OnImages().Skip(6).Forever());
        var (images, error) = await test.FailAsync(Model, retries: 0);

        test.Gallery.Faults.Clear();
        if (lookUpFailsThen)
        {
            test.Gallery.Faults.Add(Fault.Status(404).OnPath(Models));
        }

        var rest = await test.IdsAsync(new ImageQuery { ModelIds = [7], PageSize = 10, Cursor = error.Cursor });
        Assert.Equal(all.Select(image => image.Id).Order(), images.Select(image => image.Id).Union(rest).Order());
        Assert.InRange(rest.Count, 90 - images.Count, 90 - images.Count + 30);
    }

    [Fact]
    public async Task A_model_s_own_listing_is_resumed_where_it_ended_though_its_versions_are_known_by_then()
    {
        var all = TestImages.Of(60);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all), LegacyDuplicates = false });
        test.Gallery.Faults.Add(Fault.Status(404).OnPath(Models), Fault.Status(502).OnImages().Skip(3).Forever());
        var (images, error) = await test.FailAsync(Model, retries: 0);
        Assert.Equal(all.Select(image => image.Id).OrderDescending().Take(images.Count), images.Select(image => image.Id));

        test.Gallery.Faults.Clear();
        test.Gallery.Log.Clear();
        var rest = await test.IdsAsync(new ImageQuery { ModelIds = [7], PageSize = 10, Cursor = error.Cursor });
        Assert.Equal(all.Select(image => image.Id).OrderDescending().Skip(images.Count), rest);
        Assert.Equal(test.Gallery.Log.Images.Count, test.Gallery.Log.All.Count);
    }

    [Fact]
    public async Task The_cursor_of_a_model_with_one_version_is_good_when_it_has_two()
    {
        var all = TestImages.Of(60, versions: 2);
        var first = all.Where(image => image.ModelVersionIds.Contains(70L)).ToList();
        string? cursor;
        List<Image> images;
        await using (var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(first, versions: 1) }))
        {
            test.Gallery.Faults.Add(Fault.Status(502).OnImages().Skip(2).Forever());
            (images, var error) = await test.FailAsync(Model, retries: 0);
            Assert.Equal(20, images.Count);
            cursor = error.Cursor;
        }

        await using var later = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = TestImages.Catalogue(all, versions: 2) });
        var rest = await later.IdsAsync(new ImageQuery { ModelIds = [7], PageSize = 10, Cursor = cursor });
        Assert.Equal(all.Select(image => image.Id).Order(), images.Select(image => image.Id).Union(rest).Order());
        Assert.Empty(images.Select(image => image.Id).Intersect(rest).Except(all.Where(image => image.ModelVersionIds.Contains(71L)).Select(image => image.Id)));
    }

    [Property(MaxTest = 60)]
    public async Task Whatever_is_known_of_the_versions_every_image_comes_once_and_the_known_ones_in_order(
        byte images, byte versions, byte known, PositiveInt pageSize, byte generation, int seed)
    {
        var count = 1 + (versions % 6);
        var told = known % (count + 1);
        var all = TestImages.Of(images % 60, seed, count);
        var size = 1 + (pageSize.Get % 20);
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions
        {
            Catalogue = TestImages.Catalogue(all, told),
            Generation = (Generation)(generation % 4),
        });
        test.Gallery.Faults.Random(seed, 0.2, [Fault.Status(500).OnApi(), Fault.Busy("0").OnApi(), Fault.AbortAfter(100).OnApi(), Fault.CloseWithoutAnswer().OnApi()]);

        var ids = await test.IdsAsync(new ImageQuery { ModelIds = [7], PageSize = size });

        Assert.Equal(WithRest(all, told), ids);

        // Each feed, and the listing of the whole model where an image may come twice, to its end; and the attempts that failed.
        var failed = test.Gallery.Log.Api.Count(request => request.Faults.Count > 0);
        var listed = all.Sum(image => image.ModelVersionIds.Length);
        Assert.InRange(test.Gallery.Log.Api.Count - failed, 1, 1 + (3 * (told + 1)) + (3 * listed / size) + (2 * (size == 1 ? listed : 0)));
    }

    private static IEnumerable<long> Expected(IEnumerable<CatalogueImage> all) => all.OrderByDescending(image => image.Stats.ReactionCount).Select(image => image.Id);

    private static IEnumerable<long> WithRest(List<CatalogueImage> all, int known)
    {
        bool IsListed(CatalogueImage image) => image.ModelVersionIds.Any(version => version < 70 + known);
        return Expected(all.Where(IsListed)).Concat(all.Where(image => !IsListed(image)).Select(image => image.Id).OrderDescending());
    }
}
