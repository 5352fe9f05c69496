using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CivitaiPS.Tests;

/// <summary>The tests of <c>tests/Pester</c>, found and run by Pester in the real PowerShell.</summary>
internal static class PesterSuite
{
    private static readonly string Folder = Path.Combine(BuiltModule.RepositoryRoot, "tests", "Pester");
    private static readonly Lazy<IReadOnlyList<PesterTest>> Found = new(() => FindAsync(CancellationToken.None).GetAwaiter().GetResult());
    private static readonly ConcurrentDictionary<string, Lazy<Task<PesterFileRun>>> Runs = new(StringComparer.Ordinal);

    /// <summary>All tests, not yet run.</summary>
    public static IReadOnlyList<PesterTest> Tests => Found.Value;

    /// <summary>The files.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Directory.GetFiles(Folder, "*.Tests.ps1").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    /// <summary>Runs a file, if that has not been done before.</summary>
    /// <param name="file">Its name.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <returns>What became of its tests.</returns>
    public static Task<PesterFileRun> RunAsync(string file, CancellationToken cancellation) =>
        Runs.GetOrAdd(file, _ => new Lazy<Task<PesterFileRun>>(() => InvokeAsync(cancellation, "-Path", Path.Combine(Folder, file), "-Configuration", BuildMetadata.Get("Configuration")))).Value;

    // Pester takes seconds to find them, so what it found is kept beside this assembly for as long as nothing has changed.
    private static async Task<IReadOnlyList<PesterTest>> FindAsync(CancellationToken cancellation)
    {
        var kept = Path.Combine(AppContext.BaseDirectory, $"pester-{await HashAsync(cancellation)}.json");
        if (!File.Exists(kept))
        {
            var run = await InvokeAsync(cancellation, "-ListOnly");
            if (run.ExitCode != 0 || run.Tests.Count == 0)
            {
                throw new InvalidOperationException("Pester finds no tests: " + run.Text);
            }

            foreach (var old in Directory.GetFiles(AppContext.BaseDirectory, "pester-*.json"))
            {
                File.Delete(old);
            }

            // Renamed, so that a second process never reads half of it.
            var written = kept + "." + Environment.ProcessId;
            await File.WriteAllTextAsync(written, JsonSerializer.Serialize(run.Tests), cancellation);
            File.Move(written, kept, overwrite: true);
        }

        return JsonSerializer.Deserialize<List<PesterTest>>(await File.ReadAllTextAsync(kept, cancellation))!;
    }

    private static async Task<string> HashAsync(CancellationToken cancellation)
    {
        var text = new StringBuilder(BuildMetadata.Get("PesterManifest"));
        foreach (var file in Directory.GetFiles(Folder).Order(StringComparer.Ordinal))
        {
            text.Append(Path.GetFileName(file)).Append(await File.ReadAllTextAsync(file, cancellation));
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16];
    }

    private static async Task<PesterFileRun> InvokeAsync(CancellationToken cancellation, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("civitaips-").FullName;
        try
        {
            var results = Path.Combine(folder, "results.json");
            var run = await PwshRun.StartAsync(
                PwshRun.Describe(folder, ["-NonInteractive", "-File", Path.Combine(Folder, "Invoke-Tests.ps1"), "-Pester", BuildMetadata.Get("PesterManifest"), "-ResultPath", results, .. arguments]),
                cancellation);
            var tests = File.Exists(results) ? JsonSerializer.Deserialize<List<PesterTest>>(await File.ReadAllTextAsync(results, cancellation))! : [];
            return new PesterFileRun(run.ExitCode, tests, run.Output + run.Error);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
