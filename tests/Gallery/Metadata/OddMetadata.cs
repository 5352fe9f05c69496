using System.Text;
using System.Text.Json;

namespace Gallery;

/// <summary>The odd forms in which generation data has been seen, by name: JSON texts to be used as <see cref="CatalogueImage.MetaJson"/>.</summary>
public static class OddMetadata
{
    private const string Terminal = "\\u001b]0;owned\\u0007\\u001b[31mred\\u001b[0m\\u001b[2J\\u0000\\u0008\\u009b31m\\u202etxt.exe";

    /// <summary>Every odd form, small ones only (below 10 kB).</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Small { get; } =
    [
        new("seed beyond Int64", """{"seed":18446744073709552000,"steps":20,"prompt":"a castle","cfgScale":7}"""),
        new("seed at the edge of UInt64", """{"seed":18446744073709551615,"prompt":"a castle"}"""),
        new("seed beyond UInt64", """{"seed":1e25,"prompt":"a castle"}"""),
        new("negative seed", """{"seed":-1,"steps":20,"prompt":"a castle"}"""),
        new("fractional seed", """{"seed":1234.5,"steps":20,"prompt":"a castle"}"""),
        new("seed as text", """{"seed":"3972917809","steps":"25","cfgScale":"7.5","prompt":"a castle"}"""),
        new("seed as unreadable text", """{"seed":"random","steps":"many","cfgScale":"","clipSkip":"x","prompt":"a castle"}"""),
        new("seed as object", """{"seed":{"value":5},"steps":[20],"cfgScale":{},"prompt":"a castle"}"""),
        new("exponents and long decimals", """{"seed":1.5e3,"steps":2e1,"cfgScale":7.123456789012345678901234567890,"prompt":"a castle"}"""),
        new("number beyond double", """{"seed":1e400,"cfgScale":-1e400,"prompt":"a castle"}"""),
        new("steps beyond Int32", """{"steps":99999999999,"clipSkip":-99999999999,"prompt":"a castle"}"""),
        new("nulls", """{"seed":null,"steps":null,"cfgScale":null,"clipSkip":null,"prompt":null,"negativePrompt":null,"sampler":null,"Model":null,"Size":null,"resources":null,"hashes":null}"""),
        new("zeros from nulls", """{"seed":0,"steps":0,"cfgScale":0,"clipSkip":0,"prompt":"","negativePrompt":""}"""),
        new("Clip skip as text", """{"Clip skip":"2","prompt":"a castle","steps":20}"""),
        new("Clip skip as number beside clipSkip", """{"Clip skip":2,"clipSkip":1,"prompt":"a castle"}"""),
        new("names of A1111", """{"Prompt":"a castle","Negative prompt":"blurry","Steps":"20","Sampler":"Euler a","CFG scale":"7","Seed":"42","Size":"832x1216","Model":"dreamshaper_8","Clip skip":"2"}"""),
        new("Model as object", """{"Model":{"meina_belly_7":"3mix"},"prompt":"a castle","VAE":{}}"""),
        new("Model as address", """{"Model":"urn:air:sdxl:checkpoint:civitai:101055@128078","models":["urn:air:sdxl:checkpoint:civitai:101055@128078"],"prompt":"a castle"}"""),
        new("empty key", """{"":"a value without a name","prompt":"a castle"}"""),
        new("keys that differ only in case", """{"Version":"v1.6.0","version":2,"Model":"a","model":"b","hashes":{"Foo":"1","foo":"2","":"3"},"prompt":"a castle"}"""),
        new("the same key twice", """{"prompt":"first","prompt":"second","steps":1,"steps":2}"""),
        new("everything else is text", """{"prompt":"a castle","Hires upscale":"1.5","Hires upscaler":"4x-UltraSharp","Denoising strength":"0.4","ADetailer model":"face_yolov8n.pt","Schedule type":"Karras","Lora hashes":"\"detail: abc123\"","TI hashes":"easynegative: c74b4e810b03","RNG":"CPU","Model hash":"27ea8c02"}"""),
        new("odd hashes", """{"hashes":{"model":"0x27ea8c02","vae":12345,"lora:detail":null,"refiner":{"a":1}},"prompt":"a castle"}"""),
        new("resources with gaps", """{"resources":[{"type":"model","hash":"27ea8c02"},{"type":"lora","name":"detail","weight":null},{"name":"no type","weight":"0.8"},{"type":"lora","weight":1e999,"name":"much"},null,"text",{}],"prompt":"a castle"}"""),
        new("resources of the service", """{"civitaiResources":[{"type":"checkpoint","modelVersionId":691639,"modelVersionName":"Dev"},{"weight":0.55,"modelVersionId":"806265","air":"urn:air:flux1:lora:civitai:1@2"}],"additionalResources":[{"name":"x.safetensors","type":"lora","strength":0.8,"strengthClip":1}],"prompt":"a castle"}"""),
        new("resources as an object", """{"resources":{"0":{"type":"model","name":"a"}},"civitaiResources":"none","prompt":"a castle"}"""),
        new("comfy as text", """{"comfy":"{\"prompt\":{\"3\":{\"class_type\":\"KSampler\",\"inputs\":{\"seed\":42}}},\"workflow\":{\"nodes\":[]}}","prompt":"a castle","seed":42}"""),
        new("comfy as invalid text", """{"comfy":"{\"prompt\":{\"3\":{\"is_changed\":[NaN]}},\"workflow\":undefined}","prompt":"a castle"}"""),
        new("comfy as object", """{"comfy":{"prompt":{"3":{"class_type":"KSampler"}},"workflow":{"nodes":[],"version":0.4}},"models":["a.safetensors"],"upscalers":[],"vaes":["vae.pt"],"controlNets":[],"versionIds":[1,2],"modelIds":[3],"prompt":"a castle"}"""),
        new("unicode", """{"prompt":"城堡 \uD83C\uDFF0 заме́к قلعة Ünïcödé e\u0301 \u200b\ufeff","negativePrompt":"\uD83D\uDE00","Model":"模型"}"""),
        new("lone surrogate", """{"prompt":"half of a pair \uD83C and the other \uDFF0","Model":"\uDC00"}"""),
        new("control characters and terminal escapes", "{\"prompt\":\"a " + Terminal + " castle\\r\\n\\tsecond line\\u0085\\u2028\",\"Model\":\"" + Terminal + "\",\"" + Terminal + "\":\"" + Terminal + "\"}"),
        new("long prompt", "{\"prompt\":\"" + LongPrompt(4000) + "\",\"negativePrompt\":\"" + LongPrompt(1500) + "\",\"steps\":30}"),
        new("prompt with lines and parts", """{"prompt":"a castle\nNegative prompt: not this\nSteps: 5","negativePrompt":"Steps: 20, Sampler: none","steps":30}"""),
        new("prompt that is not text", """{"prompt":["a","castle"],"negativePrompt":{"text":"b"},"sampler":7,"Size":{"w":1}}"""),
        new("size as numbers", """{"width":832,"height":1216,"prompt":"a castle"}"""),
        new("size as odd text", """{"Size":"832 x 1216 px","prompt":"a castle"}"""),
        new("external and extra", """{"external":{"source":{"name":"Elsewhere","homepage":"https://example.com"},"details":{"a":1,"b":true},"createUrl":"javascript:alert(1)"},"extra":{"remixOfId":5},"effects":[1],"other":{"x":null},"software":"Odd 1.0","scheduler":1,"denoise":"0.5","engine":true,"process":"txt2img","prompt":"a castle"}"""),
        new("scripts and paths", """{"prompt":"$(Remove-Item x) ; `whoami` %PATH% ${jndi:x} ../../x <script>","Model":"../../../../etc/passwd","sampler":"C:\\Windows\\CON"}"""),
        new("names of .NET members", """{"Keys":"k","Count":5,"ToString":"x","Fields":{"a":1},"Prompt":"shadow","prompt":"a castle","PSObject":1,"__proto__":{"x":1}}"""),
        new("deep nesting", "{\"prompt\":\"a castle\",\"deep\":" + new string('[', 60) + new string(']', 60) + "}"),
        new("an array", """["a","b"]"""),
        new("text", "\"a castle\""),
        new("a number", "5"),
        new("true", "true"),
        new("empty", "{}"),
        new("nested though flat was asked", """{"id":5,"meta":{"prompt":"a castle","steps":20,"seed":7}}"""),
        new("nested null though flat was asked", """{"id":5,"meta":null}"""),
        new("a field named meta", """{"id":5,"meta":{"x":1},"prompt":"a castle"}"""),
    ];

