using System.Text;
using Civitai.Client.Json;
using Civitai.Client.Tests.Feeds;
using FsCheck;
using FsCheck.Xunit;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Json;

/// <summary>Items are read field by field: a surprising value costs its field, and only what is no object or has no id cannot be read.</summary>
public sealed class ItemReaderTests
{
    private const string Whole = """
        {"id":98780806,"url":"https://image.example/u/original=true/u.jpeg","hash":"LEHV6nWB2yk8","width":832,"height":1216,"nsfwLevel":"Soft","type":"video","nsfw":true,
        "browsingLevel":2,"createdAt":"2025-04-17T21:28:57.225Z","postId":77,"stats":{"cryCount":1,"laughCount":2,"likeCount":30,"dislikeCount":4,"heartCount":500,"commentCount":6},
        "meta":{"prompt":"a castle","seed":42},"username":"alice","baseModel":"SDXL 1.0","modelVersionIds":[1,2],"tags":[{"id":1,"name":"castle"},{"id":2,"name":"sky"}],
        "thumbnail":{"url":"https://image.example/t.webp","width":null,"height":null}}
        """;

    [Fact]
    public void Every_field_of_a_whole_item_is_read()
    {
        var image = Read(Whole);
        Assert.Equal(98780806, image.Id);
        Assert.Equal("https://image.example/u/original=true/u.jpeg", image.Url);
        Assert.Equal("LEHV6nWB2yk8", image.Hash);
        Assert.Equal((832, 1216), (image.Width, image.Height));
        Assert.Equal(ImageNsfwLevel.Soft, image.NsfwLevel);
        Assert.Equal(Civitai.BrowsingLevel.PG13, image.BrowsingLevel);
        Assert.True(image.IsNsfw);
        Assert.Equal(Civitai.MediaType.Video, image.Type);
        Assert.Equal(new DateTime(2025, 4, 17, 21, 28, 57, 225, DateTimeKind.Utc).ToLocalTime(), image.CreatedAt);
        Assert.Equal(DateTimeKind.Local, image.CreatedAt!.Value.Kind);
        Assert.Equal(77, image.PostId);
        Assert.Equal((30, 500, 2, 1, 6, 533), (image.LikeCount, image.HeartCount, image.LaughCount, image.CryCount, image.CommentCount, image.ReactionCount));
        Assert.Equal(4, image.Stats!.DislikeCount);
        Assert.Equal("a castle", image.Prompt);
        Assert.Equal(42, image.Seed);
        Assert.Equal("alice", image.Username);
        Assert.Equal("SDXL 1.0", image.BaseModel);
        Assert.Equal("1, 2", image.ModelVersionIds!.ToString());
        Assert.Equal("castle, sky", image.Tags!.ToString());
        Assert.Equal("1, 2", image.TagIds!.ToString());
        Assert.Equal("https://civitai.com/images/98780806", image.PageUrl);
        Assert.Equal("https://image.example/t.webp", image.ThumbnailUrl);
        Assert.Equal(Whole, image.ToJson());
    }

