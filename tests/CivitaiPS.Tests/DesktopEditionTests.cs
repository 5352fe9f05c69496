using System.Diagnostics;
using EngineHost;
using Gallery;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>The flavour of the engine for Windows PowerShell 5.1, run on Mono through the resolver that 5.1 uses.</summary>
public sealed class DesktopEditionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("civitaips-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_lists_and_saves_and_finds_what_it_saved()
    {
        var mono = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "mono")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(mono is null, "There is no mono on the PATH.");

        await using var gallery = await GalleryServer.StartAsync();

        // The older framework decodes with streams of its own.
        gallery.Faults.Add(Fault.Encoded("gzip").OnMedia(), Fault.Encoded("deflate").OnMedia().Skip(1), Fault.Encoded("raw deflate", "deflate").OnMedia().Skip(2));
        using var process = Process.Start(new ProcessStartInfo(
            mono,
            [Path.Combine(BuiltModule.RepositoryRoot, BuildMetadata.Get("Desktop")), BuiltModule.Folder, gallery.BaseUri.AbsoluteUri, _folder])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, await output + error);
        var expected = gallery.Catalogue.Images.Count(image => File.Exists(Path.Combine(_folder, image.Id + ".json")));
        Assert.Equal(12, expected);
        foreach (var file in Directory.GetFiles(_folder).Where(file => Path.GetExtension(file) is not (".json" or ".txt")))
        {
            Assert.Equal(gallery.MediaBytes(long.Parse(Path.GetFileNameWithoutExtension(file), System.Globalization.CultureInfo.InvariantCulture)), await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        }

        Assert.Equal(12, gallery.Log.Media.Count);
    }
}
