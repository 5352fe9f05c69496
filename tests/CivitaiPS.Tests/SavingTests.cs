using Gallery;
using Xunit;

namespace CivitaiPS.Tests;

public sealed class SavingTests(ModuleSession session) : IClassFixture<ModuleSession>
{
    private const string Query = "Get-CivitaiImage -ModelVersionId 1 -Type Image -First 12";

    [Fact]
    public async Task What_is_saved_are_the_bytes_that_the_service_has()
    {
        var folder = Directory.CreateDirectory(Path.Combine(session.Folder, "bytes")).FullName;
        var saved = session.Output($"{Query} | Save-CivitaiImage '{folder}'");
        Assert.Equal(12, saved.Count);
        foreach (var image in saved)
        {
            var path = (string)image.Properties["Path"].Value;
            Assert.Equal(folder, Path.GetDirectoryName(path));
            Assert.Equal(session.Gallery.MediaBytes((long)image.Properties["Id"].Value), await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        }

        Assert.Equal(12, Directory.GetFiles(folder).Length);
        await session.AssertNothingIsLeftRunningAsync();
    }

    [Fact]
    public void A_second_run_finds_everything_there()
    {
        var folder = Path.Combine(session.Folder, "twice");
        session.Output($"{Query} | Save-CivitaiImage '{folder}'");
        var again = session.Output($"{Query} | Save-CivitaiImage '{folder}'");
        Assert.All(again, image => Assert.Equal("AlreadyExists", image.Properties["Status"].Value.ToString()));
        Assert.Empty(session.Gallery.Log.Media);
    }

    [Fact]
    public void WhatIf_touches_nothing()
    {
        var folder = Path.Combine(session.Folder, "untouched");
        var saved = session.Output($"{Query} | Save-CivitaiImage '{folder}' -WhatIf");
        Assert.Empty(saved);
        Assert.Empty(session.Gallery.Log.Media);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Leaving_the_pipeline_after_one_file_leaves_nothing_running()
    {
        var folder = Path.Combine(session.Folder, "left");
        var saved = session.Output($"foreach ($round in 1) {{ Get-CivitaiImage -ModelVersionId 1 | Save-CivitaiImage '{folder}' | ForEach-Object {{ $_; break }} }}");
        Assert.Single(saved);
        await session.AssertNothingIsLeftRunningAsync();
    }

    [Fact]
    public async Task Stopping_in_the_middle_of_a_download_leaves_nothing_running_and_no_finished_name()
    {
        await using var alone = await ModuleSession.StartAsync();
        alone.Gallery.Faults.Add(Fault.StallAfter(100).OnMedia().Forever());
        var folder = Path.Combine(alone.Folder, "stopped");
        using var run = alone.Begin($"{Query} | Save-CivitaiImage '{folder}' -ThrottleLimit 2");
        await alone.Gallery.Log.WaitForAsync(request => request.IsMedia && request.Status == 200, GalleryServer.Patience);
        run.Stop();
        Assert.True(run.Wait().Stopped);
        await alone.AssertNothingIsLeftRunningAsync();
        Assert.DoesNotContain(Directory.GetFiles(folder), file => !Path.GetFileName(file).Contains(".part", StringComparison.Ordinal));
    }
}
