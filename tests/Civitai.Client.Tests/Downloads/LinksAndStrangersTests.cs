using System.Text;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

/// <summary>Nothing is written outside the folder, and nothing of the user's is replaced.</summary>
public sealed class LinksAndStrangersTests : IDisposable
{
    private readonly string _outside = Directory.CreateTempSubdirectory("civitaips-outside-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Victim => Path.Combine(_outside, "victim");

    public void Dispose() => Directory.Delete(_outside, recursive: true);

    [Theory]
    [InlineData(".part", 700_000)]
    [InlineData(".part.info", 700_000)]
    [InlineData(".png", 10_000)]
    [InlineData(".png", 700_000)]
    [InlineData(".json", 10_000)]
    [InlineData(".txt", 10_000)]
    public async Task A_planted_link_is_never_followed(string extension, int size)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making a link needs a privilege on Windows.");
        await using var rig = await SavingRig.StartAsync(size, ServedFormat.Png);
        await File.WriteAllTextAsync(Victim, "precious", Stop);
        var image = new Image(new Prompted("a castle")) { Id = rig.Images()[0].Id, Url = rig.Images()[0].Url };
        File.CreateSymbolicLink(Path.Combine(rig.Folder, image.Id + extension), Victim);

        var saved = await rig.SaveAsync(image, rig.Options(sidecar: Sidecar.Json | Sidecar.Text));
        Assert.Equal(SaveStatus.Downloaded, saved.Status);
        Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(saved.Path!));
        Assert.Equal("precious", await File.ReadAllTextAsync(Victim, Stop));
        Assert.Equal([image.Id + ".json", image.Id + ".png", image.Id + ".txt"], rig.Files());
        Assert.All(Directory.GetFiles(rig.Folder), file => Assert.Null(new FileInfo(file).LinkTarget));
    }

    [Fact]
    public async Task A_journal_that_is_a_link_is_replaced_when_the_part_is_resumed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making a link needs a privilege on Windows.");
        await using var rig = await SavingRig.StartAsync(700_000, ServedFormat.Png);
        var image = rig.Images()[0];
        rig.Gallery.Faults.Add(Fault.AbortAfter(300_000));
        await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image));
        var journal = Path.Combine(rig.Folder, image.Id + ".part.info");
        File.Move(journal, Victim);
        File.CreateSymbolicLink(journal, Victim);
        var before = await File.ReadAllTextAsync(Victim, Stop);

        var saved = await rig.SaveAsync(image);
        Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(saved.Path!));
        Assert.Equal(before, await File.ReadAllTextAsync(Victim, Stop));
        Assert.Equal([image.Id + ".png"], rig.Files());
    }

    [Theory]
    [InlineData("sub/{Id}", 10_000, "flush temporary")]
    [InlineData("sub/{Id}", 700_000, "flush")]
    [InlineData("{Id}", 10_000, "flush temporary")]
    [InlineData("{Id}", 10_000, "create")]
    public async Task A_folder_that_is_replaced_by_a_link_meanwhile_is_not_written_to(string name, int size, string moment)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making a link needs a privilege on Windows.");
        await using var rig = await SavingRig.StartAsync(size, ServedFormat.Png);
        var root = Path.Combine(rig.Folder, "root");
        var folder = name.StartsWith("sub", StringComparison.Ordinal) ? Path.Combine(root, "sub") : root;
        Directory.CreateDirectory(root);
        var isDone = false;
        rig.Disk.Before = call =>
        {
            if (!isDone && call.StartsWith(moment, StringComparison.Ordinal))
            {
                isDone = true;
                Directory.Move(folder, Path.Combine(rig.Folder, "moved"));
                Directory.CreateSymbolicLink(folder, _outside);
            }
        };
        var images = rig.Images()[..2];
        using var saver = rig.Saver(new SaveOptions { Folder = root, FileName = name });
        foreach (var image in images)
        {
            // The first one may have been written already to what is no longer there, and the second comes too late.
            var error = await Assert.ThrowsAsync<CivitaiException>(() => saver.SaveAsync(saver.Plan(image, null), Stop));
            Assert.Equal("CivitaiFileWriteFailed", error.ErrorId);
        }

        Assert.Empty(Directory.GetFileSystemEntries(_outside));
        Directory.Delete(folder);
    }

    [Theory]
    [InlineData("castle.txt")]
    [InlineData("castle.json")]
    public async Task A_sidecar_never_replaces_a_file_of_the_users_and_the_pair_has_the_id_then(string theirs)
    {
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        var image = new Image(new Prompted("a castle")) { Id = rig.Images()[0].Id, Url = rig.Images()[0].Url };
        await File.WriteAllTextAsync(Path.Combine(rig.Folder, theirs), "{\"mine\":true}", Stop);
        for (var run = 0; run < 2; run++)
        {
            var saved = await rig.SaveAsync(image, rig.Options("castle", sidecar: Sidecar.Json | Sidecar.Text));
            var name = $"castle ({image.Id})";
            Assert.Equal(name + ".png", Path.GetFileName(saved.Path));
            Assert.Equal(((string[])[name + ".json", name + ".png", name + ".txt", theirs]).Order(StringComparer.Ordinal), rig.Files());
            Assert.Equal("{\"mine\":true}", await File.ReadAllTextAsync(Path.Combine(rig.Folder, theirs), Stop));
        }
    }

    [Theory]
    [InlineData("castle.part", 700_000)]
    [InlineData("castle.part.info", 700_000)]
    [InlineData("castle.png", 10_000)]
    [InlineData("castle.json", 10_000)]
    [InlineData("castle.txt", 10_000)]
    public async Task A_pipe_of_one_of_the_names_is_never_waited_for(string name, int size)
    {
        await using var rig = await SavingRig.StartAsync(size, ServedFormat.Png);
        var image = new Image(new Prompted("a castle")) { Id = rig.Images()[0].Id, Url = rig.Images()[0].Url };
        if (name.Contains("part", StringComparison.Ordinal))
        {
            rig.Gallery.Faults.Add(Fault.AbortAfter(300_000));
            await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image, rig.Options("castle")));
            File.Delete(Path.Combine(rig.Folder, name));
        }

        Assert.SkipUnless(OperatingSystem.IsLinux() && mkfifo(Encoding.UTF8.GetBytes(Path.Combine(rig.Folder, name) + "\0"), 0x1B6) == 0, "A pipe cannot be made here.");
        var saved = await rig.SaveAsync(image, rig.Options("castle", sidecar: Sidecar.Json | Sidecar.Text));
        Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(saved.Path!));
        Assert.Equal(name is "castle.json" or "castle.txt" or "castle.png" ? $"castle ({image.Id}).png" : "castle.png", Path.GetFileName(saved.Path));
    }

    [System.Runtime.InteropServices.DllImport("libc")]
    [System.Runtime.InteropServices.DefaultDllImportSearchPaths(System.Runtime.InteropServices.DllImportSearchPath.SafeDirectories)]
    private static extern int mkfifo(byte[] path, uint mode);

    [Fact]
    public async Task Names_are_the_same_in_every_Unicode_form()
    {
        await using var rig = await SavingRig.StartAsync(format: ServedFormat.Png);
        var image = rig.Images()[0];
        var saved = await rig.SaveAsync(image, rig.Options("ao\u00FBt {Id}"));
        Assert.Contains("\u00FB", saved.Path, StringComparison.Ordinal);
        File.Move(saved.Path!, saved.Path!.Normalize(NormalizationForm.FormD));
        var again = await rig.SaveAsync(image, rig.Options("ao\u00FBt {Id}"));
        Assert.Equal(SaveStatus.AlreadyExists, again.Status);
        Assert.Single(rig.Gallery.Log.Media);
        Assert.True(File.Exists(again.Path));
    }

    private sealed class Prompted(string prompt) : ImageContent
    {
        public override ImageMeta? Meta { get; } = new(new Dictionary<string, object?>(StringComparer.Ordinal) { ["prompt"] = prompt });

        public override string? Json => null;
    }
}