    [Theory]
    [InlineData("\"nsfwLevel\":\"None\",\"nsfw\":false", "None", 0, false)]
    [InlineData("\"nsfwLevel\":\"Soft\"", "Soft", 0, true)]
    [InlineData("\"nsfwLevel\":\"Mature\",\"browsingLevel\":4", "Mature", 4, true)]
    [InlineData("\"nsfwLevel\":\"X\",\"browsingLevel\":8", "Explicit", 8, true)]
    [InlineData("\"nsfwLevel\":\"X\",\"browsingLevel\":16", "Explicit", 16, true)]
    [InlineData("\"nsfwLevel\":\"XXX\"", "Explicit", 0, true)]
    [InlineData("\"nsfwLevel\":\"Blocked\",\"browsingLevel\":32,\"nsfw\":true", "Blocked", 0, true)]
    [InlineData("\"browsingLevel\":32", "Blocked", 0, true)]
    [InlineData("\"nsfwLevel\":\"Spicy\",\"nsfw\":true", null, 0, true)]
    [InlineData("\"nsfwLevel\":\"Spicy\",\"nsfw\":false", null, 0, false)]
    [InlineData("\"nsfwLevel\":\"Spicy\",\"browsingLevel\":4", null, 4, true)]
    [InlineData("\"nsfwLevel\":4", "Mature", 0, true)]
    [InlineData("\"nsfwLevel\":16", "Explicit", 0, true)]
    [InlineData("\"nsfwLevel\":64", null, 0, false)]
    [InlineData("\"nsfw\":\"Soft\"", "Soft", 0, true)]
    [InlineData("\"nsfw\":\"None\"", "None", 0, false)]
    [InlineData("\"browsingLevel\":1", "None", 1, false)]
    [InlineData("\"browsingLevel\":2", "Soft", 2, true)]
    [InlineData("\"browsingLevel\":64", null, 0, false)]
    [InlineData("\"browsingLevel\":-1", null, 0, false)]
    [InlineData("\"browsingLevel\":\"8\"", "Explicit", 8, true)]
    [InlineData("\"nsfw\":null,\"nsfwLevel\":null,\"browsingLevel\":null", null, 0, false)]
    public void The_level_is_read_from_whichever_field_tells_it(string fields, string? level, int browsingLevel, bool nsfw)
    {
        var image = Read("{\"id\":1," + fields + "}");
        Assert.Equal(level, image.NsfwLevel?.ToString());
        Assert.Equal(browsingLevel, (int)image.BrowsingLevel);
        Assert.Equal(nsfw, image.IsNsfw);
    }

    [Theory]
    [InlineData("\"2025-04-17T21:28:57.225Z\"", "2025-04-17T21:28:57.2250000Z")]
    [InlineData("\"2023-04-11T18:44:02Z\"", "2023-04-11T18:44:02.0000000Z")]
    [InlineData("\"2024-02-29T12:00:00\"", "2024-02-29T12:00:00.0000000Z")]
    [InlineData("\"2024-02-29T12:00:00+02:00\"", "2024-02-29T10:00:00.0000000Z")]
    [InlineData("\"2024-02-29\"", "2024-02-29T00:00:00.0000000Z")]
    [InlineData("\"2023-02-29T12:00:00.000Z\"", null)]
    [InlineData("\"0000-00-00T00:00:00.000Z\"", null)]
    [InlineData("\"2024-13-01T00:00:00.000Z\"", null)]
    [InlineData("\"2024-01-01T24:00:00.000Z\"", null)]
    [InlineData("\"2025-02-27T0240:27.64Z\"", null)]
    [InlineData("\"yesterday\"", null)]
    [InlineData("\"12:30\"", null)]
    [InlineData("\"5/6\"", null)]
    [InlineData("\"\"", null)]
    [InlineData("1724677401898", null)]
    [InlineData("{}", null)]
    public void A_date_is_read_exactly_or_not_at_all(string json, string? expected) =>
        Assert.Equal(expected, Read("{\"id\":1,\"createdAt\":" + json + "}").CreatedAt?.ToUniversalTime().ToString("o", null));

    [Theory]
    [InlineData("\"0001-01-01T00:00:00.000Z\"")]
    [InlineData("\"9999-12-31T23:59:59.999Z\"")]
    public void Dates_at_the_ends_of_time_overflow_nothing(string json) => Assert.NotNull(Read("{\"id\":1,\"createdAt\":" + json + "}").CreatedAt);

