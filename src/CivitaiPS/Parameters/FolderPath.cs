using System.Management.Automation;
using Civitai;

namespace CivitaiPS.Parameters;

/// <summary>Paths as PowerShell means them, made paths of the file system.</summary>
internal static class FolderPath
{
    private const string FileSystem = "FileSystem";

    /// <summary>A path that is taken as it is.</summary>
    internal static string Literal(PSCmdlet command, string path)
    {
        string full;
        ProviderInfo provider;
        try
        {
            full = command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out provider, out _);
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            throw NotFileSystem(path, exception.Message.TrimEnd('.'), exception);
        }

        return provider.Name == FileSystem ? System.IO.Path.GetFullPath(full) : throw NotFileSystem(path, "it belongs to the provider " + provider.Name, null);
    }

    /// <summary>A path that may have wildcards. Where nothing matches it, it is taken as it is: a folder that is to be made may have brackets in its name.</summary>
    internal static string Resolve(PSCmdlet command, string path)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(path))
        {
            return Literal(command, path);
        }

        try
        {
            var found = command.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out var provider);
            if (provider.Name == FileSystem && found.Count == 1)
            {
                return System.IO.Path.GetFullPath(found[0]);
            }

            if (provider.Name == FileSystem && found.Count > 1)
            {
                throw new CivitaiException(CivitaiError.PathNotFileSystem, "The path '" + path + "' stands for several places, and one folder is wanted.")
                {
                    Target = path,
                    RecommendedAction = "Give the folder's name, with -LiteralPath if it has brackets in it.",
                };
            }
        }
        catch (ItemNotFoundException)
        {
            // Nothing matches: the folder is not there yet.
            return Literal(command, path);
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            throw NotFileSystem(path, exception.Message.TrimEnd('.'), exception);
        }

        return Literal(command, path);
    }

    private static CivitaiException NotFileSystem(string path, string why, System.Exception? cause) =>
        new(CivitaiError.PathNotFileSystem, "The path '" + path + "' is no path of the file system: " + why + ".", cause)
        {
            Target = path,
            RecommendedAction = "Give a folder of the file system.",
        };
}
