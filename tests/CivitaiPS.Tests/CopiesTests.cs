using System.Management.Automation;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>What about_CivitaiPS says of images that crossed a job, a session or a file, with the serializer that all three use.</summary>
public sealed class CopiesTests(HelpGallery gallery) : IClassFixture<HelpGallery>
{
    [Fact]
    public void Every_image_of_the_gallery_can_be_read_back_however_odd_its_generation_data()
    {
        var copies = gallery.Session.Output("""
            $images = @(Get-CivitaiImage -ModelVersionId 1231, 1232 -NsfwLevel Explicit)
            $copies = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($images))
            $images.Count
            $copies.Count
            """);
        Assert.True((int)copies[0].BaseObject > 100);
        Assert.Equal(copies[0].BaseObject, copies[1].BaseObject);
    }

    [Theory]
    [InlineData("$copy.PSObject.TypeNames[0]", "Deserialized.Civitai.Image")]
    [InlineData("$copy.Meta.Fields['Hires upscaler']", "Latent")]
    [InlineData("$copy.Meta.Prompt", "a castle")]
    [InlineData("$copy.CreatedAt.GetType().Name", "DateTime")]
    [InlineData("$copy.Stats.LikeCount.GetType().Name", "Int32")]
    [InlineData("$copy.PSObject.Methods['ToJson'] -eq $null", "True")]
    [InlineData("$copy.PSObject.Members['Generation'].MemberType", "PropertySet")]
    public void A_copy_has_what_the_topic_says(string expression, string expected)
    {
        var result = gallery.Session.Output($"""
            $image = Get-CivitaiImage -Id 9123456
            $copy = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($image))
            "$({expression})"
            """);
        Assert.Equal(expected, result.Single().ToString(format: null, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_copy_is_saved_with_a_sidecar_that_says_that_it_is_not_complete()
    {
        var folder = Path.Combine(gallery.Session.Folder, "copies");
        var saved = gallery.Session.Output($"""
            $image = Get-CivitaiImage -Id 9123456
            $copy = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($image))
            $copy | Save-CivitaiImage '{folder}' -Sidecar Json
            """);
        Assert.Equal(9123456L, saved.Single().Properties["Id"].Value);
        Assert.Matches("\"complete\":\\s*false", File.ReadAllText(Path.Combine(folder, "9123456.json")));
    }
}
