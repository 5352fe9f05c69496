using System.Text;
using Civitai.Client.Json;
using Xunit;

namespace Civitai.Client.Tests.Json;

/// <summary>A property is the same however its name is written: <c>"id"</c> and <c>"\u0069d"</c>.</summary>
public sealed class EscapedNameTests
{
    private const string Item =
        """{"id":5,"url":"http://127.0.0.1/x.jpeg","username":"alice","width":3,"nsfwLevel":"Soft","stats":{"likeCount":7},"tags":[{"name":"castle"}],"meta":{"id":5,"meta":{"prompt":"a"}},"thumbnail":{"url":"t"},"modelVersionIds":[9]}""";

    [Fact]
    public void An_item_is_read_though_its_names_are_written_with_escapes()
    {
        var image = ItemReader.Read(Encoding.UTF8.GetBytes(Escaped(Item)), out var fault)!;

        Assert.Null(fault);
        Assert.Equal(5, image.Id);
        Assert.Equal("http://127.0.0.1/x.jpeg", image.Url);
        Assert.Equal("alice", image.Username);
        Assert.Equal(3, image.Width);
        Assert.Equal(ImageNsfwLevel.Soft, image.NsfwLevel);
        Assert.Equal(7, image.LikeCount);
        Assert.Equal(["castle"], image.Tags);
        Assert.Equal("a", image.Prompt);
        Assert.Equal("t", image.ThumbnailUrl);
        Assert.Equal([9L], image.ModelVersionIds);
    }

    [Fact]
    public void A_page_is_read_though_its_names_are_written_with_escapes()
    {
        var scanner = new PageScanner();
        var items = new List<byte[]>();

        Assert.True(scanner.Scan(Encoding.UTF8.GetBytes(Escaped("""{"items":[{"id":1}],"metadata":{"nextCursor":"7"}}""")), items.Add));

        Assert.Single(items);
        Assert.True(PageMetadata.TryReadNextCursor(scanner.Metadata, out var cursor));
        Assert.Equal("7", cursor);
    }

    [Theory]
    [InlineData("""{"\ud800":1,"a":2}""")]
    [InlineData("""{"\x":1,"a":2}""")]
    [InlineData("""{"\u00":1,"a":2}""")]
    public void A_name_that_is_no_text_costs_only_itself(string json)
    {
        var walker = new ObjectWalker(Encoding.UTF8.GetBytes(json));
        Assert.True(walker.MoveNext());
        Assert.True(walker.MoveNext());
        Assert.Equal("a", walker.Name);
        Assert.True(walker.Utf8Name.SequenceEqual("a"u8));
    }

    /// <summary>The same JSON with the first letter of every name as an escape.</summary>
    private static string Escaped(string json)
    {
        var escaped = new System.Text.StringBuilder();
        var parts = json.Split('"');
        for (var i = 0; i < parts.Length; i++)
        {
            var isName = i % 2 == 1 && parts[i + 1].StartsWith(':');
            escaped.Append(i > 0 ? "\"" : "").Append(isName ? "\\u" + ((int)parts[i][0]).ToString("x4", System.Globalization.CultureInfo.InvariantCulture) + parts[i][1..] : parts[i]);
        }

        return escaped.ToString();
    }
}
