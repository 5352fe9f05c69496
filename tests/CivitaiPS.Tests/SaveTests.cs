using System.Management.Automation;
using Gallery;
using Xunit;

namespace CivitaiPS.Tests;

public sealed class SaveTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Images_of_a_query_are_saved_and_reported()
    {
        await using var session = await ModuleSession.StartAsync();
        var saved = session.Output($"Get-CivitaiImage -First 5 | Save-CivitaiImage '{session.Folder}/new' -Hash");
        Assert.Equal(5, saved.Count);
        Assert.All(saved, one =>
        {
            Assert.Equal("Civitai.SavedImage", one.TypeNames[0]);
            Assert.Equal("Downloaded", one.Properties["Status"].Value.ToString());
            Assert.True(File.Exists((string)one.Properties["Path"].Value));
            Assert.Matches("^[0-9a-f]{64}$", (string)one.Properties["Sha256"].Value);
        });
        await session.AssertNothingIsLeftRunningAsync();
    }

    [Fact]
    public async Task A_template_and_a_script_block_name_the_files()
    {
        await using var session = await ModuleSession.StartAsync();
        session.Output($$"""Get-CivitaiImage -First 2 | Save-CivitaiImage '{{session.Folder}}' -FileName 't/{Type}-{Id}.{Extension}'""");
        Assert.All(Directory.GetFiles(Path.Combine(session.Folder, "t")), file => Assert.Matches("^(Image|Video|Audio)-[0-9]+\\.[a-z0-9]+$", Path.GetFileName(file)));
        session.Output($$"""$prefix = 'p'; Get-CivitaiImage -First 2 | Save-CivitaiImage '{{session.Folder}}' -FileName { "s/$prefix$($_.Id)" }""");
        Assert.All(Directory.GetFiles(Path.Combine(session.Folder, "s")), file => Assert.Matches("^p[0-9]+\\.[a-z0-9]+$", Path.GetFileName(file)));
    }

    [Fact]
    public async Task A_script_block_that_fails_costs_that_image_only_and_the_error_can_be_piped_again()
    {
        await using var session = await ModuleSession.StartAsync();
        var result = session.Invoke($$"""
            $script:n = 0
            Get-CivitaiImage -First 3 | Save-CivitaiImage '{{session.Folder}}' -FileName { if (++$script:n -eq 2) { throw 'no' }; "a$($_.Id)" } -ErrorVariable failed
            $failed.TargetObject | Save-CivitaiImage '{{session.Folder}}'
            """);
        Assert.Equal("CivitaiFileNameInvalid,CivitaiPS.Commands.SaveCivitaiImageCommand", Assert.Single(result.Errors).FullyQualifiedErrorId);
        Assert.Equal(3, result.Output.Count);
        Assert.Equal(3, Directory.GetFiles(session.Folder).Length);
    }

    [Theory]
    [InlineData("{Nonsense}")]
    [InlineData("{Id")]
    [InlineData("{Extension}/{Id}")]
    public async Task A_template_that_cannot_be_used_ends_the_command_before_any_request(string template)
    {
        await using var session = await ModuleSession.StartAsync();
        var result = session.Invoke($"Get-CivitaiImage -First 3 | Save-CivitaiImage '{session.Folder}/x' -FileName '{template}'");
        Assert.StartsWith("CivitaiFileNameInvalid", Assert.Single(result.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(session.Gallery.Log.All);
        Assert.Empty(Directory.GetFileSystemEntries(session.Folder));
    }

    [Fact]
    public async Task WhatIf_touches_nothing()
    {
        await using var session = await ModuleSession.StartAsync();
        var output = session.Output($"Get-CivitaiImage -First 3 | Save-CivitaiImage '{session.Folder}/x/y' -Archive '{session.Folder}/z/ledger' -Sidecar Json, Text -WhatIf");
        Assert.Empty(output);
        Assert.Empty(session.Gallery.Log.Media);
        Assert.Empty(Directory.GetFileSystemEntries(session.Folder));
    }

    [Fact]
    public async Task Anything_with_a_url_is_saved()
    {
        await using var session = await ModuleSession.StartAsync();
        var images = session.Gallery.Catalogue.Images.Where(image => image.Type == "image").Take(5).Select(image => (image.Id, Url: session.Gallery.MediaUrl(image.Id))).ToArray();
        var saved = session.Output($$"""
            @(
                @{ Id = '{{images[0].Id}}'; Url = '{{images[0].Url}}'; CreatedAt = '2025-04-17T21:28:57Z' }
                [pscustomobject]@{ id = {{images[1].Id}}; url = '{{images[1].Url}}' }
                '{{images[2].Url}}'
                [uri]'{{images[3].Url}}'
                [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize((Get-CivitaiImage -Id {{images[4].Id}})))
            ) | Save-CivitaiImage '{{session.Folder}}' -Sidecar Json
            """);
        Assert.Equal(5, saved.Count);
        var names = Directory.GetFiles(session.Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(5, names.Count);
        Assert.All((int[])[0, 1, 4], at => Assert.Contains(images[at].Id.ToString(System.Globalization.CultureInfo.InvariantCulture), names));
        Assert.All((int[])[2, 3], at => Assert.Contains(images[at].Url.Segments[2].TrimEnd('/'), names));
        Assert.All(Directory.GetFiles(session.Folder, "*.json"), file => Assert.Contains("\"complete\": false", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_image_that_went_through_json_keeps_its_infotext()
    {
        await using var session = await ModuleSession.StartAsync();
        session.Output($$"""
            $i = Get-CivitaiImage -ModelVersionId 1 -Type Image -First 1
            [pscustomobject]@{ Id = $i.Id; Url = $i.Url; Meta = [pscustomobject]@{ Prompt = 'a castle'; Infotext = "a castle`nSteps: 5, Hires upscaler: Latent" } } |
                Save-CivitaiImage '{{session.Folder}}' -Sidecar Text
            """);
        var text = await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(session.Folder, "*.txt")), Stop);
        Assert.Equal("a castle\nSteps: 5, Hires upscaler: Latent", text.TrimEnd('\n'));
    }

    [Theory]
    [InlineData("$null")]
    [InlineData("@{ Id = 5 }")]
    [InlineData("'hello'")]
    [InlineData("5")]
    [InlineData("@{ Url = '' }")]
    public async Task What_has_no_url_is_a_non_terminating_error(string input)
    {
        await using var session = await ModuleSession.StartAsync();
        var result = session.Invoke($"{input} | Save-CivitaiImage '{session.Folder}'; 'after'");
        Assert.StartsWith("CivitaiInputNotSupported", Assert.Single(result.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("after", Assert.Single(result.Output).BaseObject);
    }

    [Fact]
    public async Task Stopping_downstream_leaves_nothing_running()
    {
        await using var session = await ModuleSession.StartAsync(new GalleryOptions { MediaSize = 600_000, BytesPerSecond = 3_000_000 });
        var output = session.Output($"foreach ($i in 1) {{ Get-CivitaiImage | Save-CivitaiImage '{session.Folder}' -ThrottleLimit 4 | ForEach-Object {{ $_; break }} }}");
        Assert.Single(output);
        await session.AssertNothingIsLeftRunningAsync();
        Assert.All(Directory.GetFiles(session.Folder), file => Assert.True(
            file.EndsWith(".part", StringComparison.Ordinal) || file.EndsWith(".part.info", StringComparison.Ordinal) || new FileInfo(file).Length >= 600_000, file));
    }

    [Fact]
    public async Task No_more_run_at_once_than_the_limit_and_the_query_is_held_back()
    {
        var gate = new TaskCompletionSource();
        await using var session = await ModuleSession.StartAsync();
        session.Gallery.Faults.Add(Fault.HoldUntil(gate.Task).OnMedia().Forever());
        var run = session.Begin($"Get-CivitaiImage -PageSize 8 | Save-CivitaiImage '{session.Folder}' -ThrottleLimit 3 | Out-Null");
        await session.Gallery.Log.WaitForAsync(request => request.IsMedia && session.Gallery.Log.Media.Count == 3, GalleryServer.Patience);
        Assert.Single(session.Gallery.Log.Images);
        Assert.Equal(3, session.Gallery.Log.Media.Count);
        run.Dispose();
        gate.SetResult();
        await session.AssertNothingIsLeftRunningAsync();
    }

    [Fact]
    public async Task One_at_a_time_nothing_is_begun_before_the_one_before_has_been_reported()
    {
        await using var session = await ModuleSession.StartAsync();
        var output = session.Output($"foreach ($i in 1) {{ Get-CivitaiImage -First 20 | Save-CivitaiImage '{session.Folder}' -ThrottleLimit 1 | ForEach-Object {{ $_; break }} }}");
        Assert.Single(output);
        await session.AssertNothingIsLeftRunningAsync();
        Assert.Single(Directory.GetFiles(session.Folder));
        Assert.Single(session.Gallery.Log.Media);
    }

    [Fact]
    public async Task Brackets_in_a_folder_that_is_not_there_yet_are_taken_literally()
    {
        await using var session = await ModuleSession.StartAsync();
        session.Output($"Get-CivitaiImage -First 1 | Save-CivitaiImage '{session.Folder}/a [1]'");
        session.Output($"Get-CivitaiImage -First 1 | Save-CivitaiImage -LiteralPath '{session.Folder}/b [1]'");
        Assert.Equal(["a [1]", "b [1]"], Directory.GetDirectories(session.Folder).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        var result = session.Invoke("Get-CivitaiImage -First 1 | Save-CivitaiImage Env:/x");
        Assert.StartsWith("CivitaiPathNotFileSystem", Assert.Single(result.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(session.Gallery.Log.All);
    }

    [Fact]
    public async Task The_infotext_of_an_image_that_came_through_a_file_or_a_job_is_the_same_to_the_last_character()
    {
        await using var session = await ModuleSession.StartAsync();
        session.Output($$"""
            $images = @(Get-CivitaiImage -Type Image -First 25)
            $images | Save-CivitaiImage '{{session.Folder}}/here' -Sidecar Text | Out-Null
            [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($images)) |
                Save-CivitaiImage '{{session.Folder}}/there' -Sidecar Text | Out-Null
            """);

        var here = Directory.GetFiles(Path.Combine(session.Folder, "here"), "*.txt");
        Assert.InRange(here.Length, 10, 25);
        Assert.All(here, file => Assert.Equal(File.ReadAllText(file), File.ReadAllText(Path.Combine(session.Folder, "there", Path.GetFileName(file)))));
    }
}
