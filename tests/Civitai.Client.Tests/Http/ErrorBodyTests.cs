using System.Text;
using Civitai.Client.Http;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace Civitai.Client.Tests.Http;

public sealed class ErrorBodyTests
{
    private static readonly string[] Samples =
    [
        """{"error":{"name":"ZodError","message":"[\n {\"origin\":\"number\",\"code\":\"too_big\",\"path\":[\"limit\"],\"message\":\"Too big: expected number to be <=200\"}\n]"}}""",
        """{"error":{"issues":[{"path":["a",0,"b"],"message":"no"},{"message":"neither"}],"name":"ZodError"}}""",
        """{"error":"Random sort requires a collectionId","code":"BAD_REQUEST"}""",
        """{"message":"An unexpected error occurred","error":null}""",
        "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>",
    ];

    [Theory]
    [InlineData("""{"error":{"name":"ZodError","message":"[{\"path\":[\"limit\"],\"message\":\"Too big: expected number to be <=200\"},{\"path\":[\"sort\"],\"message\":\"Invalid option\"}]"}}""", "limit: Too big: expected number to be <=200; sort: Invalid option")]
    [InlineData("""{"error":{"issues":[{"path":["tags",0],"message":"Expected number"}],"name":"ZodError"}}""", "tags[0]: Expected number")]
    [InlineData("""{"error":"User not found","code":"NOT_FOUND"}""", "User not found")]
    [InlineData("""{"message":"bad cursor"}""", "bad cursor")]
    [InlineData("""{"message":"An unexpected error occurred","error":null}""", "An unexpected error occurred")]
    [InlineData("""{"error":{"message":"plain"}}""", "plain")]
    [InlineData("""{"error":"[not json"}""", "[not json")]
    [InlineData("""{"error":"","message":"second"}""", "second")]
    [InlineData("\"just a text\"", "just a text")]
    [InlineData("plain words", "plain words")]
    [InlineData("<html><head><title> 502 &amp; more\n</title></head><body>x</body></html>", "502 & more")]
    [InlineData("<html><title></title><h1 class=\"a\">Sorry</h1>", "Sorry")]
    [InlineData("<html><body>nothing</body></html>", "")]
    [InlineData("""{"error":"cut off""", "")]
    [InlineData("{}", "")]
    [InlineData("[]", "")]
    [InlineData("", "")]
    [InlineData("\ufeff{\"error\":\"marked\"}", "marked")]
    [InlineData("""{"error":"\ud800"}""", "")]
    public void Every_form_of_an_error_becomes_its_words(string body, string words) => Assert.Equal(words, Read(body));

    [Theory]
    [InlineData("""{"error":{"name":"ZodError","message":"[{\"path\":[\"limit\"],\"message\":\"Too big\"},{\"path\":[\"baseModels\",0],\"message\":\"Invalid option\"},{\"path\":[\"baseModels\",1],\"message\":\"Invalid option\"}]"}}""", "limit,baseModels")]
    [InlineData("""{"error":{"issues":[{"path":["tags",0],"message":"Expected number"}],"name":"ZodError"}}""", "tags")]
    [InlineData("""{"error":{"issues":[{"path":"cursor","message":"bad"}]}}""", "cursor")]
    [InlineData("""{"error":{"issues":[{"path":[],"message":"bad"},{"path":[5],"message":"bad"},{"message":"bad"},"text",7]}}""", "")]
    [InlineData("""{"error":"baseModels is wrong"}""", "")]
    public void The_parameters_that_were_rejected_are_those_of_the_issues_paths(string body, string parameters) => Assert.Equal(parameters, string.Join(',', Parse(body).Parameters));

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-8")]
    public void A_byte_order_mark_says_what_the_words_are_written_in(string encoding)
    {
        var body = Encoding.GetEncoding(encoding);

        Assert.Equal("Ünable", ErrorBody.Parse([.. body.GetPreamble(), .. body.GetBytes("{\"error\":\"Ünable\"}")], new TextCleaner(null)).Words);
    }

    [Fact]
    public void Many_issues_are_not_all_told()
    {
        var body = "[" + string.Join(",", Enumerable.Range(0, 500).Select(i => "{\"path\":[" + i + "],\"message\":\"no\"}")) + "]";

        Assert.EndsWith("; …", Read(body), StringComparison.Ordinal);
        Assert.InRange(Read(body).Length, 1, TextCleaner.LongestText);
    }

    [Property(MaxTest = 2000)]
    public bool Any_bytes_give_clean_words_or_none(byte[] body) => IsClean(ErrorBody.Parse(body, new TextCleaner("key")).Words);

    [Property(MaxTest = 2000)]
    public bool Any_damage_to_a_real_body_gives_clean_words_or_none(NonNegativeInt which, (NonNegativeInt At, byte Value)[] changes, NonNegativeInt cut)
    {
        var body = Encoding.UTF8.GetBytes(Samples[which.Get % Samples.Length]);
        foreach (var (at, value) in changes)
        {
            body[at.Get % body.Length] = value;
        }

        return IsClean(ErrorBody.Parse(body.AsSpan(0, cut.Get % (body.Length + 1)), new TextCleaner(null)).Words);
    }

    private static string Read(string body) => Parse(body).Words;

    private static ErrorBody Parse(string body) => ErrorBody.Parse(Encoding.UTF8.GetBytes(body), new TextCleaner(null));

    private static bool IsClean(string words) => words.Length <= TextCleaner.LongestText && !words.Any(char.IsControl);
}
