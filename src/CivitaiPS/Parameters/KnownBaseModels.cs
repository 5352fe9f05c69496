using System;
using System.Collections.Generic;
using System.Linq;

namespace CivitaiPS.Parameters;

/// <summary>
/// The base models that Tab offers: those of the service's own source (<c>basemodel.constants.ts</c>) in 2026, also the ones that its site hides.
/// It gains names every month (<c>/api/v1/enums</c> has them all), so a name that is not here is sent as typed.
/// </summary>
internal static class KnownBaseModels
{
    private const int Unlike = 4;

    // Shorter ones are in everything.
    private const int ShortestPart = 3;

    internal static readonly string[] Names =
    [
        "ACE Audio", "Anima", "AuraFlow", "Boogu", "Chroma", "CogVideoX", "Ernie", "Flux 3 Video", "Flux.1 D", "Flux.1 Kontext", "Flux.1 Krea",
        "Flux.1 S", "Flux.2 D", "Flux.2 Klein 4B", "Flux.2 Klein 4B-base", "Flux.2 Klein 9B", "Flux.2 Klein 9B-base", "Grok", "HappyHorse", "HiDream",
        "HiDream-O1", "Hunyuan 1", "Hunyuan Video", "Hunyuan3D", "Ideogram 4.0", "Illustrious", "Imagen4", "Kling", "Kolors", "Krea 2", "Lens", "LTXV",
        "LTXV 2.3", "LTXV2", "Lumina", "MageFlow", "MAI", "MiniMax H3", "Mochi", "Nano Banana", "NoobAI", "ODOR", "OpenAI", "Other", "PixArt a",
        "PixArt E", "Playground v2", "PolyGen", "Pony", "Pony V7", "Qwen", "Qwen 2", "Qwen 3", "Reve", "SD 1.4", "SD 1.5", "SD 1.5 Hyper", "SD 1.5 LCM",
        "SD 2.0", "SD 2.0 768", "SD 2.1", "SD 2.1 768", "SD 2.1 Unclip", "SD 3", "SD 3.5", "SD 3.5 Large", "SD 3.5 Large Turbo", "SD 3.5 Medium",
        "SDXL 0.9", "SDXL 1.0", "SDXL 1.0 LCM", "SDXL Distilled", "SDXL Hyper", "SDXL Lightning", "SDXL Turbo", "Seedance", "Seedream", "Sora 2",
        "Stable Cascade", "SVD", "SVD XT", "Tripo", "Upscaler", "Veo 3", "Vidu Q1", "Wan Image 2.7", "Wan Video", "Wan Video 1.3B t2v",
        "Wan Video 14B i2v 480p", "Wan Video 14B i2v 720p", "Wan Video 14B t2v", "Wan Video 2.2 I2V-A14B", "Wan Video 2.2 T2V-A14B",
        "Wan Video 2.2 TI2V-5B", "Wan Video 2.5 I2V", "Wan Video 2.5 T2V", "Wan Video 2.7", "ZImageBase", "ZImageTurbo",
    ];

    /// <summary>What most images are made with: of names that are equally like, these are meant.</summary>
    private static readonly HashSet<string> Common = new(
        ["SD 1.5", "SDXL 1.0", "Pony", "Illustrious", "NoobAI", "Flux.1 D", "SD 3.5", "Wan Video"],
        StringComparer.Ordinal);

    /// <summary>The known names most like one that the service refused, most alike first: those that begin with it or hold it, then those that differ by the fewest letters.</summary>
    internal static IReadOnlyList<string> Nearest(string name)
    {
        var wanted = Normalize(name);
        return Names
            .OrderBy(known => Rank(Normalize(known), wanted))
            .ThenBy(known => Rank(Normalize(known), wanted) == Unlike ? Distance(Normalize(known), wanted) : 0)
            .ThenBy(known => Common.Contains(known) ? 0 : 1)
            .ThenBy(known => known.Length)
            .ThenBy(known => known, StringComparer.Ordinal)
            .Take(5)
            .ToArray();
    }

    internal static bool Contains(string name) => Names.Contains(name, StringComparer.Ordinal);

    /// <summary>How one name is like another, 0 for the same letters and digits.</summary>
    private static int Rank(string known, string wanted) =>
        wanted.Length == 0 ? Unlike
        : known == wanted ? 0
        : known.StartsWith(wanted, StringComparison.Ordinal) ? 1
        : wanted.Length >= ShortestPart && known.IndexOf(wanted, StringComparison.Ordinal) >= 0 ? 2
        : known.Length >= ShortestPart && wanted.IndexOf(known, StringComparison.Ordinal) >= 0 ? 3
        : Unlike;

    private static string Normalize(string name) => new(name.Where(char.IsLetterOrDigit).Select(char.ToUpperInvariant).ToArray());

    /// <summary>Levenshtein's distance: how many letters must be put in, taken out or changed.</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var substituted = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[other.Length];
    }
}