    [Theory]
    [InlineData("12345", "12345")]
    [InlineData("\"a\\\"b\\u00e9\"", "a\"bé")]
    [InlineData("\"half \\ud83c of a pair\"", "half \uFFFD of a pair")]
    [InlineData("\"\\udff0\\ud83c\\udff0\"", "\uFFFD\uD83C\uDFF0")]
    [InlineData("\"raw\u0001control\\n\"", "raw\u0001control\n")]
    [InlineData("\"bad \\q escape \\u12\"", "bad q escape u12")]
    [InlineData("\"\"", null)]
    [InlineData("null", null)]
    [InlineData("true", null)]
    [InlineData("[\"x\"]", null)]
    public void A_name_is_text_or_digits(string json, string? expected) => Assert.Equal(expected, Read("{\"id\":1,\"username\":" + json + "}").Username);

    [Theory]
    [InlineData("512", 512)]
    [InlineData("\"512\"", 512)]
    [InlineData("512.0", 512)]
    [InlineData("5.12e2", 512)]
    [InlineData("767.5", null)]
    [InlineData("99999999999", null)]
    [InlineData("1e400", null)]
    [InlineData("\"NaN\"", null)]
    [InlineData("\"wide\"", null)]
    [InlineData("{}", null)]
    public void A_number_is_whole_or_unknown(string json, int? expected) => Assert.Equal(expected, Read("{\"id\":1,\"width\":" + json + "}").Width);