    /// <summary>A ComfyUI workflow of about <paramref name="length"/> characters as text in the field <c>comfy</c>, as the service sends it.</summary>
    public static string Comfy(int length, int seed = 1, bool valid = true)
    {
        var dice = new Dice(seed, 77);
        var inner = new StringBuilder("{\"prompt\":{");
        string[] classes = ["KSampler", "CLIPTextEncode", "VAEDecode", "LoraLoader", "CheckpointLoaderSimple", "ControlNetApplyAdvanced", "UltralyticsDetectorProvider", "ImageScaleBy"];
        for (var node = 1; inner.Length < length * 0.8; node++)
        {
            inner.Append(node == 1 ? "" : ",").Append('"').Append(node).Append("\":{\"class_type\":\"").Append(dice.Pick(classes))
                .Append("\",\"inputs\":{\"seed\":").Append(dice.NextBits() >> 1).Append(",\"steps\":").Append(dice.Next(50))
                .Append(",\"denoise\":0.").Append(dice.Next(1000)).Append(",\"text\":\"").Append(Words(ref dice, 12)).Append("\",\"model\":[\"").Append(dice.Next(40)).Append("\",0]},\"pos\":[")
                .Append(dice.Next(4000)).Append(',').Append(dice.Next(4000)).Append("],\"id\":\"").Append(dice.NextBits().ToString("x16", System.Globalization.CultureInfo.InvariantCulture)).Append("\"}");
        }

        inner.Append(valid ? "},\"workflow\":{\"nodes\":[],\"version\":0.4}}" : "},\"workflow\": undefined, \"is_changed\": [NaN]}");
        return "{\"prompt\":\"" + Words(ref dice, 60) + "\",\"seed\":@SEED@,\"steps\":25,\"cfgScale\":6.5,\"sampler\":\"euler\",\"models\":[\"sdxl.safetensors\"],\"comfy\":"
            + JsonSerializer.Serialize(inner.ToString()) + "}";
    }

