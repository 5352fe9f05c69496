using System.Globalization;
using System.Text;
using System.Text.Json;
using Civitai.Client.Json;
using Xunit;

namespace Civitai.Client.Tests.Json;

/// <summary>Real recorded answers, which lie beside the repository where they are at hand: everything that is in them comes out.</summary>
public sealed class RecordedAnswersTests
{
    [Fact]
    public void Every_recorded_item_comes_out_with_every_field_that_can_be_read()
    {
        var items = Items().ToList();
        foreach (var (file, item) in items)
        {
            var image = ItemReader.Read(Encoding.UTF8.GetBytes(item.GetRawText()), out var fault);
            Assert.True(fault is null, file + ": " + fault);
            Compare(file, item, image!);
        }

        Assert.True(items.Count > 500);
    }

    [Fact]
    public void Every_recorded_field_of_generation_data_comes_out()
    {
        var metas = Items().Select(item => (item.File, Meta: item.Item.TryGetProperty("meta", out var meta) ? meta : default))
            .Concat(Files("-meta.json").Select(file => (File: file.Name, Meta: file.Root)))
            .Where(item => item.Meta.ValueKind == JsonValueKind.Object)
            .ToList();
        foreach (var (file, json) in metas)
        {
            var meta = MetaReader.Read(Encoding.UTF8.GetBytes(json.GetRawText()))!;
            var expected = json.TryGetProperty("meta", out var inner) && json.EnumerateObject().Count() == 2 && json.TryGetProperty("id", out _) ? inner : json;
            Assert.Equal(expected.EnumerateObject().Select(field => field.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), meta.Fields.Keys.Order(StringComparer.Ordinal));
            foreach (var field in expected.EnumerateObject())
            {
                Assert.True(AreEqual(expected.GetProperty(field.Name), meta[field.Name]), file + ": " + field.Name);
            }

            Assert.Equal(Text(expected, "prompt"), meta.Prompt);
            Assert.Equal(Text(expected, "negativePrompt"), meta.NegativePrompt);
            Assert.Equal(Number(expected, "steps"), meta.Steps);
            Assert.Equal(Number(expected, "seed"), meta.Seed);
            Assert.Equal(Number(expected, "cfgScale"), meta.CfgScale);
            Assert.Equal(Number(expected, "clipSkip") ?? Number(expected, "Clip skip"), meta.ClipSkip);
            Assert.Equal(Text(expected, "sampler"), meta.Sampler);
            if (Text(expected, "Model") is { Length: > 0 } model)
            {
                Assert.Equal(model, meta.Model);
            }

            Assert.NotNull(meta.ToString());
        }

        Assert.True(metas.Count > 400);
    }

    [Fact]
    public void Every_recorded_page_is_taken_apart()
    {
        var pages = Files("*.json").Where(file => file.Root.ValueKind == JsonValueKind.Object && file.Root.TryGetProperty("items", out _)).ToList();
        foreach (var (_, page) in pages)
        {
            var scanner = new PageScanner();
            var count = 0;
            Assert.True(scanner.Scan(Encoding.UTF8.GetBytes(page.GetRawText()), _ => count++));
            Assert.True(scanner.HasEnded);
            Assert.Equal(page.GetProperty("items").GetArrayLength(), count);
            Assert.True(PageMetadata.TryReadNextCursor(scanner.Metadata, out var cursor));
            Assert.Equal(page.GetProperty("metadata").TryGetProperty("nextCursor", out var expected) ? expected.ToString() : null, cursor);
        }

        Assert.True(pages.Count > 3);
    }

