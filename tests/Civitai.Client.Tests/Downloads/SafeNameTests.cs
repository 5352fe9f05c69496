using System.Text;
using Civitai.Client.Downloads;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

public sealed class SafeNameTests
{
    private const int Reserve = 20;

    [Theory]
    [InlineData("a<b>c:d\"e\\f|g?h*i", "a_b_c_d_e_f_g_h_i")]
    [InlineData("..", "_")]
    [InlineData(".", "_")]
    [InlineData("  a  ", "a")]
    [InlineData("a. .", "a")]
    [InlineData("CON", "_CON")]
    [InlineData("con.tar", "_con.tar")]
    [InlineData("Aux .x", "_Aux .x")]
    [InlineData("LPT9", "_LPT9")]
    [InlineData("com\u00B2", "_com\u00B2")]
    [InlineData("COM10", "COM10")]
    [InlineData("CONTRACT", "CONTRACT")]
    [InlineData("a\u0000\u001F\u007F\u0085b", "a____b")]
    [InlineData("gnp.\u202Eexe", "gnp._exe")]
    [InlineData("e\u0301", "\u00E9")]
    public void A_name_is_made_safe(string name, string expected) => Assert.Equal(expected, SafeName.Of(name));

    [Fact]
    public void Half_a_character_is_replaced_and_a_whole_one_stays()
    {
        Assert.Equal("a_b", SafeName.Of("a\uD800b"));
        Assert.Equal("_\U0001F600", SafeName.Of("\uDC00\U0001F600"));
    }

    [Fact]
    public void A_long_name_keeps_its_beginning_and_its_end()
    {
        var name = SafeName.OfPath("begin " + new string('x', 1000) + " end", rootLength: 20, Reserve);
        Assert.StartsWith("begin xxx", name, StringComparison.Ordinal);
        Assert.EndsWith("xxx end", name, StringComparison.Ordinal);
        Assert.True(20 + 1 + name.Length + Reserve <= SafeName.MaximumPath);
    }

    [Fact]
    public void A_name_that_is_cut_ends_and_begins_with_whole_characters()
    {
        for (var length = 100; length < 130; length++)
        {
            var name = SafeName.OfPath(string.Concat(Enumerable.Repeat("\U0001F600e\u0323\u0302", length)), rootLength: 20, Reserve);
            Assert.True(name.IsNormalized(NormalizationForm.FormC));
            Assert.Equal(name, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name)));
        }
    }

    [Property(MaxTest = 2000)]
    public Property Every_name_is_valid_everywhere_and_inside_the_folder() =>
        Prop.ForAll(Arb.From(HostileNames()), Gen.Choose(2, 200).ToArbitrary(), (path, rootLength) =>
        {
            var safe = SafeName.OfPath(path, rootLength, Reserve);
            AssertValid(safe, rootLength);
            var root = "/" + new string('r', rootLength - 1);
            var full = Path.GetFullPath(Path.Combine(root, safe));
            Assert.Equal(root + "/" + safe, full);
            Assert.Equal(safe, SafeName.OfPath(safe, rootLength, Reserve));
        });

    [Property(MaxTest = 300)]
    public Property Names_of_one_run_are_unique_whatever_the_images_are_called() =>
        Prop.ForAll(Arb.From(Gen.ArrayOf(HostileNames())), names =>
        {
            using var saver = new ImageSaver(new ConnectionSettings(), new SaveOptions { Folder = "/tmp/civitaips-not-there-" + Guid.NewGuid().ToString("N"), FileName = "{Username}" }, new RecordedActivity());
            var id = 0L;
            var taken = names.Concat(names).Select(name => saver.Plan(new Image { Id = ++id, Username = name, Url = "https://image.civitai.com/x.jpeg" }, null).Path).ToArray();
            Assert.Equal(taken.Length, taken.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        });

    internal static void AssertValid(string safe, int rootLength)
    {
        var segments = safe.Split('/');
        Assert.All(segments, segment =>
        {
            Assert.NotEmpty(segment);
            Assert.DoesNotContain(segment, c => c < ' ' || char.IsControl(c) || "<>:\"/\\|?*".Contains(c, StringComparison.Ordinal) || c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069');
            Assert.False(segment[^1] is '.' or ' ');
            Assert.False(segment[0] == ' ');
            Assert.True(segment.IsNormalized(NormalizationForm.FormC));
            Assert.True(Encoding.UTF8.GetByteCount(segment) <= SafeName.MaximumBytes);
            Assert.Equal(segment, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(segment)));
            var stem = segment.Split('.')[0].TrimEnd(' ').ToUpperInvariant();
            Assert.DoesNotContain(stem, (string[])["CON", "PRN", "AUX", "NUL", "COM1", "COM9", "LPT1", "LPT0", "COM\u00B9", "CONIN$", "CONOUT$"], StringComparer.Ordinal);
        });
        Assert.True(Encoding.UTF8.GetByteCount(segments[^1]) + Reserve <= SafeName.MaximumBytes);
        Assert.True(rootLength + 1 + safe.Length + Reserve <= SafeName.MaximumPath);
    }

    private static Gen<string> HostileNames()
    {
        string[] pieces =
        [
            "..", ".", "/", "//", "\\", "../", "..\\", "CON", "nul", "LPT1", "com\u00B9", "aux.txt", "C:", ":stream", "a", "B", " ", "  ", "\u00A0", "\u3000", ". ", " .",
            "e\u0301", "\u0323\u0302", "\u0338", "\u202E", "\u2066", "\u200D", "\uFEFF", "\u05D0\u05D1", "\u0627\u0644", "\U0001F600", "\U0001F468\u200D\U0001F469", "\uD800", "\uDFFF",
            "\uFFFF", "\U0001FFFE", "<", ">", "\"", "|", "?", "*", "~", "%00", "$HOME", "`", "'", "{", "}", ".png", ".part", "1girl, masterpiece, ", "漢字", "\u1F82", "\u212A",
        ];
        var piece = Gen.OneOf(
            Gen.Elements(pieces),
            Gen.Choose(0, 0x9F).Select(c => ((char)c).ToString()),
            Gen.Choose(0, 0xFFFF).Select(c => ((char)c).ToString()));
        var some = Gen.ArrayOf(piece).Select(string.Concat);
        var longOnes = Gen.ArrayOf(piece, 400).Select(string.Concat);
        return Gen.Frequency((8, some), (2, longOnes), (1, Gen.Elements(new string('x', 1000), new string('漢', 1000), string.Concat(Enumerable.Repeat("a/", 500)), string.Concat(Enumerable.Repeat("\U0001F600", 500)))));
    }
}
