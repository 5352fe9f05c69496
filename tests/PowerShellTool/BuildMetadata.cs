using System.Reflection;

namespace PowerShellTool;

/// <summary>What the build has written into this assembly.</summary>
internal static class BuildMetadata
{
    internal static string Get(string key) => typeof(BuildMetadata).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(attribute => string.Equals(attribute.Key, key, StringComparison.Ordinal)).Value!;
}
