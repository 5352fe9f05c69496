using System;
using System.Collections.Generic;

namespace Civitai.Client.Feeds;

/// <summary>
/// Compares base models as the service gives them: the names of all checkpoints that an image used, one right after the other without anything
/// between, for instance <c>SDXL 1.0SDXL 1.0</c>.
/// </summary>
internal static class BaseModelNames
{
    /// <summary>Whether a value consists of nothing but these names. Names begin like others (<c>SD 3</c>, <c>SD 3.5 Large</c>): a part is not enough.</summary>
    internal static bool AreAmong(IReadOnlyList<string> names, string value)
    {
        // For each length, whether so much of the value is made of names.
        var isMade = new bool[value.Length + 1];
        isMade[0] = true;
        for (var start = 0; start < value.Length; start++)
        {
            if (!isMade[start])
            {
                continue;
            }

            foreach (var name in names)
            {
                if (name.Length > 0 && string.CompareOrdinal(value, start, name, 0, name.Length) == 0)
                {
                    isMade[start + name.Length] = true;
                }
            }
        }

        return isMade[value.Length];
    }
}
