namespace PowerShellTool;

/// <summary>Where the built module stands: <c>output/CivitaiPS/&lt;version&gt;</c> of the repository that this program was built in.</summary>
public static class BuiltModule
{
    /// <summary>The folder that holds the solution.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>The folder of the module.</summary>
    public static string Folder { get; } = Path.GetFullPath(RelativeFolder, RepositoryRoot);

    /// <summary>The manifest, which is what gets imported.</summary>
    public static string Manifest { get; } = Path.Combine(Folder, "CivitaiPS.psd1");

    private static string RelativeFolder => BuildMetadata.Get("ModuleFolder");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CivitaiPS.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above '{AppContext.BaseDirectory}' holds CivitaiPS.sln.");
    }
}
