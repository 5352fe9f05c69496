using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

/// <summary>What the errors of downloads say, and what an original without an end is worth.</summary>
public sealed class DownloadErrorTests
{
    private static readonly Dictionary<string, Func<Fault>> Faults = new(StringComparer.Ordinal)
    {
        ["404"] = () => Fault.Status(404),
        ["403"] = () => Fault.Status(403),
        ["503"] = () => Fault.Status(503),
        ["418"] = () => Fault.Status(418),
        ["html"] = () => Fault.HtmlPage(),
        ["empty"] = () => Fault.EmptyBody(),
        ["cut"] = () => Fault.AbortAfter(300_000),
        ["reset"] = () => Fault.ResetAfter(0),
        ["truncated"] = () => Fault.TruncateAtAnnouncedLength(100),
        ["longer"] = () => Fault.WrongLength(1000),
        ["redirect"] = () => Fault.EndlessRedirect(),
        ["206"] = () => Fault.Status(206),
        ["416"] = () => Fault.Status(416),
    };

    public static TheoryData<string> Names => [.. Faults.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_url_is_in_the_cause_and_not_in_the_message(string name)
    {
        await using var rig = await SavingRig.StartAsync(mediaSize: 600_000);
        rig.Gallery.Faults.Add(Faults[name]().OnMedia().Forever());
        var image = rig.Images()[0];
        var secret = new Image { Id = image.Id, Url = image.Url + "?token=not-for-eyes", Type = MediaType.Image };
        var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(secret));
        var path = new Uri(image.Url!).AbsolutePath;
        Assert.DoesNotContain(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.InnerException!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not-for-eyes", error.ToString(), StringComparison.Ordinal);
        Assert.Same(secret, error.Target);
    }

    [Fact]
    public async Task What_was_kept_is_told_and_another_run_resumes_there()
    {
        await using var rig = await SavingRig.StartAsync(mediaSize: 600_000);
        var image = rig.Images()[0];
        var total = rig.Gallery.MediaBytes(image.Id).Length;
        rig.Gallery.Faults.Add(Fault.AbortAfter(300_000).OnMedia().Times(1));
        var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image));
        Assert.Equal(total, error.TotalBytes);
        Assert.InRange(error.KeptBytes!.Value, 1, 300_000);
        var saved = await rig.SaveAsync(image);
        Assert.Equal(SaveStatus.Resumed, saved.Status);
        Assert.Equal(error.KeptBytes, rig.Gallery.Log.Media[^1].RangeStart);
    }

    [Fact]
    public async Task Nothing_is_said_to_be_kept_where_nothing_is()
    {
        await using var rig = await SavingRig.StartAsync(mediaSize: 600_000);
        rig.Gallery.Faults.Add(Fault.Status(404).OnMedia().Forever());
        var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(rig.Images()[0]));
        Assert.Null(error.KeptBytes);
        Assert.Null(error.TotalBytes);
    }

    [Theory]
    [InlineData(ServedFormat.Png)]
    [InlineData(ServedFormat.Jpeg)]
    [InlineData(ServedFormat.Webp)]
    public async Task An_original_without_an_end_is_kept_where_that_is_allowed_and_counts_as_saved(ServedFormat format)
    {
        await using var rig = await SavingRig.StartAsync(mediaSize: 50_000, format);
        rig.Gallery.Faults.Add(Fault.TruncateAtAnnouncedLength(100).OnMedia().Forever());
        var image = rig.Images()[0];
        var archive = Path.Combine(rig.Folder, "archive");

        var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image));
        Assert.Equal(CivitaiError.MediaIncomplete, error.Error);
        Assert.Contains("the original itself seems damaged", error.Message, StringComparison.Ordinal);
        Assert.Contains("-AllowDamaged", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(rig.Files());

        var options = new SaveOptions { Folder = rig.Folder, AllowDamaged = true, Archive = archive, Sidecar = Sidecar.Json };
        var saved = await rig.SaveAsync(image, options);
        Assert.Equal(SaveStatus.Damaged, saved.Status);
        Assert.Equal(saved.Length, new FileInfo(saved.Path!).Length);
        Assert.True(File.Exists(Path.ChangeExtension(saved.Path, ".json")));

        var requests = rig.Gallery.Log.Media.Count;
        Assert.Equal(SaveStatus.InArchive, (await rig.SaveAsync(image, rig.Options(archive: archive))).Status);
        Assert.Equal(SaveStatus.AlreadyExists, (await rig.SaveAsync(image)).Status);
        Assert.Equal(requests, rig.Gallery.Log.Media.Count);
    }

    [Fact]
    public async Task What_comes_differently_each_time_is_not_kept_even_where_damage_is_allowed()
    {
        await using var rig = await SavingRig.StartAsync(mediaSize: 50_000, ServedFormat.Png);
        rig.Gallery.Faults.Add(Fault.TruncateAtAnnouncedLength(100).OnMedia().Nth(1));
        rig.Gallery.Faults.Add(Fault.TruncateAtAnnouncedLength(200).OnMedia().Nth(2));
        var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(rig.Images()[0], new SaveOptions { Folder = rig.Folder, AllowDamaged = true }));
        Assert.Equal(CivitaiError.MediaIncomplete, error.Error);
        Assert.Empty(rig.Files());
    }
}
