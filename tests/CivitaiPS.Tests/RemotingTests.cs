using Gallery;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>What the help and the README show for several machines, on two of them, each with its own home and its own installed module.</summary>
public sealed class RemotingTests
{
    private const string Key = "a-key-for-far-machines";

    public static TheoryData<string> Recipes => new(HelpCode.All.Where(code => code.NeedsMachines).Select(code => code.Name));

    [Theory]
    [MemberData(nameof(Recipes))]
    public async Task Every_image_is_saved_once_by_one_of_the_machines(string name)
    {
        await using var session = await StartAsync();
        await using var network = await SshNetwork.StartAsync(session.Gallery.BaseUri);
        var run = await network.RunAsync(session.Folder, Listing(HelpCode.All.Single(code => string.Equals(code.Name, name, StringComparison.Ordinal)).Code));

        Assert.True(run.ExitCode == 0 && run.Error.Length == 0, run.Output + run.Error);
        var saved = run.Lines.Select(line => line.Split('\t')).Select(parts => (Id: long.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), Machine: parts[1], Path: parts[2])).ToArray();
        Assert.True(saved.Length > 20, run.Output);
        Assert.Equal(saved.Length, saved.Select(one => one.Id).Distinct().Count());
        Assert.Equal(saved.Select(one => one.Id).Order(), session.Gallery.Log.Media.Select(request => request.ImageId!.Value).Order());

        foreach (var machine in network.Machines)
        {
            // Both had their share, and each has its own files and no other's.
            var mine = saved.Where(one => one.Machine == machine.Name).Select(one => one.Path).Order(StringComparer.Ordinal).ToArray();
            Assert.InRange(mine.Length, saved.Length / 3, saved.Length * 2 / 3);
            Assert.Equal(mine, Directory.GetFiles(Path.Combine(machine.Home, "castles")).Order(StringComparer.Ordinal));
        }

        Assert.All(saved, one => Assert.Equal(session.Gallery.MediaBytes(one.Id), File.ReadAllBytes(one.Path)));
    }

    [Fact]
    public async Task A_connection_made_here_is_not_there_and_one_made_there_is()
    {
        await using var session = await StartAsync();
        await using var network = await SshNetwork.StartAsync(session.Gallery.BaseUri);
        var run = await network.RunAsync(
            session.Folder,
            $$"""
            $key = ConvertTo-SecureString '{{Key}}' -AsPlainText -Force
            $null = Connect-Civitai -ApiKey $key
            $session = New-PSSession -HostName server1
            Invoke-Command -Session $session { (Get-CivitaiConnection).HasApiKey }
            $null = Invoke-Command -Session $session { Connect-Civitai -ApiKey $using:key }
            Invoke-Command -Session $session { (Get-CivitaiConnection).HasApiKey }
            Remove-PSSession $session
            """);

        Assert.True(run.ExitCode == 0 && run.Error.Length == 0, run.Output + run.Error);
        Assert.Equal(["False", "True"], run.Lines);
    }

    [Fact]
    public void The_help_and_the_README_have_such_a_recipe() =>
        Assert.Equal(["README", "about_CivitaiPS"], HelpCode.All.Where(code => code.NeedsMachines).Select(code => code.Name.Split(' ')[0]).Order(StringComparer.Ordinal));

    private static Task<ModuleSession> StartAsync() => ModuleSession.StartAsync(new GalleryOptions { Images = 400, FewPictures = true, ApiKey = Key });

    // A line for each image that came back.
    private static string Listing(string code) =>
        $$"""
        & {
        {{code}}
        } | ForEach-Object { "$($_.Id)`t$($_.PSComputerName)`t$($_.Path)" }
        """;
}
