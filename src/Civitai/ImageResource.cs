using System.Globalization;

namespace Civitai;

/// <summary>A model that an image was made with, as its generation data names it.</summary>
public sealed class ImageResource
{
    /// <summary>The kind, for instance <c>checkpoint</c> or <c>lora</c>.</summary>
    public string? Type { get; init; }

    /// <summary>The name, where one is given.</summary>
    public string? Name { get; init; }

    /// <summary>The weight that it was applied with.</summary>
    public decimal? Weight { get; init; }

    /// <summary>The hash of the model's file, as the image generator wrote it.</summary>
    public string? Hash { get; init; }

    /// <summary>The id of the model version on the service.</summary>
    public long? ModelVersionId { get; init; }

    /// <summary>Type, name and weight on one line.</summary>
    public override string ToString()
    {
        var name = Name ?? Hash ?? ModelVersionId?.ToString(CultureInfo.InvariantCulture) ?? "unknown";
        var text = Type is null ? name : Type + ":" + name;
        return Weight is { } weight ? text + ":" + weight.ToString(CultureInfo.InvariantCulture) : text;
    }
}