    [Theory]
    [InlineData("\"5\"", 5)]
    [InlineData("5.0", 5)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void An_id_may_be_written_in_any_way(string json, long id) => Assert.Equal(id, Read("{\"url\":\"x\",\"id\":" + json + "}").Id);

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"id\":0}")]
    [InlineData("{\"id\":-1}")]
    [InlineData("{\"id\":null}")]
    [InlineData("{\"id\":1.5}")]
    [InlineData("{\"id\":9223372036854775808}")]
    [InlineData("{\"id\":{\"value\":5}}")]
    [InlineData("{\"ID\":5}")]
    [InlineData("[1]")]
    [InlineData("17")]
    [InlineData("null")]
    [InlineData("\"oops\"")]
    [InlineData("{\"id\":5,}")]
    [InlineData("{\"id\":5 \"url\":1}")]
    public void What_is_no_object_or_has_no_id_cannot_be_read(string json)
    {
        Assert.Null(ItemReader.Read(Encoding.UTF8.GetBytes(json), out var fault));
        Assert.NotEmpty(fault!);
    }

    [Fact]
    public void Counts_are_never_negative_and_their_sum_never_overflows()
    {
        var image = Read("{\"id\":1,\"stats\":{\"likeCount\":2147483647,\"heartCount\":2147483647,\"laughCount\":\"5\",\"cryCount\":-1,\"commentCount\":1e2}}");
        Assert.Equal((int.MaxValue, int.MaxValue, 5, 0, 100, int.MaxValue), (image.LikeCount, image.HeartCount, image.LaughCount, image.CryCount, image.CommentCount, image.ReactionCount));
    }

    [Fact]
    public void Lists_keep_what_can_be_read_of_them()
    {
        var image = Read("{\"id\":1,\"modelVersionIds\":[1,null,\"2\",3.0,18446744073709551615,{}],\"tags\":[{\"id\":1,\"name\":\"castle\"},{\"id\":2},\"text\",null,{\"name\":null}]}");
        Assert.Equal([1, 2, 3], image.ModelVersionIds!);
        Assert.Equal(["castle", "text"], image.Tags!);
        Assert.Equal([1, 0], image.TagIds!);
        Assert.Null(Read("{\"id\":1,\"modelVersionIds\":{},\"tags\":\"x\"}").Tags);
    }

    [Theory]
    [InlineData("\"tags\":[{\"id\":7,\"name\":\"castle\"},{\"name\":\"sky\"},{\"id\":9,\"name\":\"sea\"}]", "castle, sky, sea", "7, 0, 9")]
    [InlineData("\"tags\":[{\"name\":\"castle\",\"id\":\"7\"},{\"id\":-1,\"name\":\"sky\"},{\"id\":5}]", "castle, sky", "7, 0")]
    [InlineData("\"tags\":[\"castle\",\"sky\"]", "castle, sky", null)]
    [InlineData("\"tags\":[]", "", "")]
    [InlineData("\"tags\":null", null, null)]
    [InlineData("\"width\":1", null, null)]
    public void The_ids_of_tags_are_in_step_with_their_names(string field, string? names, string? ids)
    {
        var image = Read("{\"id\":1," + field + "}");
        Assert.Equal(names, image.Tags?.ToString());
        Assert.Equal(ids, image.TagIds?.ToString());
    }

    [Property(MaxTest = 400)]
    public void Damaged_items_throw_nothing_whatever_is_asked_of_them(byte[] noise, int[] places)
    {
        var bytes = Encoding.UTF8.GetBytes(Whole);
        for (var i = 0; i < Math.Min(noise.Length, places.Length); i++)
        {
            bytes[(int)((uint)places[i] % (uint)bytes.Length)] = noise[i];
        }

        if (ItemReader.Read(bytes, out _) is { } image)
        {
            ReadAll(image);
        }
    }

    [Property(MaxTest = 200)]
    public void Any_value_in_any_field_costs_that_field_at_most(byte field, byte value)
    {
        string[] fields = ["url", "hash", "width", "height", "nsfwLevel", "type", "nsfw", "browsingLevel", "createdAt", "postId", "stats", "meta", "username", "baseModel", "modelVersionIds", "tags", "thumbnail"];
        string[] values = ["null", "true", "0", "-1", "1e999", "18446744073709551616", "\"\"", "\"\\ud800\"", "[]", "{}", "[[]]", "{\"a\":{}}", "\"text\"", "[null]", "{\"url\":{}}", "{\"\":1}"];
        var name = fields[field % fields.Length];
        var image = Read("{\"before\":1,\"" + name + "\":" + values[value % values.Length] + ",\"id\":7,\"" + (name == "postId" ? "width" : "postId") + "\":8}");
        ReadAll(image);
        Assert.Equal(7, image.Id);
        Assert.Equal(8, name == "postId" ? image.Width : image.PostId);
    }

    [Fact]
    public async Task Every_item_of_the_odd_catalogue_comes_out_and_answers_for_every_property()
    {
        await using var test = await FeedUnderTest.StartAsync(new GalleryOptions { Catalogue = Catalogue.Odd(unreadable: true) });
        var images = await test.ListAsync(new ImageQuery { Sort = ImageSort.Oldest, PageSize = 20, NsfwLevel = ImageNsfwLevel.Explicit });
        var unreadable = OddItems.Unreadable.Count;
        Assert.Equal(test.Gallery.Catalogue.Images.SkipLast(unreadable).Select(image => image.Id), images.Select(image => image.Id));
        Assert.Equal(unreadable, test.Activity.Errors.Count);
        Assert.All(images, ReadAll);

        // Generation data is lost for none that has an object of it.
        var withMeta = OddMetadata.Small.Count(form => form.Value.StartsWith('{') && form.Key != "nested null though flat was asked");
        Assert.Equal(withMeta + 2, images.Count(image => image.Meta is not null));
        Assert.All(images.Where(image => image.Meta is { } meta && meta.Fields.TryGetValue("prompt", out var prompt) && prompt is string), image => Assert.NotNull(image.Prompt));
    }

    private static Image Read(string json)
    {
        var image = ItemReader.Read(Encoding.UTF8.GetBytes(json), out var fault);
        Assert.Null(fault);
        return image!;
    }

    private static void ReadAll(Image image)
    {
        foreach (var property in typeof(Image).GetProperties())
        {
            _ = property.GetValue(image)?.ToString();
        }

        if (image.Meta is { } meta)
        {
            foreach (var property in typeof(ImageMeta).GetProperties().Where(property => property.GetIndexParameters().Length == 0))
            {
                _ = property.GetValue(meta)?.ToString();
            }

            Assert.All(meta.Resources, resource => Assert.NotEmpty(resource.ToString()));
        }

        Assert.NotNull(image.ToJson());
    }
}
