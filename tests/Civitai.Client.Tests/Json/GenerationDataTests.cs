using System.Globalization;
using System.Text;
using Civitai.Client.Json;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Json;

/// <summary>Generation data in all its known forms.</summary>
public sealed class GenerationDataTests
{
    public static TheoryData<string, string> Expectations => new()
    {
        { "seed beyond Int64", "seed=null text=18446744073709552000 steps=20 cfg=7" },
        { "seed at the edge of UInt64", "seed=null text=18446744073709551615" },
        { "seed beyond UInt64", "seed=null text=10000000000000000000000000" },
        { "negative seed", "seed=-1 text=null" },
        { "fractional seed", "seed=null text=1234.5" },
        { "seed as text", "seed=3972917809 text=null steps=25 cfg=7.5" },
        { "seed as unreadable text", "seed=null text=random steps=null cfg=null clip=null" },
        { "seed as object", "seed=null text=null steps=null cfg=null prompt=a castle" },
        { "exponents and long decimals", "seed=1500 steps=20 cfg=7.1234567890123456789012345679" },
        { "number beyond double", "seed=null text=1e400 cfg=null" },
        { "steps beyond Int32", "steps=null clip=null prompt=a castle" },
        { "nulls", "seed=null steps=null cfg=null clip=null prompt=null negative=null sampler=null model=null size=null" },
        { "zeros from nulls", "seed=0 steps=0 cfg=0 clip=0 prompt= negative=" },
        { "Clip skip as text", "clip=2" },
        { "Clip skip as number beside clipSkip", "clip=1" },
        { "names of A1111", "prompt=a castle negative=blurry steps=20 sampler=Euler a cfg=7 seed=42 size=832x1216 model=dreamshaper_8 clip=2" },
        { "Model as object", "model=null prompt=a castle" },
        { "Model as address", "model=urn:air:sdxl:checkpoint:civitai:101055@128078" },
        { "empty key", "prompt=a castle" },
        { "keys that differ only in case", "model=a prompt=a castle" },
        { "the same key twice", "prompt=second steps=2" },
        { "lone surrogate", "prompt=half of a pair \uFFFD and the other \uFFFD model=\uFFFD" },
        { "prompt that is not text", "prompt=null negative=null sampler=7 size=null" },
        { "size as numbers", "size=832x1216" },
        { "size as odd text", "size=832 x 1216 px" },
        { "names of .NET members", "prompt=a castle" },
        { "nested though flat was asked", "prompt=a castle steps=20 seed=7" },
        { "a field named meta", "prompt=a castle" },
        { "comfy as object", "model=a.safetensors" },
        { "resources of the service", "model=Dev" },
    };

