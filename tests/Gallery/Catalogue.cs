using System.Collections.Frozen;

namespace Gallery;

/// <summary>What a gallery holds. The same seed gives the same images; only the dates follow <c>now</c>.</summary>
public sealed class Catalogue
{
    /// <summary>Base models that the gallery knows: what <c>/api/v1/enums</c> lists and what <c>baseModels</c> accepts.</summary>
    public static IReadOnlyList<string> KnownBaseModels { get; } =
    [
        "SD 1.4", "SD 1.5", "SD 1.5 LCM", "SD 1.5 Hyper", "SD 2.0", "SD 2.1", "SDXL 0.9", "SDXL 1.0", "SDXL Lightning", "SDXL Hyper", "SDXL Turbo", "SD 3", "SD 3.5", "SD 3.5 Large", "Pony", "Pony V7",
        "Illustrious", "NoobAI", "Flux.1 S", "Flux.1 D", "Flux.1 Krea", "Flux.1 Kontext", "Flux.2 D", "Chroma", "HiDream", "Hunyuan 1", "Hunyuan Video", "Kolors", "Lumina", "LTXV", "PixArt a", "PixArt E", "Playground v2", "Qwen",
        "Stable Cascade", "SVD", "Wan Video", "Wan Video 2.2 T2V-A14B", "Z Image Turbo", "AuraFlow", "Other",
    ];

    private static readonly string[] Hashes =
    [
        "LEHV6nWB2yk8pyo0adR*.7kCMdnj", "LGF5]+Yk^6#M@-5c,1J5@[or[Q6.", "L6PZfSi_.AyE_3t7t7R**0o#DgR4", "LKN]Rv%2Tw=w]~RBVZRi};RPxuwH", "UMGj$%=x~UJR_Lt6-ow^%fWVsSoJbbR*ni$%",
    ];

    private static readonly (int Width, int Height)[] Sizes = [(512, 512), (832, 1216), (1024, 1024), (768, 1152), (1216, 832), (384, 512), (2048, 2048)];

    private static readonly CatalogueTag[] KnownTags = [.. Enumerable.Range(1, 40).Select(n => new CatalogueTag(n, n switch { 1 => "castle", 2 => "cat", 3 => "landscape", 4 => "woman", 5 => "anime", _ => $"tag {n}" }))];

    private readonly Lock _lock = new();
    private volatile CatalogueImage[] _images;
    private FrozenDictionary<long, CatalogueImage>? _byId;

    private Catalogue(CatalogueImage[] images, IReadOnlyList<CatalogueModel> models)
    {
        _images = images;
        Models = models;
    }

    /// <summary>The images, in no order that a client could rely on (by id when made up).</summary>
    public IReadOnlyList<CatalogueImage> Images => _images;

    /// <summary>The models; 123 has five versions and 4040 has forty when made up.</summary>
    public IReadOnlyList<CatalogueModel> Models { get; }

