using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gallery;

/// <summary><c>/api/v1/me</c>, <c>/api/v1/enums</c>, <c>/api/v1/models/{id}</c> and <c>/api/v1/model-versions/{id}</c>.</summary>
internal sealed class OtherEndpoints
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly GalleryOptions _options;
    private readonly Catalogue _catalogue;
    private readonly MediaHost _media;

    public OtherEndpoints(GalleryOptions options, Catalogue catalogue, MediaHost media)
    {
        _options = options;
        _catalogue = catalogue;
        _media = media;
    }

    public Reply? Answer(LoggedRequest request)
    {
        if (request.Path == "/api/v1/me")
        {
            return Me(request);
        }

        if (request.Path == "/api/v1/enums")
        {
            return Enums();
        }

        const string models = "/api/v1/models/";
        if (request.Path.StartsWith(models, StringComparison.Ordinal))
        {
            return Model(request.Path[models.Length..]);
        }

        const string versions = "/api/v1/model-versions/";
        return request.Path.StartsWith(versions, StringComparison.Ordinal) ? Version(request.Path[versions.Length..]) : null;
    }

    private Reply Me(LoggedRequest request)
    {
        if (request.Method is not "GET" and not "HEAD")
        {
            return Reply.Json(405, "{\"error\":\"Method not allowed\"}", cacheable: false);
        }

        // The header wins over the parameter, and of the header only what follows the first space counts.
        var key = request.Header("Authorization") is { } header
            ? header.Split(' ') is [_, var second, ..] ? second : null
            : request.Parameter("token");
        return key is not null && key == _options.ApiKey
            ? Reply.Json(200, "{\"id\":1001,\"username\":\"alice\",\"tier\":\"founder\",\"status\":\"active\",\"isMember\":true,\"subscriptions\":[\"founder\"],\"email\":\"alice@example.com\",\"emailVerified\":true}", cacheable: false)
            : Reply.Json(401, "{\"error\":\"Unauthorized\"}", cacheable: false);
    }

    private static Reply Enums() => Write(200, writer =>
    {
        writer.WriteStartObject();
        void Texts(string name, IEnumerable<string> values)
        {
            writer.WriteStartArray(name);
            foreach (var value in values)
            {
                writer.WriteStringValue(value);
            }

            writer.WriteEndArray();
        }

        Texts("ModelType", ["Checkpoint", "TextualInversion", "Hypernetwork", "AestheticGradient", "LORA", "LoCon", "DoRA", "Controlnet", "Upscaler", "MotionModule", "VAE", "Poses", "Wildcards", "Workflows", "Detection", "Other"]);
        Texts("ModelFileType", ["Model", "Text Encoder", "Pruned Model", "Negative", "Training Data", "VAE", "Config", "Archive"]);
        Texts("ActiveBaseModel", Catalogue.KnownBaseModels.Where(name => !name.StartsWith("SD 2", StringComparison.Ordinal)));
        Texts("BaseModel", Catalogue.KnownBaseModels);
        Texts("BaseModelType", ["Standard", "Inpainting", "Refiner", "Pix2Pix"]);
        writer.WriteEndObject();
    }, cacheable: false);

    private Reply Model(string idText)
    {
        var number = ImagesQuery.Number(idText);
        if (!double.IsFinite(number))
        {
            var issues = new ZodIssues();
            issues.NotANumber("id");
            return Reply.Json(400, issues.ToBody());
        }

        if (_catalogue.FindModel((long)number) is not { } model)
        {
            return Reply.Json(404, FormattableString.Invariant($"{{\"error\":\"No model with id {(long)number}\"}}"));
        }

        return Write(200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("id", model.Id);
            writer.WriteString("name", model.Name);
            writer.WriteString("description", "<p>Castles, and what stands around them.</p>");
            writer.WriteBoolean("allowNoCredit", true);
            writer.WriteString("type", "LORA");
            writer.WriteBoolean("minor", false);
            writer.WriteBoolean("poi", false);
            writer.WriteBoolean("nsfw", false);
            writer.WriteNumber("nsfwLevel", 5);
            writer.WriteNull("mode");
            writer.WriteString("availability", "Public");
            writer.WriteStartObject("stats");
            writer.WriteNumber("downloadCount", 1234);
            writer.WriteNumber("thumbsUpCount", 56);
            writer.WriteNumber("commentCount", 7);
            writer.WriteEndObject();
            writer.WriteStartObject("creator");
            writer.WriteString("username", "alice");
            writer.WriteNull("image");
            writer.WriteEndObject();
            writer.WriteStartArray("tags");
            writer.WriteStringValue("castle");
            writer.WriteEndArray();
            writer.WriteStartArray("modelVersions");
            for (var index = 0; index < model.Versions.Count; index++)
            {
                WriteVersion(writer, model, model.Versions[index], index, whole: false);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private Reply Version(string idText)
    {
        var number = ImagesQuery.Number(idText);
        foreach (var model in _catalogue.Models)
        {
            for (var index = 0; index < model.Versions.Count; index++)
            {
                if (model.Versions[index].Id == number)
                {
                    return Write(200, writer => WriteVersion(writer, model, model.Versions[index], index, whole: true));
                }
            }
        }

        return Reply.Json(404, "{\"error\":\"Model not found\"}");
    }

    private void WriteVersion(Utf8JsonWriter writer, CatalogueModel model, CatalogueVersion version, int index, bool whole)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", version.Id);
        if (whole)
        {
            writer.WriteNumber("modelId", model.Id);
        }
        else
        {
            writer.WriteNumber("index", index);
        }

        writer.WriteString("name", version.Name);
        writer.WriteString("baseModel", version.BaseModel);
        writer.WriteString("baseModelType", "Standard");
        writer.WriteString("createdAt", "2025-01-01T00:00:00.000Z");
        writer.WriteString("publishedAt", "2025-01-02T00:00:00.000Z");
        writer.WriteString("status", "Published");
        writer.WriteString("availability", "Public");
        writer.WriteNumber("nsfwLevel", 5);
        writer.WriteNull("description");
        writer.WriteStartArray("trainedWords");
        writer.WriteStringValue("castle");
        writer.WriteEndArray();
        writer.WriteStartObject("stats");
        writer.WriteNumber("downloadCount", 123);
        writer.WriteNumber("thumbsUpCount", 5);
        writer.WriteEndObject();
        if (whole)
        {
            writer.WriteStartObject("model");
            writer.WriteString("name", model.Name);
            writer.WriteString("type", "LORA");
            writer.WriteBoolean("nsfw", false);
            writer.WriteBoolean("poi", false);
            writer.WriteEndObject();
        }

        writer.WriteStartArray("files");
        writer.WriteStartObject();
        writer.WriteNumber("id", version.Id * 10);
        writer.WriteNumber("sizeKB", 223098.5);
        writer.WriteString("name", "castle.safetensors");
        writer.WriteString("type", "Model");
        writer.WriteStartObject("hashes");
        writer.WriteString("AutoV2", "27EA8C0212");
        writer.WriteEndObject();
        writer.WriteBoolean("primary", true);
        writer.WriteEndObject();
        writer.WriteEndArray();

        // Pictures of a model look different from those of the gallery: no id, the level as a number.
        writer.WriteStartArray("images");
        foreach (var image in _catalogue.Images.Where(image => image.BrowsingLevel == 1 && image.HasVersion(version.Id)).Take(3))
        {
            writer.WriteStartObject();
            writer.WriteString("url", _media.AddressOf(image));
            writer.WriteNumber("nsfwLevel", image.BrowsingLevel);
            writer.WriteNumber("width", image.Width ?? 0);
            writer.WriteNumber("height", image.Height ?? 0);
            writer.WriteString("hash", image.Hash);
            writer.WriteString("type", image.Type);
            writer.WriteBoolean("minor", false);
            writer.WriteBoolean("poi", false);
            writer.WriteBoolean("hasMeta", image.MetaJson is not null);
            writer.WriteBoolean("hasPositivePrompt", image.MetaJson is not null);
            writer.WriteBoolean("onSite", false);
            writer.WriteNull("remixOfId");
            writer.WriteStartObject("metadata");
            writer.WriteString("hash", image.Hash);
            writer.WriteNumber("size", 123456);
            writer.WriteEndObject();
            writer.WriteString("availability", "Public");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("downloadUrl", FormattableString.Invariant($"https://civitai.com/api/download/models/{version.Id}"));
        writer.WriteEndObject();
    }

    private static Reply Write(int status, Action<Utf8JsonWriter> write, bool cacheable = true)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            write(writer);
        }

        return Reply.Json(status, buffer.WrittenSpan.ToArray(), cacheable: cacheable);
    }
}
