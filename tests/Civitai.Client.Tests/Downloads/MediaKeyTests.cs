using Civitai.Client.Downloads;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

public sealed class MediaKeyTests
{
    private const string Uuid = "0a9b8c7d-1111-2222-3333-444455556666";

    /// <summary>URLs, and whether the UUID in them is the media's.</summary>
    public static TheoryData<string, bool> Urls => new()
    {
        { "https://image.civitai.com/xG1nkqKTMzGDvpLrqFT7WA/" + Uuid + "/original=true/" + Uuid + ".jpeg", true },
        { "https://image.civitai.com/xG1nkqKTMzGDvpLrqFT7WA/" + Uuid + "/width=450/castle.jpeg", true },
        { "https://image.civitai.com/xG1nkqKTMzGDvpLrqFT7WA/" + Uuid + "/anim=false,transcode=true,width=450,original=false/12345", true },
        { "https://image.civitai.com/xG1nkqKTMzGDvpLrqFT7WA/" + Uuid + "/original=true/a.png?token=1#top", true },
        { "http://127.0.0.1:5000/another_key-1/" + Uuid.ToUpperInvariant() + "/quality=90/a.webp", true },
        { "https://image.civitai.com/xG1nkqKTMzGDvpLrqFT7WA/" + Uuid + "/a.png", false },
        { "https://image.civitai.com/xG1nkqKTMzGDvpLrqFT7WA/" + Uuid + "/small/a.png", false },
        { "https://image.civitai.com/xG1nkqKTMzGDvpLrqFT7WA/" + Uuid + "/width=/a.png", false },
        { "https://image.civitai.com/xG1nkqKTMzGDvpLrqFT7WA/" + Uuid + "/width=450/", false },
        { "https://image.civitai.com/xG1nkqKTMzGDvpLrqFT7WA/" + Uuid + "/width=450/more/a.png", false },
        { "https://image.civitai.com/xG1nkqKTMzGDvpLrqFT7WA/more/" + Uuid + "/width=450/a.png", false },
        { "https://image.civitai.com/" + Uuid + "/width=450/a.png", false },
        { "https://example.org/a.png?session=" + Uuid, false },
        { "https://example.org/a.png?from=/k/" + Uuid + "/width=450/a.png", false },
        { "https://example.org/k/x" + Uuid + "/width=450/a.png", false },
        { "https://example.org/" + Uuid + ".png", false },
        { "ftp://example.org/k/" + Uuid + "/width=450/a.png", false },
        { "https://example.org/x.png", false },
    };

    [Theory]
    [MemberData(nameof(Urls))]
    public void A_uuid_is_the_medias_in_the_services_own_urls_alone(string url, bool isOwn)
    {
        var key = MediaKey.Of(new Image { Url = url });
        Assert.False(key.IsId);
        if (isOwn)
        {
            Assert.Equal(Uuid, key.Text);
        }
        else
        {
            Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(url)))[..16], key.Text);
        }

        // Other renditions are made of the same URLs.
        Assert.Equal(isOwn, MediaAddress.OfWidth(url, 450, isVideo: false) is not null);
        Assert.Equal(isOwn, MediaAddress.OfVideo(url) is not null);
    }

    [Fact]
    public void Two_files_beside_each_other_are_two_and_two_renditions_are_one()
    {
        static string Of(string url) => MediaKey.Of(new Image { Url = url }).Text;
        Assert.NotEqual(Of("https://example.org/" + Uuid + "/a.png"), Of("https://example.org/" + Uuid + "/small.png"));
        Assert.NotEqual(Of("https://example.org/a.png?session=" + Uuid), Of("https://example.org/b.png?session=" + Uuid));
        Assert.Equal(Of("https://example.org/k/" + Uuid + "/original=true/a.png"), Of("https://other.example/l/" + Uuid + "/width=96/b.jpeg"));
    }

    [Fact]
    public async Task What_an_archive_has_of_the_services_own_urls_counts_and_a_uuid_of_another_url_does_not()
    {
        await using var rig = await SavingRig.StartAsync();
        var own = rig.Images()[0];
        var uuid = MediaAddress.UuidOf(own.Url!)!;
        var other = own.Url!.Replace("/original=true/", "/original/", StringComparison.Ordinal);
        var archive = Path.Combine(rig.Folder, "archive");
        await File.WriteAllTextAsync(archive, "# CivitaiPS archive 1\n+" + uuid + ";\n", TestContext.Current.CancellationToken);
        var options = rig.Options(archive: archive);
        Assert.Equal(SaveStatus.InArchive, (await rig.SaveAsync(new Image { Url = own.Url }, options)).Status);
        Assert.Equal(SaveStatus.Downloaded, (await rig.SaveAsync(new Image { Url = other }, options)).Status);
        Assert.Equal(SaveStatus.InArchive, (await rig.SaveAsync(new Image { Url = other }, options)).Status);
    }
}
