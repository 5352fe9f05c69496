using System.Net;
using System.Text.Json;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests;

/// <summary>The embedded gallery itself: that its pages are what the real service would send.</summary>
public sealed class GalleryPages
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All });

    [Fact]
    public async Task The_catalogue_keeps_its_promises()
    {
        await using var gallery = await GalleryServer.StartAsync();
        Assert.True(gallery.Catalogue.Images.Count(image => image.ModelIds.Contains(123)) > 1000);
        Assert.True(gallery.Catalogue.FindModel(123)!.Versions.Count >= 4);
        Assert.Equal(40, gallery.Catalogue.FindModel(4040)!.Versions.Count);
        Assert.True((await Walk(gallery, "modelVersionId=1", 200)).Count >= 600);
        foreach (var name in (string[])["alice", "bob", "12345"])
        {
            Assert.NotEmpty(await Walk(gallery, "username=" + name, 200));
        }

        foreach (var period in (string[])["Day", "Week", "Month", "Year"])
        {
            Assert.NotEmpty((await Page(gallery, "limit=5&period=" + period)).Items);
        }

        Assert.Equal([1, 2, 4, 8, 16], gallery.Catalogue.Images.Select(image => image.BrowsingLevel).Distinct().Order());
        Assert.Equal(["audio", "image", "video"], gallery.Catalogue.Images.Select(image => image.Type).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public void The_same_seed_gives_the_same_catalogue()
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(
            Catalogue.Create(50, 7, now: now).Images.Select(image => (image.Id, image.SortAt, image.MetaJson, image.Stats)),
            Catalogue.Create(50, 7, now: now).Images.Select(image => (image.Id, image.SortAt, image.MetaJson, image.Stats)));
    }

    [Theory]
    [InlineData("limit=201", "limit", "Too big: expected number to be <=200")]
    [InlineData("limit=-1", "limit", "Too small: expected number to be >=0")]
    [InlineData("limit=abc", "limit", "Invalid input: expected number, received NaN")]
    [InlineData("postId=1&postId=2", "postId", "Invalid input: expected number, received NaN")]
    [InlineData("cursor=1&cursor=2", "cursor", "Invalid input: expected string, received array")]
    [InlineData("username=no-dash", "username", "Invalid string: must match pattern /^[A-Za-z0-9_]*$/")]
    [InlineData("sort=MostReactions", "sort", "Invalid option: expected one of \"Most Reactions\"|\"Most Comments\"|\"Most Collected\"|\"Newest\"|\"Oldest\"|\"Random\"")]
    [InlineData("type=image,video", "type", "Invalid option: expected one of \"image\"|\"video\"|\"audio\"")]
    [InlineData("nsfw=x", "nsfw", "Invalid input")]
    public async Task A_wrong_parameter_is_answered_in_the_form_of_zod(string query, string field, string message)
    {
        await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 10 });
        using var response = await Http.GetAsync(new Uri(gallery.BaseUri, "api/v1/images?" + query), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var error = body.RootElement.GetProperty("error");
        Assert.Equal("ZodError", error.GetProperty("name").GetString());
        using var issues = JsonDocument.Parse(error.GetProperty("message").GetString()!);
        Assert.Equal(field, issues.RootElement[0].GetProperty("path")[0].GetString());
        Assert.Equal(message, issues.RootElement[0].GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("", "1")]
    [InlineData("nsfw=None", "1")]
    [InlineData("nsfw=Soft", "1 2")]
    [InlineData("nsfw=Mature", "1 2 4")]
    [InlineData("nsfw=X", "1 2 4 8 16")]
    [InlineData("nsfw=true", "4 8 16")]
    [InlineData("nsfw=false", "1")]
    [InlineData("nsfw=Blocked", "")]
    [InlineData("nsfw=X&browsingLevel=4", "4")]
    [InlineData("browsingLevel=20", "4 16")]
    [InlineData("browsingLevel=0", "1")]
    public async Task Levels_are_cumulative_unless_given_one_by_one(string query, string levels)
    {
        await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 150 });
        var (items, _) = await Page(gallery, "limit=200&" + query);
        Assert.Equal(levels, string.Join(' ', items.Select(item => item.GetProperty("browsingLevel").GetInt32()).Distinct().Order()));
    }

    [Fact]
    public async Task One_image_is_found_by_its_id_only_at_its_level()
    {
        await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 150 });
        var image = gallery.Catalogue.Images.First(image => image.BrowsingLevel == 16);
        Assert.Empty((await Page(gallery, FormattableString.Invariant($"imageId={image.Id}"))).Items);
        Assert.Single((await Page(gallery, FormattableString.Invariant($"imageId={image.Id}&browsingLevel=31"))).Items);
        Assert.Empty((await Page(gallery, "imageId=5&browsingLevel=31")).Items);
    }

    [Fact]
    public async Task An_unknown_parameter_is_ignored_and_noted()
    {
        await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 10 });
        Assert.NotEmpty((await Page(gallery, "tagName=cat&limit=5")).Items);
        Assert.Equal(["tagName"], gallery.Log.Api[^1].UnknownParameters);
    }

    [Theory]
    [InlineData(Generation.G1Feed)]
    [InlineData(Generation.G1Index)]
    [InlineData(Generation.G2Feed)]
    [InlineData(Generation.Alternating)]
    public async Task A_feed_gives_each_image_once_in_the_order_asked_for(Generation generation)
    {
        await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 300, Generation = generation });
        foreach (var (sort, key) in new (string, Func<CatalogueImage, long>)[]
        {
            ("Most Reactions", image => -image.Stats.ReactionCount),
            ("Newest", image => -image.SortAt.UtcTicks),
            ("Oldest", image => image.SortAt.UtcTicks),
        })
        {
            var ids = await Walk(gallery, "browsingLevel=31&sort=" + Uri.EscapeDataString(sort), 70);
            Assert.Equal(gallery.Catalogue.Images.Select(image => image.Id).Order(), ids.Order());
            var keys = ids.ConvertAll(id => key(gallery.Catalogue.Find(id)!));
            Assert.Equal(keys.Order(), keys);
        }
    }

    [Fact]
    public async Task A_model_listing_skips_the_image_on_each_page_boundary()
    {
        await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 300, LegacyDuplicates = false });
        var all = gallery.Catalogue.Images.Where(image => image.ModelIds.Contains(123)).Select(image => image.Id).OrderDescending().ToList();
        Assert.Equal(all.Where((_, index) => index % 21 != 20), await Walk(gallery, "modelId=123&browsingLevel=31", 20));
        Assert.Equal(all, await Walk(gallery, "modelId=123&browsingLevel=31", 20, cursor => (long.Parse(cursor, null) + 1).ToString(null, null)));
        Assert.Equal(Enumerable.Reverse(all), await Walk(gallery, "modelId=123&browsingLevel=31&sort=Oldest", 20));
    }

    [Fact]
    public async Task Empty_short_and_overlapping_pages_lose_nothing()
    {
        foreach (var generation in (Generation[])[Generation.G1Feed, Generation.G2Feed, Generation.Alternating])
        {
            await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 200, Generation = generation });
            gallery.Faults.Every(3, Fault.EmptyPage(), Fault.ShortPage(2));
            gallery.Faults.Add(Fault.OverlapPages(3).OnLaterPages());
            var ids = await Walk(gallery, "browsingLevel=31", 20);
            Assert.Equal(200, ids.Distinct().Count());
            Assert.True(ids.Count > 200);
            var cursors = gallery.Log.Images.Select(request => request.Parameter("cursor")).ToList();
            Assert.Equal(cursors.Count, cursors.Distinct(StringComparer.Ordinal).Count());
        }
    }

    [Fact]
    public async Task Metadata_is_nested_in_model_listings_unless_asked_flat()
    {
        await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 100, Meta = MetaKind.Small });
        Assert.Equal(JsonValueKind.Null, (await Page(gallery, "limit=1")).Items[0].GetProperty("meta").ValueKind);
        Assert.True((await Page(gallery, "limit=1&withMeta=true")).Items[0].GetProperty("meta").TryGetProperty("prompt", out _));
        Assert.True((await Page(gallery, "limit=1&withMeta=true&modelId=123")).Items[0].GetProperty("meta").GetProperty("meta").TryGetProperty("prompt", out _));
        Assert.True((await Page(gallery, "limit=1&withMeta=true&modelId=123&flatMeta=true")).Items[0].GetProperty("meta").TryGetProperty("prompt", out _));
    }

    [Theory]
    [InlineData(Generation.G1Feed, "username=nobody", 200)]
    [InlineData(Generation.G1Index, "username=nobody", 404)]
    [InlineData(Generation.G2Feed, "username=nobody", 200)]
    [InlineData(Generation.G1Feed, "username=nobody&modelId=123", 404)]
    [InlineData(Generation.G1Index, "username=BOB", 200)]
    [InlineData(Generation.G1Feed, "modelId=123&sort=Random", 400)]
    [InlineData(Generation.G1Feed, "page=11&limit=100", 429)]
    [InlineData(Generation.G1Feed, "limit=0", 500)]
    [InlineData(Generation.G1Feed, "modelId=123&limit=0", 200)]
    [InlineData(Generation.G2Feed, "cursor=100%7C5", 400)]
    [InlineData(Generation.G2Feed, "cursor=feed:1:5", 400)]
    public async Task What_the_service_refuses_depends_on_the_path_that_answers(Generation generation, string query, int status)
    {
        await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Catalogue = Catalogue.From([new CatalogueImage { Id = 7, Username = "carol", ModelIds = [123] }]), Generation = generation });
        using var response = await Http.GetAsync(new Uri(gallery.BaseUri, "api/v1/images?" + query), TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Every_odd_form_is_valid_JSON()
    {
        await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Catalogue = Catalogue.Odd(unreadable: true) });
        Assert.Equal(gallery.Catalogue.Images.Count, (await Page(gallery, "limit=200&withMeta=true")).Items.Count);
    }

    [Fact]
    public async Task The_key_is_known_to_me_alone()
    {
        await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 5, ApiKey = "0123" });
        foreach (var (key, status) in (ReadOnlySpan<(string, HttpStatusCode)>)[("0123", HttpStatusCode.OK), ("wrong", HttpStatusCode.Unauthorized)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gallery.BaseUri, "api/v1/me"));
            request.Headers.Authorization = new("Bearer", key);
            using var response = Http.Send(request, TestContext.Current.CancellationToken);
            Assert.Equal(status, response.StatusCode);
        }
    }

    private static async Task<List<long>> Walk(GalleryServer gallery, string query, int limit, Func<string, string>? next = null)
    {
        var ids = new List<long>();
        string? cursor = null;
        do
        {
            var (items, following) = await Page(gallery, query + FormattableString.Invariant($"&limit={limit}") + (cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor)));
            ids.AddRange(items.Select(item => item.GetProperty("id").GetInt64()));
            cursor = following is null ? null : next?.Invoke(following) ?? following;
        }
        while (cursor is not null);
        return ids;
    }

    private static async Task<(List<JsonElement> Items, string? Cursor)> Page(GalleryServer gallery, string query)
    {
        using var body = JsonDocument.Parse(await Http.GetByteArrayAsync(new Uri(gallery.BaseUri, "api/v1/images?" + query), TestContext.Current.CancellationToken));
        var root = body.RootElement.Clone();
        return ([.. root.GetProperty("items").EnumerateArray()], root.GetProperty("metadata").TryGetProperty("nextCursor", out var cursor) ? cursor.ToString() : null);
    }
}
