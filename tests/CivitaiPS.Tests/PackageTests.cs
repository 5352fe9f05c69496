using System.Diagnostics;
using System.IO.Compression;
using System.Management.Automation;
using System.Xml.Linq;
using EngineHost;
using Gallery;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>The package that goes to the PowerShell Gallery.</summary>
public sealed class PackageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("civitaips-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Packed_twice_it_is_the_same_and_holds_the_module_and_nothing_else()
    {
        var package = await PackAsync("once");
        Assert.Equal(await File.ReadAllBytesAsync(package, Token), await File.ReadAllBytesAsync(await PackAsync("twice"), Token));

        await using var archive = await ZipFile.OpenReadAsync(package, Token);
        var module = Directory.GetFiles(BuiltModule.Folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(BuiltModule.Folder, file).Replace('\\', '/'));
        string[] ofThePackage = ["CivitaiPS.nuspec", "[Content_Types].xml", "_rels/.rels", "package/services/metadata/core-properties/nuget.psmdcp"];
        Assert.Equal(
            module.Concat(ofThePackage).Order(StringComparer.Ordinal),
            archive.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal));

        await using var nuspec = await archive.GetEntry("CivitaiPS.nuspec")!.OpenAsync(Token);
        var metadata = (await XDocument.LoadAsync(nuspec, LoadOptions.None, Token)).Descendants().ToLookup(element => element.Name.LocalName, element => element.Value, StringComparer.Ordinal);
        Assert.Equal(Path.GetFileName(BuiltModule.Folder), metadata["version"].Single());
        Assert.Equal(TagsOfManifest().Order(StringComparer.Ordinal), metadata["tags"].Single().Split(' ').Order(StringComparer.Ordinal));
        Assert.NotEmpty(metadata["projectUrl"].Single());
        Assert.NotEmpty(metadata["releaseNotes"].Single());
        Assert.Equal("MIT", metadata["license"].Single());
        Assert.Empty(metadata["dependency"]);
    }

    [Fact]
    public async Task Installed_as_the_README_says_it_is_imported_by_its_name()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It would be installed into the user's own documents.");
        await PackAsync("output");
        await using var gallery = await GalleryServer.StartAsync();
        var start = PwshRun.Describe(_folder, "-NonInteractive", "-Command", $"""
            $ErrorActionPreference = 'Stop'
            function dotnet {"{ 'packed before' }"}
            {HelpCode.Installation.Code}
            (Get-Module CivitaiPS).ModuleBase
            @(Get-CivitaiImage -ModelVersionId 1 -First 2 | Save-CivitaiImage ./pictures).Count
            """);
        var home = Directory.CreateDirectory(Path.Combine(_folder, "home")).FullName;
        PwshRun.SetHome(start, home);
        start.Environment.Remove("PSModulePath");
        start.Environment["CIVITAI_BASE_URL"] = gallery.BaseUri.ToString();
        var run = await PwshRun.StartAsync(start, Token);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(["packed before", Path.Combine(home, ".local", "share", "powershell", "Modules", "CivitaiPS", Path.GetFileName(BuiltModule.Folder)), "2"], run.Lines);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // What the PowerShell Gallery's own publishing makes of a manifest.
    private static IEnumerable<string> TagsOfManifest()
    {
        using var engine = new EngineSession();
        var manifest = (PSModuleInfo)engine.Invoke($"Test-ModuleManifest '{BuiltModule.Manifest}'").Output.Single().BaseObject;
        return [
            "PSModule",
            "PSIncludes_Cmdlet",
            .. manifest.ExportedCmdlets.Keys.SelectMany(name => new[] { "PSCmdlet_" + name, "PSCommand_" + name }),
            .. manifest.Tags,
        ];
    }

    private async Task<string> PackAsync(string name)
    {
        var output = Path.Combine(_folder, name);
        using var process = Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["pack", Path.Combine(BuiltModule.RepositoryRoot, "src", "CivitaiPS"), "--no-build", "--configuration", BuildMetadata.Get("Configuration"), "--output", output])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var said = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, said);
        return Directory.GetFiles(output).Single();
    }
}