    [Theory]
    [MemberData(nameof(Expectations))]
    public void The_named_properties_are_read_from_every_odd_form(string form, string expected)
    {
        var meta = Read(OddMetadata.Small.Single(pair => pair.Key == form).Value)!;
        var actual = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["seed"] = meta.Seed,
            ["text"] = meta.SeedText,
            ["steps"] = meta.Steps,
            ["cfg"] = meta.CfgScale,
            ["clip"] = meta.ClipSkip,
            ["prompt"] = meta.Prompt,
            ["negative"] = meta.NegativePrompt,
            ["sampler"] = meta.Sampler,
            ["model"] = meta.Model,
            ["size"] = meta.Size,
        };
        var names = string.Join('|', actual.Keys);
        foreach (System.Text.RegularExpressions.Match match in System.Text.RegularExpressions.Regex.Matches(
            expected, $"(?<name>{names})=(?<value>.*?)(?= (?:{names})=|$)", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)))
        {
            Assert.Equal(match.Groups["value"].Value, Convert.ToString(actual[match.Groups["name"].Value], CultureInfo.InvariantCulture) is { } text && actual[match.Groups["name"].Value] is not null ? text : "null");
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"a castle\"")]
    [InlineData("5")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("{\"id\":5,\"meta\":null}")]
    public void What_is_no_object_is_no_generation_data(string json) => Assert.Null(Read(json));

    [Fact]
    public void Every_field_is_there_under_its_exact_name_as_a_plain_value()
    {
        var meta = Read("""{"Version":"v1","version":2,"":"nameless","big":18446744073709551616,"half":0.5,"far":1e300,"yes":true,"no":null,"list":[1,"a",{"b":[]}],"map":{"Foo":1,"foo":2},"esc\u0061ped":"x\n"}""")!;
        Assert.Equal("v1", meta["Version"]);
        Assert.Equal(2L, meta["version"]);
        Assert.Equal("nameless", meta[""]);
        Assert.Equal(18446744073709551616m, meta["big"]);
        Assert.Equal(0.5m, meta["half"]);
        Assert.Equal(1e300, meta["far"]);
        Assert.Equal(true, meta["yes"]);
        Assert.True(meta.Fields.ContainsKey("no"));
        Assert.Equal([1L, "a"], ((object?[])meta["list"]!).Take(2));
        Assert.Equal(["Foo", "foo"], ((IDictionary<string, object?>)meta["map"]!).Keys);
        Assert.Equal("x\n", meta["escaped"]);
        Assert.Null(meta["VERSION"]);
        Assert.Null(meta["missing"]);
        Assert.Null(meta[null!]);
        Assert.Equal(11, meta.Fields.Count);
    }

    [Fact]
    public void A_workflow_of_a_hundred_kilobytes_is_kept_whole_valid_or_not()
    {
        foreach (var valid in new[] { true, false })
        {
            var json = OddMetadata.Comfy(100_000, valid: valid).Replace("@SEED@", "42", StringComparison.Ordinal);
            var meta = Read(json)!;
            Assert.Equal(System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("comfy").GetString(), meta["comfy"]);
            Assert.Equal(42, meta.Seed);
            Assert.Equal("sdxl.safetensors", meta.Model);
            Assert.DoesNotContain("class_type", meta.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_field_that_is_nested_too_deep_is_kept_as_its_text()
    {
        var deep = new string('[', 500) + new string(']', 500);
        var meta = Read("{\"deep\":" + deep + ",\"prompt\":\"a castle\"}")!;
        Assert.Equal(deep, meta["deep"]);
        Assert.Equal("a castle", meta.Prompt);
    }

    [Fact]
    public void Models_come_from_all_the_places_that_name_them()
    {
        var meta = Read("""
            {"resources":[{"type":"lora","name":"detail","weight":0.8,"hash":"abc"},{"type":"model","name":"dreamshaper","hash":"def"},null,"text"],
            "civitaiResources":[{"type":"checkpoint","modelVersionId":691639,"modelVersionName":"Dev"},{"weight":"0.55","modelVersionId":"806265","air":"urn:air:x"}],
            "additionalResources":[{"name":"x.safetensors","type":"lora","strength":0.8,"strengthClip":1}],"model":"control_v11 [a37]","prompt":""}
            """)!;
        Assert.Equal(
            ["lora:detail:0.8", "model:dreamshaper", "checkpoint:Dev", "urn:air:x:0.55", "lora:x.safetensors:0.8"],
            meta.Resources.Select(resource => resource.ToString()));
        Assert.Equal([null, null, 691639L, 806265L, null], meta.Resources.Select(resource => resource.ModelVersionId));
        Assert.Equal("abc", meta.Resources[0].Hash);

        // The settings of a ControlNet leave a field "model" behind.
        Assert.Equal("dreamshaper", meta.Model);
        Assert.Equal("only", Read("""{"model":"only","models":["other"]}""")!.Model);
        Assert.Equal("first", Read("""{"Model":"","models":[null,"first"]}""")!.Model);
        Assert.Empty(Read("""{"resources":{"0":{"type":"model"}},"civitaiResources":"none"}""")!.Resources);
    }

    [Fact]
    public void The_first_spelling_that_can_be_read_counts()
    {
        var meta = Read("""{"prompt":null,"Prompt":"a castle","negativePrompt":"","Negative prompt":"blurry","steps":"many","Steps":"20","seed":null,"Seed":"7","Size":"","width":"512","height":768.0}""")!;
        Assert.Equal("a castle", meta.Prompt);

        // The service's own key says that there is none.
        Assert.Equal(string.Empty, meta.NegativePrompt);
        Assert.Equal(20, meta.Steps);
        Assert.Equal(7, meta.Seed);
        Assert.Equal("512x768", meta.Size);
    }

    [Fact]
    public void The_infotext_is_what_image_generators_read_back()
    {
        var meta = Read("""
            {"seed":42,"steps":20,"prompt":"a castle,\n(sky:1.2)","negativePrompt":"blurry","sampler":"DPM++ 2M Karras","cfgScale":7.50,"Size":"832x1216","Model":"dreamshaper_8","clipSkip":2,
            "Hires upscaler":"4x-UltraSharp","Lora hashes":"detail: abc, sky: def","Version":"v1.10.1","quoted":"say \"hi\"","flag":true,"half":0.5,"hashes":{"model":"x"},"resources":[],"":"nameless",
            "\"preprocessor":"none","a: b":"c","comfy":"{}","empty":"","nothing":null}
            """)!;
        Assert.Equal(
            "a castle,\n(sky:1.2)\nNegative prompt: blurry\nSteps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7.50, Seed: 42, Size: 832x1216, Model: dreamshaper_8, Clip skip: 2, "
            + "Hires upscaler: 4x-UltraSharp, Lora hashes: \"detail: abc, sky: def\", Version: v1.10.1, quoted: \"say \\\"hi\\\"\", flag: True, half: 0.5",
            meta.ToString());

        // A1111's own expression for a parameter, and its rule for quotes.
        var last = meta.ToString().Split('\n')[^1];
        var read = System.Text.RegularExpressions.Regex.Matches(
                last, """\s*(?<key>\w[\w \-/]+):\s*(?<value>"(?:\\.|[^\\"])+"|[^,]*)(?:,|$)""", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))
            .ToDictionary(
                match => match.Groups["key"].Value,
                match => match.Groups["value"].Value is ['"', .., '"'] quoted ? System.Text.Json.JsonSerializer.Deserialize<string>(quoted)! : match.Groups["value"].Value,
                StringComparer.Ordinal);
        Assert.Equal(13, read.Count);
        Assert.Equal("detail: abc, sky: def", read["Lora hashes"]);
        Assert.Equal("say \"hi\"", read["quoted"]);
        Assert.Equal("42", read["Seed"]);
    }

    [Fact]
    public void The_infotext_has_the_seed_that_no_number_holds_and_nothing_that_is_not_there()
    {
        Assert.Equal("Seed: 18446744073709552000", Read("""{"seed":18446744073709552000}""")!.ToString());
        Assert.Equal("a castle", Read("""{"prompt":"a castle"}""")!.ToString());
        Assert.Equal(string.Empty, Read("{}")!.ToString());
    }

    private static ImageMeta? Read(string json) => MetaReader.Read(Encoding.UTF8.GetBytes(json));
}
