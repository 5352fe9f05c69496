using Gallery;

namespace Civitai.Client.Tests.Feeds;

/// <summary>Catalogues whose order is known: no two images have the same reactions, comments or date.</summary>
internal static class TestImages
{
    public static readonly DateTimeOffset Now = new(2025, 6, 15, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Images of model 7 with its versions 70, 71 …, of two users and of posts.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">What the order comes from.</param>
    /// <param name="versions">How many versions the model has.</param>
    /// <param name="spread">How far the ids of neighbours are apart at most.</param>
    public static List<CatalogueImage> Of(int count, int seed = 1, int versions = 3, int spread = 3)
    {
        var random = new Random(seed);
        var reactions = Shuffled(count, random);
        var comments = Shuffled(count, random);
        var dates = Shuffled(count, random);
        var images = new List<CatalogueImage>();
        var id = 1000L;
        for (var i = 0; i < count; i++)
        {
            id += 1 + random.Next(spread);
            var version = random.Next(versions);
            images.Add(new CatalogueImage
            {
                Id = id,
                PostId = 500 + random.Next(4),
                UserId = 1 + (i % 2),
                Username = i % 2 == 0 ? "alice" : "bob",
                ModelIds = [7],
                ModelVersionIds = random.Next(5) == 0 && versions > 1 ? [70 + version, 70 + ((version + 1) % versions)] : [70 + version],
                CreatedAt = Now.AddMinutes(-1 - i),
                SortAt = Now.AddMinutes(-1 - dates[i]),
                Stats = new CatalogueStats(LikeCount: reactions[i] / 2, HeartCount: reactions[i] - (reactions[i] / 2), CommentCount: comments[i], CollectedCount: comments[i]),
                MetaJson = "{\"prompt\":\"a castle\"}",
            });
        }

        // The service lists by its own keys, not by the order of its storage.
        return [.. images.OrderBy(_ => random.Next())];
    }

    public static Catalogue Catalogue(IEnumerable<CatalogueImage> images, int versions = 3) => Gallery.Catalogue.From(
        images,
        [new CatalogueModel(7, "Castles", [.. Enumerable.Range(0, versions).Select(n => new CatalogueVersion(70 + n, "v" + n, "SDXL 1.0"))])]);

    private static int[] Shuffled(int count, Random random)
    {
        var numbers = Enumerable.Range(0, count).ToArray();
        random.Shuffle(numbers);
        return numbers;
    }
}
