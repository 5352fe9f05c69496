using System.Globalization;
using System.Text;

namespace Benchmarks.HotPaths;

/// <summary>Pages made up for the benchmarks, of the shape that the service gives.</summary>
internal static class SamplePage
{
    /// <summary>A page.</summary>
    /// <param name="items">How many items.</param>
    /// <param name="workflowLength">How many bytes of workflow each item carries; 0 for small generation data.</param>
    public static byte[] Make(int items, int workflowLength)
    {
        var page = new StringBuilder("{\"items\":[");
        for (var i = 0; i < items; i++)
        {
            page.Append(i == 0 ? "" : ",").Append(Item(i, workflowLength));
        }

        page.Append("],\"metadata\":{\"nextCursor\":\"200|1779160510591\",\"nextPage\":\"https://civitai.com/api/v1/images?cursor=200%7C1779160510591\"}}");
        return Encoding.UTF8.GetBytes(page.ToString());
    }

    /// <summary>One item.</summary>
    public static string Item(int number, int workflowLength) => string.Create(CultureInfo.InvariantCulture, $$$"""
        {"id":{{{100000000 + number}}},"url":"https://image.civitai.com/xG1nkqKTMzGDvpLrqFT7WA/cb1a9805-8ebd-4c2a-ab7d-2fc040988f7d/original=true/cb1a9805-8ebd-4c2a-ab7d-2fc040988f7d.jpeg","hash":"LEHV6nWB2yk8pyo0adR*.7kCMdnj","width":832,"height":1216,"nsfwLevel":"None","type":"image","nsfw":false,"browsingLevel":1,"createdAt":"2026-05-19T03:15:10.591Z","postId":9000073,"stats":{"cryCount":1,"laughCount":2,"likeCount":39,"dislikeCount":0,"heartCount":19,"commentCount":3},"meta":{{{Meta(workflowLength)}}},"username":"User_46","baseModel":"SD 1.5","modelVersionIds":[1,2]}
        """);

    /// <summary>Generation data.</summary>
    public static string Meta(int workflowLength)
    {
        var meta = new StringBuilder("""{"Size":"1024x1024","seed":1783229244,"Model":"flux1-dev","steps":35,"hashes":{"model":"86961ce327"},"prompt":"1girl, portrait, sharp focus, dragon, mountains, masterpiece, (detailed sky:1.2), dragon, a castle, river","Version":"v1.10.1","sampler":"UniPC","cfgScale":9,"clipSkip":2,"resources":[{"hash":"27ea8c02","name":"detail_tweaker","type":"lora","weight":0.7}],"Model hash":"27ea8c02","Hires upscale":"1.5","negativePrompt":"intricate, mountains, a castle, best quality","Denoising strength":"0.4" """);
        if (workflowLength > 0)
        {
            meta.Append(",\"comfy\":\"{");
            for (var node = 0; meta.Length < workflowLength; node++)
            {
                meta.Append(CultureInfo.InvariantCulture, $$$"""\"{{{node}}}\":{\"class_type\":\"KSampler\",\"inputs\":{\"cfg\":8,\"denoise\":1,\"model\":[\"4\",0],\"sampler_name\":\"euler\"}},""");
            }

            meta.Append("}\"");
        }

        return meta.Append('}').ToString();
    }
}
