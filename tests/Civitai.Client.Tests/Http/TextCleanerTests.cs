using System.Globalization;
using System.Text;
using Civitai.Client.Http;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace Civitai.Client.Tests.Http;

public sealed class TextCleanerTests
{
    private const string Key = SessionUnderTest.Key;

    [Theory]
    [InlineData("a\u001b[31mb\u001b[0m", "ab")]
    [InlineData("a\u001b]0;evil title\u0007b", "ab")]
    [InlineData("a\u001b]8;;https://evil.example\u001b\\link\u001b]8;;\u001b\\b", "alinkb")]
    [InlineData("a\u009b2Jb", "ab")]
    [InlineData("a\u001bPq#0\u001b\\b", "ab")]
    [InlineData("a\u001b(Bb", "ab")]
    [InlineData("a\u001bcb", "ab")]
    [InlineData("a\u001b", "a")]
    [InlineData("a\u001b[", "a")]
    [InlineData("a\u001b[31\u001b[2Jb", "ab")]
    [InlineData("a\u001b]never ended\nb", "a b")]
    [InlineData("a\r\n\t b", "a b")]
    [InlineData("a\0\u0007\u0008b", "ab")]
    [InlineData("\u202Egpj.exe\u202C \u2066x\u2069", "gpj.exe x")]
    [InlineData("a\u200b\u200d\ufeff\u2028b", "a b")]
    [InlineData("smile 😀", "smile 😀")]
    [InlineData("a\U000E0041b", "ab")]
    [InlineData("Grüße, 世界", "Grüße, 世界")]
    public void What_rewrites_the_screen_is_taken_out(string text, string clean) => Assert.Equal(clean, new TextCleaner(null).Clean(text));

    [Fact]
    public void Half_a_character_is_taken_out() => Assert.Equal("ab", new TextCleaner(null).Clean("a\ud800b"));

    [Theory]
    [InlineData("your key " + Key + "!", "your key ***!")]
    [InlineData(Key + Key, "******")]
    [InlineData("0123456789ABCDEF0123456789abcdef", "***")]
    [InlineData("01234567\u200b89abcdef\u001b[1m0123456789abcdef", "***")]
    public void The_key_is_taken_out(string text, string clean) => Assert.Equal(clean, new TextCleaner(Key).Clean(text));

    [Property]
    public bool The_key_is_taken_out_of_any_text_and_any_base64(string? before, string? after)
    {
        var cleaner = new TextCleaner(Key);
        var text = before + Key + after;
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        string[] parts =
        [
            Convert.ToBase64String(Encoding.UTF8.GetBytes(Key))[..40],
            Convert.ToBase64String(Encoding.UTF8.GetBytes("x" + Key))[2..40],
            Convert.ToBase64String(Encoding.UTF8.GetBytes("xy" + Key))[3..40],
        ];
        var clean = cleaner.Clean(encoded, int.MaxValue);
        return !cleaner.Clean(text, int.MaxValue).Contains(Key, StringComparison.OrdinalIgnoreCase)
            && !parts.Any(part => clean.Contains(part, StringComparison.Ordinal));
    }

    [Property]
    public bool Any_text_becomes_one_bounded_line_of_whole_characters(string? text, PositiveInt longest)
    {
        var clean = new TextCleaner(Key).Clean(text, longest.Get + 1);
        return clean.Length <= longest.Get + 1
            && clean.EnumerateRunes().All(rune => rune != Rune.ReplacementChar || text!.Contains('\ufffd'))
            && clean.All(c => !char.IsControl(c) && CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.Format);
    }

    [Theory]
    [InlineData("https://civitai.com/api?limit=5&token=abc&cursor=1%7C2", "https://civitai.com/api?limit=5&token=***&cursor=1%7C2")]
    [InlineData("https://civitai.com/api?%74oken=abc", "https://civitai.com/api?token=***")]
    [InlineData("https://user:pw@b2.example:8443/a?X-Amz-Signature=s&X-Amz-Credential=c&Authorization=z&x=1#f", "https://b2.example:8443/a?X-Amz-Signature=***&X-Amz-Credential=***&Authorization=***&x=1")]
    [InlineData("https://a.example/?sig=1&key=2&monkey=3", "https://a.example/?sig=***&key=***&monkey=3")]
    public void An_address_is_shown_without_its_secrets(string address, string shown) => Assert.Equal(shown, new TextCleaner(null).Address(new Uri(address)));
}
