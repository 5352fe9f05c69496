using System.Globalization;
using Civitai.Client.Downloads;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

public sealed class FileNameTemplateTests
{
    private static readonly Image Castle = new(new RecordContent([], new ImageMeta(new Dictionary<string, object?>(StringComparer.Ordinal) { ["seed"] = 42L, ["Model"] = "dream/shaper" })))
    {
        Id = 5,
        PostId = 9,
        Url = "https://image.civitai.com/x/5.jpeg",
        Username = "a/b",
        Width = 512,
        Height = 768,
        Type = MediaType.Image,
        BaseModel = "SDXL 1.0",
        NsfwLevel = ImageNsfwLevel.Explicit,
        ModelVersionIds = new ValueList<long>([77L, 78L]),
        Hash = "L6/x",
        CreatedAt = new DateTime(2025, 4, 17, 23, 30, 0, DateTimeKind.Utc).ToLocalTime(),
    };

    [Theory]
    [InlineData("{Id}", "5")]
    [InlineData("{id}", "5")]
    [InlineData("{PostId}_{Username}_{Width}x{Height}", "9_a_b_512x768")]
    [InlineData("{Type}-{BaseModel}-{NsfwLevel}-{ModelVersionId}", "Image-SDXL 1.0-Explicit-77")]
    [InlineData("{Date}/{Hash}/{Seed}/{Model}", "2025-04-17/L6_x/42/dream_shaper")]
    [InlineData("{Date:yyyy/MM}/{Id}", "2025/04/5")]
    [InlineData("{Date:HHmm} {Id}", "2330 5")]
    [InlineData("{Date:d}", "04_17_2025")]
    [InlineData("{Id}.png", "5")]
    [InlineData("{Id}.PNG", "5")]
    [InlineData("{Id}.jpeg", "5")]
    [InlineData("{Id}.{Extension}", "5")]
    [InlineData("{Id}.{extension}", "5")]
    [InlineData("{Id}{Extension}", "5")]
    [InlineData("{Id}.tiff", "5.tiff")]
    [InlineData("./{Id}", "5")]
    [InlineData("}{Id}", "}5")]
    public void A_template_is_filled_in(string template, string expected) =>
        Assert.Equal(expected, FileNameTemplate.Parse(template).Expand(Castle, MediaKey.Of(Castle)));

    [Theory]
    [InlineData("{PostId}")]
    [InlineData("{Username}")]
    [InlineData("{Date}")]
    [InlineData("{Date:yyyy/MM}")]
    [InlineData("{Seed}")]
    [InlineData("{ModelVersionId}")]
    public void A_missing_value_is_unknown(string template)
    {
        var image = new Image { Id = 1, Username = string.Empty };
        Assert.Equal("unknown", FileNameTemplate.Parse(template).Expand(image, MediaKey.Of(image)));
    }

    [Theory]
    [InlineData("{Nonsense}")]
    [InlineData("{Id")]
    [InlineData("a{")]
    [InlineData("{}")]
    [InlineData("{Id:000}")]
    [InlineData("{Extension}/{Id}")]
    [InlineData("{Extension}{Id}")]
    [InlineData("{Date:}")]
    [InlineData("{Date:Q}")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a/")]
    [InlineData("{Username}/{Extension}")]
    [InlineData("{Username}/.png")]
    [InlineData(".png")]
    public void A_template_that_cannot_be_used_is_refused_with_the_known_tokens(string template)
    {
        var error = Assert.Throws<CivitaiException>(() => FileNameTemplate.Parse(template));
        Assert.Equal("CivitaiFileNameInvalid", error.ErrorId);
        Assert.Contains("{ModelVersionId}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("th-TH")]
    [InlineData("ar-SA")]
    [InlineData("fa-IR")]
    [InlineData("de-DE")]
    public void Dates_are_the_same_in_every_culture(string culture)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            Assert.Equal("2025-04-17 2025/04", FileNameTemplate.Parse("{Date} {Date:yyyy/MM}").Expand(Castle, MediaKey.Of(Castle)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("https://image.civitai.com/k/0A9B8C7D-1111-2222-3333-444455556666/original=true/x.jpeg", "0a9b8c7d-1111-2222-3333-444455556666")]
    [InlineData("https://example.org/x.png", "9d0e5c3ff1c1d2b4")]
    public void Without_an_id_the_address_gives_the_key(string url, string expected)
    {
        var key = MediaKey.Of(new Image { Url = url });
        Assert.False(key.IsId);
        if (expected.Contains('-', StringComparison.Ordinal))
        {
            Assert.Equal(expected, key.Text);
        }
        else
        {
            Assert.Matches("^[0-9a-f]{16}$", key.Text);
        }
    }

    [Theory]
    [InlineData("5", true)]
    [InlineData("alice-5", true)]
    [InlineData("5@450", true)]
    [InlineData("alice/5 castle", true)]
    [InlineData("15", false)]
    [InlineData("51", false)]
    [InlineData("castle", false)]
    public void A_name_holds_an_id_only_as_a_whole(string name, bool holds) => Assert.Equal(holds, MediaKey.Of(Castle).IsIn(name));
}
