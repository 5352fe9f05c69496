using System.Collections.Generic;

namespace Civitai;

/// <summary>The members of <see cref="IGenerationFields"/> for C#, which sees no explicit implementations.</summary>
public static class ImageMetaExtensions
{
    /// <param name="meta">The generation data.</param>
    extension(ImageMeta meta)
    {
        /// <inheritdoc cref="IGenerationFields.Resources"/>
        public IReadOnlyList<ImageResource> Resources => ((IGenerationFields)meta).Resources;

        /// <inheritdoc cref="IGenerationFields.Fields"/>
        public IReadOnlyDictionary<string, object?> Fields => ((IGenerationFields)meta).Fields;
    }
}
