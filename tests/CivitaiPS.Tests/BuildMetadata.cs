using System.Reflection;

namespace CivitaiPS.Tests;

/// <summary>What the build has written into this assembly: where the things stand that the tests start or load.</summary>
internal static class BuildMetadata
{
    /// <summary>Whether the module was built to be debugged, and not to be released.</summary>
    internal static bool IsDebug { get; } = Get("Configuration") == "Debug";

    internal static string Get(string key) => typeof(BuildMetadata).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(attribute => string.Equals(attribute.Key, key, StringComparison.Ordinal)).Value!;
}
