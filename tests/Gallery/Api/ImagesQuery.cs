using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Gallery;

/// <summary>The parameters of <c>GET /api/v1/images</c> as the service's schema reads them.</summary>
internal sealed partial class ImagesQuery
{
    public const string Path = "/api/v1/images";

    public static readonly FrozenSet<string> KnownParameters = new[]
    {
        "limit", "page", "cursor", "postId", "modelId", "modelVersionId", "imageId", "ids", "userId", "username", "period", "sort", "nsfw", "browsingLevel",
        "tags", "type", "baseModels", "withMeta", "flatMeta", "withTags", "requiringMeta", "token",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static readonly string[] BooleanWords = ["true", "1", "yes", "on", "y", "enabled", "false", "0", "no", "off", "n", "disabled"];

    private static readonly string[] Sorts = ["Most Reactions", "Most Comments", "Most Collected", "Newest", "Oldest", "Random"];
    private static readonly string[] Periods = ["Day", "Week", "Month", "Year", "AllTime"];
    private static readonly string[] Types = ["image", "video", "audio"];
    private static readonly string[] Levels = ["None", "Soft", "Mature", "X", "Blocked"];

    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> _values;
    private readonly ZodIssues _issues = new();

    private ImagesQuery(IReadOnlyDictionary<string, IReadOnlyList<string>> values) => _values = values;

    public int Limit { get; private set; } = 100;

    public int Page { get; private set; }

    public string? Cursor { get; private set; }

    public long PostId { get; private set; }

    public long ModelId { get; private set; }

    public long ModelVersionId { get; private set; }

    public long ImageId { get; private set; }

    public long[] Ids { get; private set; } = [];

    public long UserId { get; private set; }

    public string Username { get; private set; } = "";

    public string Period { get; private set; } = "AllTime";

    public string Sort { get; private set; } = "Most Reactions";

    public int LevelMask { get; private set; }

    public long[] Tags { get; private set; } = [];

    public string? Type { get; private set; }

    public string[] BaseModels { get; private set; } = [];

    public bool WithMeta { get; private set; }

    public bool? FlatMeta { get; private set; }

    public bool WithTags { get; private set; }

    public bool RequiringMeta { get; private set; }

    /// <summary>Whether the database answers, with its own order, cursor and form of metadata.</summary>
    public bool IsLegacy => ImageId != 0 || Ids.Length > 0 || (ModelId != 0 && ModelVersionId == 0);

    public bool UsesPaging => Page != 0 && string.IsNullOrEmpty(Cursor);

    /// <summary>What decides which images are listed and in what order: two requests with equal keys are pages of one listing.</summary>
    public string FilterKey => string.Create(
        CultureInfo.InvariantCulture,
        $"{PostId}/{(ModelVersionId == 0 ? ModelId : 0)}/{ModelVersionId}/{ImageId}/{string.Join(',', Ids)}/{UserId}/{(UserId == 0 ? Username.ToUpperInvariant() : "")}/{Period}/{Sort}/{LevelMask}/{string.Join(',', Tags)}/{Type}/{string.Join(',', BaseModels)}/{RequiringMeta}");

    public static (ImagesQuery Query, ZodIssues? Issues) Parse(IReadOnlyDictionary<string, IReadOnlyList<string>> values, bool withIds)
    {
        var query = new ImagesQuery(values);
        query.Read(withIds);
        return (query, query._issues.Any ? query._issues : null);
    }

    /// <summary>JavaScript's <c>Number(text)</c>; NaN where it is one.</summary>
    internal static double Number(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Length == 0)
        {
            return 0;
        }

        if (trimmed.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return long.TryParse(trimmed.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : double.NaN;
        }

        if (trimmed.TrimStart('+', '-') == "Infinity")
        {
            return trimmed[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        }

        return double.TryParse(trimmed, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && char.IsAsciiDigit(trimmed[^1]) | trimmed[^1] == '.'
            ? number
            : double.NaN;
    }

    private void Read(bool withIds)
    {
        var limit = ReadNumber("limit");
        if (limit > 200)
        {
            _issues.TooBig("limit", 200);
        }
        else if (limit < 0)
        {
            _issues.TooSmall("limit", 0);
        }
        else
        {
            Limit = (int)(limit ?? 100);
        }

        Page = (int)Math.Clamp(ReadNumber("page") ?? 0, -1e9, 1e9);
        Cursor = ReadText("cursor");
        PostId = (long)(ReadNumber("postId") ?? 0);
        ModelId = (long)(ReadNumber("modelId") ?? 0);
        ModelVersionId = (long)(ReadNumber("modelVersionId") ?? 0);
        ImageId = (long)(ReadNumber("imageId") ?? 0);
        UserId = (long)(ReadNumber("userId") ?? 0);
        Username = ReadText("username") ?? "";
        if (!UsernamePattern().IsMatch(Username))
        {
            _issues.NotAPattern("username", "/^[A-Za-z0-9_]*$/");
        }

        Period = ReadOption("period", Periods) ?? "AllTime";
        Sort = ReadOption("sort", Sorts) ?? "Most Reactions";
        LevelMask = ReadLevels();
        Tags = ReadNumbers("tags");
        Type = ReadOption("type", Types);
        if (Values("baseModels") is { } baseModels)
        {
            BaseModels = [.. baseModels.SelectMany(value => value.Split(',')).Select(value => value.Trim())];
            if (BaseModels.Any(name => !Catalogue.KnownBaseModels.Contains(name, StringComparer.Ordinal)))
            {
                _issues.NotAnOption("baseModels", [.. Catalogue.KnownBaseModels]);
            }
        }

        WithMeta = ReadBoolean("withMeta") ?? false;
        FlatMeta = ReadBoolean("flatMeta");
        WithTags = ReadBoolean("withTags") ?? false;
        RequiringMeta = ReadBoolean("requiringMeta") ?? false;
        ReadText("token");
        if (withIds)
        {
            Ids = ReadNumbers("ids");
            if (Ids.Length > 100)
            {
                _issues.TooBig("ids", 100);
            }
        }
    }

    private int ReadLevels()
    {
        const int everything = 31;
        int? named = null;
        if (Values("nsfw") is { } values)
        {
            if (values.Count > 1)
            {
                _issues.NoneOfUnion("nsfw");
            }
            else if (Array.IndexOf(Levels, values[0]) is var level and >= 0)
            {
                named = new[] { 1, 3, 7, everything, 32 }[level];
            }
            else if (Boolean(values[0]) is { } only)
            {
                // True means R and above, without the lower levels.
                named = only ? 60 : 1;
            }
            else
            {
                _issues.NoneOfUnion("nsfw");
            }
        }

        var asked = (int)Math.Clamp(ReadNumber("browsingLevel") ?? 0, -1e9, 1e9);
        return (asked != 0 ? asked : named ?? 1) & everything;
    }

    private IReadOnlyList<string>? Values(string name) => _values.TryGetValue(name, out var values) ? values : null;

    private double? ReadNumber(string name)
    {
        if (Values(name) is not { } values)
        {
            return null;
        }

        var number = values.Count > 1 ? double.NaN : Number(values[0]);
        if (double.IsFinite(number))
        {
            return number;
        }

        _issues.NotANumber(name, double.IsNaN(number) ? "NaN" : "Infinity");
        return null;
    }

    private long[] ReadNumbers(string name)
    {
        if (Values(name) is not { } values)
        {
            return [];
        }

        var numbers = values.SelectMany(value => value.Split(',')).Select(Number).ToArray();
        if (numbers.Any(number => !double.IsFinite(number)))
        {
            _issues.NotANumber(name);
            return [];
        }

        return [.. numbers.Select(number => (long)number)];
    }

    private string? ReadText(string name)
    {
        if (Values(name) is not { } values)
        {
            return null;
        }

        if (values.Count > 1)
        {
            _issues.NotAString(name);
            return null;
        }

        return values[0];
    }

    private string? ReadOption(string name, string[] options)
    {
        if (Values(name) is not { } values)
        {
            return null;
        }

        if (values.Count == 1 && Array.IndexOf(options, values[0]) >= 0)
        {
            return values[0];
        }

        _issues.NotAnOption(name, options);
        return null;
    }

    private bool? ReadBoolean(string name)
    {
        if (Values(name) is not { } values)
        {
            return null;
        }

        var value = values.Count == 1 ? Boolean(values[0]) : null;
        if (value is null)
        {
            _issues.NotABoolean(name);
        }

        return value;
    }

    private static bool? Boolean(string text) => Array.FindIndex(BooleanWords, word => word.Equals(text, StringComparison.OrdinalIgnoreCase)) switch
    {
        < 0 => null,
        < 6 => true,
        _ => false,
    };

    [GeneratedRegex("^[A-Za-z0-9_]*\\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex UsernamePattern();
}
