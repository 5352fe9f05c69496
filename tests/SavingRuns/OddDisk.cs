using System.ComponentModel;
using System.Diagnostics;

namespace SavingRuns;

/// <summary>A library that stands between a run and the file system and makes an odd disk of it; built from C where a compiler is.</summary>
public sealed class OddDisk : IDisposable
{
    private const string Source = "odddisk.c";
    private readonly string _root;

    private OddDisk(string root)
    {
        _root = root;
    }

    /// <summary>Builds the library.</summary>
    /// <returns>Null where there is no compiler, or where nothing can be preloaded.</returns>
    public static OddDisk? TryBuild()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var root = Directory.CreateTempSubdirectory("civitaips-odd-").FullName;
        var disk = new OddDisk(root);
        using (var resource = typeof(OddDisk).Assembly.GetManifestResourceStream(Source)!)
        using (var file = File.Create(Path.Combine(root, Source)))
        {
            resource.CopyTo(file);
        }

        try
        {
            using var compiler = Process.Start(new ProcessStartInfo("cc", ["-shared", "-fPIC", "-O1", "-w", "-o", disk.Library, Path.Combine(root, Source), "-ldl", "-lpthread"]) { UseShellExecute = false })!;
            compiler.WaitForExit();
            return compiler.ExitCode == 0 ? disk : throw new InvalidOperationException("The odd disk could not be built.");
        }
        catch (Win32Exception)
        {
            disk.Dispose();
            return null;
        }
    }

    /// <summary>The environment of a run that saves to such a disk.</summary>
    /// <param name="folder">What is on the disk.</param>
    /// <param name="oddities">What is odd about it; <c>odddisk.c</c> lists the words.</param>
    public IReadOnlyDictionary<string, string> Environment(string folder, string oddities) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["LD_PRELOAD"] = Library,
        ["ODD_DISK_FOLDER"] = folder,
        ["ODD_DISK"] = " " + oddities + " ",
    };

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Library => Path.Combine(_root, "odddisk.so");
}
