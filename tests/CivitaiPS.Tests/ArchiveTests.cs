using System.Management.Automation;
using Gallery;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>A ledger says that an image was saved. It says nothing about files that only happen to have the same name.</summary>
public sealed class ArchiveTests : IAsyncLifetime
{
    private readonly ModuleSession _session = new();
    private CatalogueImage _one = null!;
    private CatalogueImage _other = null!;

    private string Ledger => Path.Combine(_session.Folder, "ledger");

    public async ValueTask InitializeAsync()
    {
        await _session.InitializeAsync();
        var same = _session.Gallery.Catalogue.Images.Where(image => image is { BrowsingLevel: 1, Type: "image", RawItemJson: null }).Take(2).ToArray();
        (_one, _other) = (same[0], same[1]);
        Save(_one, "x");
        Save(_other, "y");
    }

    public ValueTask DisposeAsync() => _session.DisposeAsync();

    [Fact]
    public void Force_does_not_put_one_image_in_the_place_of_another()
    {
        var again = Save(_one, "y", "-Force");
        Assert.EndsWith($"({_one.Id})", Path.GetFileNameWithoutExtension((string)again.Properties["Path"].Value), StringComparison.Ordinal);
        Assert.Contains(Directory.GetFiles(Path.Combine(_session.Folder, "y")), file => File.ReadAllBytes(file).AsSpan().SequenceEqual(_session.Gallery.MediaBytes(_other.Id)));
    }

    [Fact]
    public void An_image_in_the_archive_is_not_taken_for_a_file_that_only_has_its_name()
    {
        var again = Save(_one, "y", "-Sidecar Json");
        Assert.Equal("InArchive", again.Properties["Status"].Value.ToString());
        Assert.Null(again.Properties["Path"].Value);
        Assert.Empty(Directory.GetFiles(Path.Combine(_session.Folder, "y"), "*.json"));
    }

    [Fact]
    public void What_is_skipped_is_told()
    {
        var result = _session.Invoke($"Get-CivitaiImage -Id {_one.Id} | Save-CivitaiImage '{_session.Folder}/z' -Archive '{Ledger}' -Verbose");
        Assert.Contains(result.Verbose, line => line.StartsWith($"Skipped {_one.Id}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_another_run_holds_the_archive_progress_goes_on_and_stopping_ends_it()
    {
        using var theirs = new FileStream(Ledger, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        using var run = _session.Begin($"Get-CivitaiImage -First 1 | Save-CivitaiImage '{_session.Folder}/z' -Archive '{Ledger}'");
        await run.ShowedProgressAsync(_ => true);
        run.Stop();
        Assert.True(run.Wait().Stopped);
        Assert.False(Directory.Exists(Path.Combine(_session.Folder, "z")));
    }

    private PSObject Save(CatalogueImage image, string folder, string options = "") =>
        _session.Output($"Get-CivitaiImage -Id {image.Id} | Save-CivitaiImage '{_session.Folder}/{folder}' -FileName 'same' -Archive '{Ledger}' {options}").Single();
}