    private static void Compare(string file, JsonElement item, Image image)
    {
        Assert.Equal(item.GetProperty("id").GetInt64(), image.Id);
        Assert.Equal(Text(item, "url"), image.Url);
        Assert.Equal(Text(item, "hash"), image.Hash);
        Assert.Equal(Number(item, "width"), image.Width);
        Assert.Equal(Number(item, "height"), image.Height);
        Assert.Equal(Number(item, "postId"), image.PostId);
        Assert.Equal(Text(item, "username"), image.Username);
        Assert.Equal(Text(item, "type"), image.Type?.ToString().ToLowerInvariant());
        Assert.Equal(Text(item, "createdAt") is { } date ? DateTimeOffset.Parse(date, CultureInfo.InvariantCulture).LocalDateTime : null, image.CreatedAt);
        if ((item.TryGetProperty("nsfwLevel", out var level) || item.TryGetProperty("nsfw", out level)) && level.ValueKind is JsonValueKind.String or JsonValueKind.Number)
        {
            Assert.True(image.NsfwLevel is not null, file + ": " + level);
        }

        if (item.TryGetProperty("stats", out var stats) && stats.ValueKind == JsonValueKind.Object)
        {
            Assert.Equal(Number(stats, "likeCount") ?? 0, image.LikeCount);
            Assert.Equal(Number(stats, "heartCount") ?? 0, image.HeartCount);
            Assert.Equal(Number(stats, "commentCount") ?? 0, image.CommentCount);
        }

        Assert.Equal(item.TryGetProperty("meta", out var meta) && meta.ValueKind == JsonValueKind.Object, image.Meta is not null);
    }

    private static bool AreEqual(JsonElement json, object? value) => json.ValueKind switch
    {
        JsonValueKind.Null => value is null,
        JsonValueKind.True => value is true,
        JsonValueKind.False => value is false,
        JsonValueKind.String => value is string text && text == json.GetString(),
        JsonValueKind.Number => value is not null && Convert.ToDouble(value, CultureInfo.InvariantCulture).Equals(json.GetDouble()),
        JsonValueKind.Array => value is object?[] list && list.Length == json.GetArrayLength() && json.EnumerateArray().Zip(list).All(pair => AreEqual(pair.First, pair.Second)),
        _ => value is IDictionary<string, object?> map && json.EnumerateObject().All(field => map.ContainsKey(field.Name) && AreEqual(json.GetProperty(field.Name), map[field.Name])),
    };

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static decimal? Number(JsonElement json, string name) => json.TryGetProperty(name, out var value)
        ? value.ValueKind == JsonValueKind.Number ? value.GetDecimal() : decimal.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null
        : null;

    /// <summary>The items of all files. The pictures of models have the same fields but mostly no id: they are given one.</summary>
    private static IEnumerable<(string File, JsonElement Item)> Items()
    {
        var id = 1;
        foreach (var (file, root) in Files("*.json").Where(file => !file.Name.Contains("-meta", StringComparison.Ordinal)))
        {
            var items = root.ValueKind == JsonValueKind.Array ? root : root.TryGetProperty("items", out var list) ? list : default;
            foreach (var item in items.ValueKind == JsonValueKind.Array ? items.EnumerateArray().ToArray() : [root])
            {
                yield return (file, item.TryGetProperty("id", out var known) && known.ValueKind == JsonValueKind.Number
                    ? item
                    : JsonDocument.Parse("{\"id\":" + id++.ToString(CultureInfo.InvariantCulture) + "," + item.GetRawText()[1..]).RootElement);
            }
        }
    }

    private static IEnumerable<(string Name, JsonElement Root)> Files(string pattern)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CivitaiPS.sln")))
        {
            folder = folder.Parent;
        }

        var recorded = Path.Combine(folder?.Parent?.FullName ?? string.Empty, "shared", "fixtures");
        Assert.SkipUnless(Directory.Exists(recorded), "There are no recorded answers beside the repository (../shared/fixtures).");
        return Directory.EnumerateFiles(recorded, pattern.StartsWith('-') ? "*" + pattern : pattern)
            .Order(StringComparer.Ordinal)
            .Select(path => (Path.GetFileName(path), JsonDocument.Parse(File.ReadAllText(path)).RootElement));
    }
}
