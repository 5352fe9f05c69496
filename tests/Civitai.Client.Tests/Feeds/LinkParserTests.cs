using Civitai.Client.Feeds;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace Civitai.Client.Tests.Feeds;

/// <summary>Links of the browser: the forms that are known, and nothing else.</summary>
public sealed class LinkParserTests
{
    [Theory]
    [InlineData("https://civitai.com/images/123", "image 123")]
    [InlineData("https://civitai.red/images/123", "image 123")]
    [InlineData("https://www.civitai.com/images/123/", "image 123")]
    [InlineData("http://civitai.com/images/123?period=AllTime&sort=Newest#comments", "image 123")]
    [InlineData("  HTTPS://CIVITAI.COM/images/123  ", "image 123")]
    [InlineData("123", "image 123")]
    [InlineData(" 100000007 ", "image 100000007")]
    [InlineData("9223372036854775807", "image 9223372036854775807")]
    [InlineData("https://civitai.com/posts/9000000", "post 9000000")]
    [InlineData("https://civitai.com/models/7", "model 7")]
    [InlineData("https://civitai.com/models/7/castles-of-the-north", "model 7")]
    [InlineData("https://civitai.com/models/7/%E5%9F%8E", "model 7")]
    [InlineData("https://civitai.com/models/7?modelVersionId=70", "version 70")]
    [InlineData("https://civitai.com/models/7/castles?tab=x&modelVersionId=70&y", "version 70")]
    [InlineData("https://civitai.com/models/7?xmodelVersionId=70", "model 7")]
    [InlineData("https://civitai.com/user/alice_1", "user alice_1")]
    [InlineData("https://civitai.red/user/Alice/images", "user Alice")]
    [InlineData("https://civitai.com/user/12345/images?sort=Newest", "user 12345")]
    [InlineData("https://civitai.com/images?tags=5", "tag 5")]
    [InlineData("https://civitai.red/images?sort=Newest&tags=5%3B7;9", "tag 5 tag 7 tag 9")]
    [InlineData("https://civitai.com/images/?tags=5,7&tags=5&view=feed#top", "tag 5 tag 7")]
    public void A_link_is_the_query_that_it_shows(string link, string expected)
    {
        var query = LinkParser.Parse(link);
        Assert.Equal(expected, Describe(query));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("5.0")]
    [InlineData("1e3")]
    [InlineData("١٢٣")]
    [InlineData("9223372036854775808")]
    [InlineData("castle")]
    [InlineData("civitai.com/images/123")]
    [InlineData("https://civitai.com")]
    [InlineData("https://civitai.com/")]
    [InlineData("https://civitai.com/images")]
    [InlineData("https://civitai.com/images/")]
    [InlineData("https://civitai.com/images/0")]
    [InlineData("https://civitai.com/images?tags=")]
    [InlineData("https://civitai.com/images?tags=anime")]
    [InlineData("https://civitai.com/images?tags=5;anime")]
    [InlineData("https://civitai.com/images?tags=0")]
    [InlineData("https://civitai.com/images?xtags=5")]
    [InlineData("https://civitai.com/images/abc")]
    [InlineData("https://civitai.com/images/123/more")]
    [InlineData("https://civitai.com/images/123%2F..%2F5")]
    [InlineData("https://civitai.com/Images/123")]
    [InlineData("https://civitai.com/models/7?modelVersionId=")]
    [InlineData("https://civitai.com/models/7?modelVersionId=x")]
    [InlineData("https://civitai.com/models/7/a/b")]
    [InlineData("https://civitai.com/user/")]
    [InlineData("https://civitai.com/user/a-b")]
    [InlineData("https://civitai.com/user/a%00b")]
    [InlineData("https://civitai.com/user/alice/models")]
    [InlineData("https://civitai.com/articles/5")]
    [InlineData("https://civitai.com/api/v1/images?limit=200")]
    [InlineData("https://civitai.com.example.org/images/123")]
    [InlineData("https://example.org/images/123")]
    [InlineData("https://example.org/https://civitai.com/images/123")]
    [InlineData("https://civitai.com@example.org/images/123")]
    [InlineData("https://user:secret@civitai.com/images/123")]
    [InlineData("https://image.civitai.com/images/123")]
    [InlineData("https://сivitai.com/images/123")]
    [InlineData("ftp://civitai.com/images/123")]
    [InlineData("file:///civitai.com/images/123")]
    [InlineData("javascript://civitai.com/images/123")]
    [InlineData("//civitai.com/images/123")]
    [InlineData("C:\\images\\123")]
    [InlineData("\u001b[31mhttps://civitai.com/images/123")]
    public void Anything_else_is_refused_and_told_what_is_known(string link)
    {
        var error = Assert.Throws<CivitaiException>(() => LinkParser.Parse(link));
        Assert.Equal(CivitaiError.LinkNotSupported, error.Error);
        Assert.Equal(link, error.Target);
        foreach (var form in new[] { "/images/ID", "/posts/ID", "/models/ID", "?modelVersionId=ID", "/user/NAME", "/user/NAME/images", "/images?tags=ID", "civitai.red", "bare image id" })
        {
            Assert.Contains(form, error.Message, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.Contains("URL of the page", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Property(MaxTest = 300)]
    public void No_text_does_anything_but_parse_or_be_refused(NonNull<string> text, bool link)
    {
        try
        {
            var query = LinkParser.Parse(link ? "https://civitai.com/" + text.Get : text.Get);
            Assert.NotEmpty(Describe(query));
        }
        catch (CivitaiException exception)
        {
            Assert.Equal(CivitaiError.LinkNotSupported, exception.Error);
        }
    }

    private static string Describe(ImageQuery query) => string.Join(
        ' ',
        query.ImageIds.Select(id => "image " + id)
            .Concat(query.PostIds.Select(id => "post " + id))
            .Concat(query.ModelIds.Select(id => "model " + id))
            .Concat(query.ModelVersionIds.Select(id => "version " + id))
            .Concat(query.TagIds.Select(id => "tag " + id))
            .Concat(query.UserIds.Select(id => "userid " + id))
            .Concat(query.Usernames.Select(name => "user " + name)));
}