    /// <summary>Users that exist whether or not they have images (case does not count), besides those who have. Anybody else is unknown, which some paths answer with 404.</summary>
    public ISet<string> Users { get; } = new HashSet<string>(["alice", "bob", "12345"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Counts the changes made with <see cref="Add"/>.</summary>
    public int Version { get; private set; }

    /// <summary>A made-up catalogue.</summary>
    /// <param name="images">How many images; 3,000 give version 1 more than 600 at level PG and model 123 more than 1,000.</param>
    /// <param name="seed">The same seed gives the same images.</param>
    /// <param name="meta">What generation data they carry.</param>
    /// <param name="now">What the dates are counted back from; the present if not given.</param>
    public static Catalogue Create(int images = 3000, int seed = 1, MetaKind meta = MetaKind.Mixed, DateTimeOffset? now = null)
    {
        var until = now ?? DateTimeOffset.UtcNow;
        until = new DateTimeOffset(until.UtcTicks - until.UtcTicks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero);
        var models = MakeModels();
        var versionOne = models[0];
        var model123 = models[1];
        var model4040 = models[2];
        var templates = meta switch
        {
            MetaKind.Small => OddMetadata.SmallTemplates(seed, 2000),
            MetaKind.Large => OddMetadata.LargeTemplates(seed, 64),
            MetaKind.Mixed => OddMetadata.SmallTemplates(seed, 200),
            _ => [],
        };
        MetaTemplate[] odd = meta is MetaKind.Odd or MetaKind.Mixed
            ? [.. OddMetadata.Small.Select(form => new MetaTemplate(form.Value)), new MetaTemplate(OddMetadata.Comfy(4_000, seed)), new MetaTemplate(OddMetadata.Comfy(6_000, seed + 1, valid: false))]
            : [];
        if (meta == MetaKind.Odd)
        {
            odd = [.. odd, .. OddMetadata.LargeTemplates(seed, 2)];
        }

        var all = new CatalogueImage[images];
        for (var index = 0; index < images; index++)
        {
            var dice = new Dice(seed, index);
            var image = new CatalogueImage
            {
                // Steps of one to three, so that neighbouring ids occur.
                Id = 100_000_007L + index * 2L + dice.Next(2),
                Hash = dice.Pick(Hashes),
                PostId = dice.Chance(0.03) ? null : 9_000_000 + index / 4,
            };
            all[index] = image;

            var backwards = (images - index) / (double)images;
            var age = TimeSpan.FromDays(3 * 365 * backwards * backwards);
            image.CreatedAt = Milliseconds(until - age);
            if (dice.Chance(0.3))
            {
                image.SortAt = Milliseconds(image.CreatedAt + Math.Min(age.TotalDays, 3) * dice.NextDouble() * TimeSpan.FromDays(1));
            }

            // A low-discrepancy sequence instead of dice: the shares below then hold for any number of images.
            var share = index * 0.6180339887498949 % 1;
            if (share < 0.27)
            {
                Place(image, versionOne, [versionOne.Versions[0]]);
            }
            else if (share < 0.65)
            {
                var first = dice.Next(model123.Versions.Count);
                var second = (first + 1 + dice.Next(model123.Versions.Count - 1)) % model123.Versions.Count;
                Place(image, model123, dice.Chance(0.1) ? [model123.Versions[first], model123.Versions[second]] : [model123.Versions[first]]);
            }
            else if (share < 0.88)
            {
                Place(image, model4040, [dice.Pick([.. model4040.Versions])]);
            }
            else if (share < 0.96)
            {
                var model = models[3 + dice.Next(models.Count - 3)];
                Place(image, model, [dice.Pick([.. model.Versions])]);
            }

            if (image.ModelVersionIds.Length == 1 && dice.Chance(0.08))
            {
                image.PostedToVersionId = image.ModelVersionIds[0];
                image.ModelVersionIds = [];
            }
            else if (image.ModelVersionIds.Length == 1 && dice.Chance(0.04))
            {
                image.ManualVersionIds = image.ModelVersionIds;
                image.ModelVersionIds = [];
            }

            image.BaseModel = dice.Next(100) switch
            {
                0 or 1 => "SDXL 1.0SDXL 1.0",
                2 or 3 => "",
                4 => null,
                _ => image.BaseModel ?? "SDXL 1.0",
            };
            var level = dice.NextDouble();
            image.BrowsingLevel = share < 0.27
                ? level < 0.88 ? 1 : level < 0.92 ? 2 : level < 0.95 ? 4 : level < 0.98 ? 8 : 16
                : level < 0.6 ? 1 : level < 0.72 ? 2 : level < 0.83 ? 4 : level < 0.93 ? 8 : 16;

            var user = dice.NextDouble();
            (image.UserId, image.Username) = user switch
            {
                < 0.12 => (1001, "alice"),
                < 0.20 => (1002, "bob"),
                < 0.23 => (1003, "12345"),
                < 0.24 => ((long?)null, null),
                _ => NumberedUser(dice.Next(60)),
            };
            image.UsernameAsNumber = string.Equals(image.Username, "12345", StringComparison.Ordinal) && dice.Chance(0.5);

            image.Type = dice.NextDouble() switch { < 0.93 => "image", < 0.99 => "video", _ => "audio" };
            image.MediaFormat = FormatOf(image.Type, ref dice);
            var size = dice.Pick(Sizes);
            (image.Width, image.Height) = dice.Chance(0.01) || image.Type == "audio" ? ((int?)null, (int?)null) : (size.Width, size.Height);

            var loved = Math.Pow(dice.NextDouble(), 4);
            image.Stats = new CatalogueStats((int)(40 * loved), (int)(20 * loved), dice.Next(4) / 2, dice.Next(5) / 4, dice.Next(8) / 3, 0, dice.Next(30) / 3);
            image.Tags = [.. Enumerable.Range(0, dice.Next(4)).Select(_ => dice.Next(KnownTags.Length)).Distinct().Select(n => KnownTags[n])];
            image.Template = meta switch
            {
                MetaKind.None => null,
                MetaKind.Small or MetaKind.Large => dice.Pick(templates),
                MetaKind.Odd => odd[index % odd.Length],
                _ => dice.NextDouble() switch { < 0.05 => null, < 0.15 => dice.Pick(odd), _ => dice.Pick(templates) },
            };
        }

        return new Catalogue(all, models);
    }

    /// <summary>A catalogue of exactly these images. Models are made of what the images name, unless given.</summary>
    public static Catalogue From(IEnumerable<CatalogueImage> images, IEnumerable<CatalogueModel>? models = null)
    {
        var all = images.ToArray();
        return new Catalogue(all, models is null ? ModelsOf(all) : [.. models]);
    }

    /// <summary>One image for every odd form of metadata and for every odd but readable item, then, if wanted, one for every unreadable item.</summary>
    public static Catalogue Odd(bool unreadable = false, bool large = true)
    {
        var images = new List<CatalogueImage>();
        void Add(string? meta, string? raw)
        {
            images.Add(new CatalogueImage
            {
                Id = 900_000_001 + images.Count,
                PostId = 77,
                UserId = 1001,
                Username = "alice",
                ModelIds = [9],
                ModelVersionIds = [90],
                CreatedAt = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(images.Count),
                Hash = Hashes[0],
                BaseModel = "SDXL 1.0",
                MediaFormat = ServedFormat.Png,
                MetaJson = meta,
                RawItemJson = raw,
            });
        }

        foreach (var form in OddMetadata.Small)
        {
            Add(form.Value, null);
        }

        if (large)
        {
            Add(OddMetadata.Comfy(100_000).Replace("@SEED@", "42", StringComparison.Ordinal), null);
            Add(OddMetadata.Comfy(100_000, valid: false).Replace("@SEED@", "42", StringComparison.Ordinal), null);
        }

        foreach (var item in unreadable ? OddItems.Readable.Concat(OddItems.Unreadable) : OddItems.Readable)
        {
            Add(null, item.Value);
        }

        return From(images);
    }

    /// <summary>The image with this id, or null.</summary>
    public CatalogueImage? Find(long id)
    {
        lock (_lock)
        {
            // Ids may be planted twice by tests: the first one counts.
            _byId ??= _images.GroupBy(image => image.Id).ToFrozenDictionary(group => group.Key, group => group.First());
            return _byId.GetValueOrDefault(id);
        }
    }

    /// <summary>The model with this id, or null.</summary>
    public CatalogueModel? FindModel(long id) => Models.FirstOrDefault(model => model.Id == id);

    /// <summary>Adds images while the gallery runs, as uploads during a listing do.</summary>
    public void Add(params CatalogueImage[] images)
    {
        lock (_lock)
        {
            _images = [.. _images, .. images];
            _byId = null;
            Version++;
        }
    }

    internal bool IsUser(string name) => Users.Contains(name) || _images.Any(image => string.Equals(image.Username, name, StringComparison.OrdinalIgnoreCase));

    internal static ServedFormat FormatOf(string type, ref Dice dice)
    {
        var format = dice.NextDouble();
        return type switch
        {
            "video" => format < 0.8 ? ServedFormat.Mp4 : ServedFormat.Webm,
            "audio" => ServedFormat.Mp3,
            _ => format switch { < 0.45 => ServedFormat.Png, < 0.75 => ServedFormat.Jpeg, < 0.95 => ServedFormat.Webp, < 0.98 => ServedFormat.Gif, _ => ServedFormat.Avif },
        };
    }

    private static (long? Id, string Name) NumberedUser(int number) => (2000 + number, FormattableString.Invariant($"User_{number}"));

    private static DateTimeOffset Milliseconds(DateTimeOffset time) => new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero);

    private static void Place(CatalogueImage image, CatalogueModel model, CatalogueVersion[] versions)
    {
        image.ModelIds = [model.Id];
        image.ModelVersionIds = [.. versions.Select(version => version.Id)];
        image.BaseModel = versions[0].BaseModel;
    }

    private static List<CatalogueModel> MakeModels()
    {
        string[] bases = ["SDXL 1.0", "Pony", "Illustrious", "Flux.1 D", "SD 1.5"];
        var models = new List<CatalogueModel>
        {
            new(1, "The first one", [new(1, "v1.0", "SD 1.5")]),
            new(123, "Castles of the north", [.. Enumerable.Range(1, 5).Reverse().Select(n => new CatalogueVersion(1230 + n, FormattableString.Invariant($"v{n}.0"), bases[n % 3]))]),
            new(4040, "Forty versions", [.. Enumerable.Range(1, 40).Reverse().Select(n => new CatalogueVersion(404000 + n, FormattableString.Invariant($"v{n}"), bases[n % 5]))]),
        };
        for (var number = 2; number < 32; number++)
        {
            // Version ids 2, 3, … exist as well.
            var family = bases[number % 5];
            models.Add(new CatalogueModel(2000 + number, FormattableString.Invariant($"Model {number}"), [new(number * 2 - 1, "v2", family), new(number * 2 - 2, "v1", family)]));
        }

        return models;
    }

    private static List<CatalogueModel> ModelsOf(CatalogueImage[] images)
    {
        var models = new SortedDictionary<long, SortedDictionary<long, string>>();
        foreach (var image in images)
        {
            long[] versions = [.. image.ModelVersionIds, .. image.ManualVersionIds, .. image.PostedToVersionId is { } posted ? new[] { posted } : []];
            for (var index = 0; index < image.ModelIds.Length; index++)
            {
                if (!models.TryGetValue(image.ModelIds[index], out var known))
                {
                    models.Add(image.ModelIds[index], known = []);
                }

                // One model owns all versions; several own them pairwise.
                foreach (var version in image.ModelIds.Length == 1 ? versions : index < versions.Length ? versions[index..(index + 1)] : [])
                {
                    known.TryAdd(version, image.BaseModel ?? "Other");
                }
            }
        }

        return [.. models.Select(model => new CatalogueModel(model.Key, FormattableString.Invariant($"Model {model.Key}"), [.. model.Value.Reverse().Select(version => new CatalogueVersion(version.Key, FormattableString.Invariant($"v{version.Key}"), version.Value))]))];
    }
}