    internal static MetaTemplate[] LargeTemplates(int seed, int count)
    {
        var templates = new MetaTemplate[count];
        for (var index = 0; index < count; index++)
        {
            templates[index] = new MetaTemplate(Comfy(52_000 + index * 30_000 / count, unchecked(seed * 31 + index), valid: index % 7 != 3));
        }

        return templates;
    }

    internal static MetaTemplate[] SmallTemplates(int seed, int count)
    {
        string[] samplers = ["Euler a", "DPM++ 2M Karras", "DPM++ SDE", "UniPC", "Undefined"];
        string[] models = ["dreamshaper_8", "ponyDiffusionV6XL", "juggernautXL_v9", "waiNSFWIllustrious_v140", "flux1-dev"];
        string[] sizes = ["832x1216", "1024x1024", "512x768", "1216x832"];
        var templates = new MetaTemplate[count];
        for (var index = 0; index < count; index++)
        {
            var dice = new Dice(seed, 1_000_000 + index);
            var size = dice.Pick(sizes);
            templates[index] = new MetaTemplate(
                "{\"Size\":\"" + size + "\",\"seed\":@SEED@,\"Model\":\"" + dice.Pick(models) + "\",\"steps\":" + (15 + dice.Next(30))
                + ",\"hashes\":{\"model\":\"" + (dice.NextBits() >> 24).ToString("x10", System.Globalization.CultureInfo.InvariantCulture) + "\"},\"prompt\":\"" + Words(ref dice, 18) + "\",\"Version\":\"v1.10.1\",\"sampler\":\""
                + dice.Pick(samplers) + "\",\"cfgScale\":" + (3 + dice.Next(8)) + (dice.Chance(0.5) ? ".5" : "") + ",\"clipSkip\":" + (1 + dice.Next(2))
                + ",\"resources\":[{\"hash\":\"27ea8c02\",\"name\":\"detail_tweaker\",\"type\":\"lora\",\"weight\":0." + (1 + dice.Next(9)) + "}],\"Model hash\":\"27ea8c02\",\"Hires upscale\":\"1.5\",\"Hires upscaler\":\"4x-UltraSharp\",\"negativePrompt\":\""
                + Words(ref dice, 12) + "\",\"Denoising strength\":\"0.4\"}");
        }

        return templates;
    }

    private static string LongPrompt(int length)
    {
        var dice = new Dice(length);
        return Words(ref dice, length / 6)[..Math.Min(length, length / 6 * 5)];
    }

    private static string Words(ref Dice dice, int count)
    {
        string[] words =
        [
            "a castle", "on a hill", "masterpiece", "best quality", "(detailed sky:1.2)", "sunset", "river", "dragon", "portrait", "1girl", "mountains", "soft light",
            "volumetric fog", "oil painting", "35mm photo", "sharp focus", "intricate", "blue hour", "castle ruins", "<lora:detail:0.8>", "wide shot", "cat", "armor", "flowers",
        ];
        var text = new StringBuilder();
        for (var index = 0; index < count; index++)
        {
            text.Append(index == 0 ? "" : ", ").Append(dice.Pick(words));
        }

        return text.ToString();
    }
}
