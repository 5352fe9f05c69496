using System.Collections.Generic;

namespace Civitai;

/// <summary>What is not simple in <see cref="ImageMeta"/>: the fields as they came, and the models among them.</summary>
public interface IGenerationFields
{
    /// <summary>The models that the image was made with, from all the places where generators and the service note them.</summary>
    IReadOnlyList<ImageResource> Resources { get; }

    /// <summary>Every field under its exact name (keys differ by case), with plain values: string, bool, long, decimal, double, null, lists and dictionaries of these.</summary>
    IReadOnlyDictionary<string, object?> Fields { get; }
}
