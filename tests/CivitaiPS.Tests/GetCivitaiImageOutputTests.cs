using System.Globalization;
using System.Management.Automation;
using EngineHost;
using Gallery;
using Xunit;

namespace CivitaiPS.Tests;

public sealed class GetCivitaiImageOutputTests(ModuleSession session, PwshSession pwsh) : IClassFixture<ModuleSession>
{
    private static readonly string[] Properties =
    [
        "Id", "Url", "Username", "Width", "Height", "Type", "NsfwLevel", "BrowsingLevel", "IsNsfw", "CreatedAt", "PostId", "BaseModel", "ModelVersionIds", "Hash", "Tags", "TagIds", "PageUrl", "ThumbnailUrl",
        "LikeCount", "HeartCount", "LaughCount", "CryCount", "CommentCount", "ReactionCount", "Prompt", "NegativePrompt", "Sampler", "Model", "Size", "Steps", "ClipSkip", "CfgScale", "Seed", "Stats", "Meta",
    ];

    [Fact]
    public void An_image_has_its_properties_in_the_order_of_the_contract() =>
        Assert.Equal(Properties, session.Output("Get-CivitaiImage -ModelVersionId 1 -First 1").Single().Properties.Where(property => property.MemberType == PSMemberTypes.Property).Select(property => property.Name));

    [Fact]
    public async Task Strict_mode_finds_nothing_missing_in_the_oddest_images()
    {
        await using var odd = await ModuleSession.StartAsync(new GalleryOptions { Catalogue = Catalogue.Odd() });
        var result = odd.Invoke($$"""
            Set-StrictMode -Version Latest
            $ErrorActionPreference = 'Stop'
            $count = 0
            Get-CivitaiImage -ModelVersionId 90 -NsfwLevel Explicit -IncludeTag | ForEach-Object {
                foreach ($name in '{{string.Join("', '", Properties)}}') { $null = "$($_.$name)" }
                if ($null -ne $_.Meta) {
                    foreach ($name in 'Prompt', 'NegativePrompt', 'Steps', 'Sampler', 'CfgScale', 'Seed', 'SeedText', 'Model', 'Size', 'ClipSkip', 'Resources', 'Fields') { $null = "$($_.Meta.$name)" }
                    $null = $_.Meta['no such field']
                    foreach ($resource in $_.Meta.Resources) { $null = $resource.Type, $resource.Name, $resource.Weight, $resource.Hash, $resource.ModelVersionId }
                }
                if ($null -ne $_.Stats) { $null = $_.Stats.LikeCount, $_.Stats.DislikeCount, $_.Stats.ReactionCount }
                $count++
            }
            $count
            """);
        Assert.Empty(result.Errors.Select(error => error.ToString()));
        Assert.Equal(odd.Gallery.Catalogue.Images.Count, Assert.Single(result.Output).BaseObject);
    }

    [Fact]
    public void Generation_data_is_reached_by_exact_names()
    {
        var result = session.Output("""
            foreach ($once in 1) { Get-CivitaiImage -ModelVersionId 1 | ForEach-Object { if ($_.Meta -and $_.Meta['Hires upscaler']) { $i = $_; break } } }
            $i.Meta['Hires upscaler']; $i.Meta.Fields['Hires upscaler']; $null -eq $i.Meta['hires upscaler']; $i.Meta.Resources[0].Type; $i.Prompt -eq $i.Meta['prompt']
            """);
        Assert.Equal(["4x-UltraSharp", "4x-UltraSharp", "True", "lora", "True"], result.Select(value => Text(value)));
    }

    [Fact]
    public void Images_compare_by_their_id()
    {
        var result = session.Output("""
            $a, $b = Get-CivitaiImage -ModelVersionId 1 -First 2 -Sort Oldest
            $again = Get-CivitaiImage -Id $a.Id
            $a -eq $again; $a -ne $b; $a.CompareTo($b) -eq $a.Id.CompareTo($b.Id); "$a" -eq "$($a.Id)"
            [Civitai.Image]::new() -eq [Civitai.Image]::new()
            """);
        Assert.Equal(["True", "True", "True", "True", "True"], result.Select(value => Text(value)));
    }

    [Fact]
    public void CreatedAt_is_local_and_compares_with_now()
    {
        var image = session.Output("Get-CivitaiImage -ModelVersionId 1 -Sort Newest -First 1").Single();
        var date = (DateTime)image.Properties["CreatedAt"].Value;
        Assert.Equal(DateTimeKind.Local, date.Kind);
        Assert.Equal(session.Gallery.Catalogue.Find((long)image.Properties["Id"].Value)!.SortAt.LocalDateTime, date);
    }

    [Theory]
    [InlineData("Generation", "Prompt NegativePrompt Sampler Steps CfgScale Seed Model Size ClipSkip")]
    [InlineData("Reactions", "LikeCount HeartCount LaughCount CryCount CommentCount ReactionCount")]
    public void Property_sets_are_there_on_images_and_on_what_is_left_of_them_after_a_journey(string set, string properties)
    {
        foreach (var script in new[] { "Get-CivitaiImage -ModelVersionId 1 -First 1", "$x = Get-CivitaiImage -ModelVersionId 1 -First 1; [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($x))" })
        {
            var members = Assert.IsType<PSPropertySet>(session.Output(script).Single().Members[set]);
            Assert.Equal(properties.Split(' '), members.ReferencedPropertyNames);
        }
    }

    [Fact]
    public void Dimensions_is_a_script_property_and_empty_where_a_side_is_not_known()
    {
        var result = session.Output("""
            $i = Get-CivitaiImage -ModelVersionId 1 -First 1
            $i.PSObject.Properties['Dimensions'].MemberType
            $i.Dimensions -eq "$($i.Width)x$($i.Height)"
            $null -eq [Civitai.Image]::new().Dimensions
            [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($i)).Dimensions -eq $i.Dimensions
            """);
        Assert.Equal(["ScriptProperty", "True", "True", "True"], result.Select(value => Text(value)));
    }

    [Fact]
    public void Every_header_and_label_is_the_name_of_a_property()
    {
        var views = System.Xml.Linq.XDocument.Load(Path.Combine(Path.GetDirectoryName(BuiltModule.Manifest)!, "CivitaiPS.Format.ps1xml"));
        var checkedLabels = 0;
        foreach (var view in views.Descendants("View"))
        {
            var type = view.Descendants("TypeName").First().Value;
            var names = session.Output("$i = Get-CivitaiImage -ModelVersionId 1 -First 1; " + (type == "Civitai.Image" ? "$i" : "[" + type + "]::new($i)") + " | ForEach-Object { $_.PSObject.Properties.Name }")
                .Select(name => Text(name))
                .ToArray();
            foreach (var label in view.Descendants().Where(element => element.Name.LocalName is "Label" or "PropertyName"))
            {
                Assert.Contains(label.Value, names);
                checkedLabels++;
            }

            // A cell that is not simply a property is labelled with one.
            Assert.Equal(view.Descendants("TableColumnHeader").Count(), view.Descendants("TableColumnHeader").Count(header => header.Element("Label") is not null));
            Assert.DoesNotContain(view.Descendants("ListItem"), item => item.Element("Label") is null && item.Element("PropertyName") is null);
        }

        Assert.True(checkedLabels > 50);
    }

    [Fact]
    public void An_image_survives_serialisation_with_its_lists_its_dates_and_its_generation_data()
    {
        var result = session.Output("""
            foreach ($once in 1) { Get-CivitaiImage -ModelVersionId 1 -IncludeTag | ForEach-Object { if ($_.Tags.Count -gt 1 -and $_.Meta.Resources.Count) { $i = $_; break } } }
            $i
            [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($i))
            """);
        var (before, after) = (result[0], result[1]);
        Assert.Equal("Deserialized.Civitai.Image", after.TypeNames[0]);
        Assert.Equal(Properties, after.Properties.Select(property => property.Name).Where(name => name != "Dimensions"));
        foreach (var name in Properties.Except(["Type", "NsfwLevel", "BrowsingLevel", "ModelVersionIds", "Tags", "TagIds", "Stats", "Meta"], StringComparer.Ordinal))
        {
            Assert.Equal(before.Properties[name].Value, after.Properties[name].Value);
        }

        Assert.Equal((IEnumerable<string>)before.Properties["Tags"].Value, ((PSObject)after.Properties["Tags"].Value is { BaseObject: System.Collections.IEnumerable tags } ? tags : Array.Empty<object>()).Cast<object>().Select(tag => Text(tag)));
        var meta = (PSObject)after.Properties["Meta"].Value;
        Assert.Equal(before.Properties["Prompt"].Value, meta.Properties["Prompt"].Value);
        var fields = (System.Collections.IDictionary)((PSObject)meta.Properties["Fields"].Value).BaseObject;
        Assert.Equal("4x-UltraSharp", fields["Hires upscaler"]);
        Assert.Equal(before.Properties["LikeCount"].Value, ((PSObject)after.Properties["Stats"].Value).Properties["LikeCount"].Value);
    }

    [Fact]
    public async Task The_oddest_images_survive_serialisation_within_other_things()
    {
        await using var odd = await ModuleSession.StartAsync(new GalleryOptions { Catalogue = Catalogue.Odd() });
        var result = odd.Output("""
            $i = @(Get-CivitaiImage -ModelVersionId 90)
            $back = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize(@{ A = @{ B = @(@{ C = $i }) } }, 8))
            "$($back.A.B[0].C.Id)" -eq "$($i.Id)"
            """);
        Assert.Equal("True", Text(Assert.Single(result)));
    }

    [Theory]
    [InlineData(120)]
    [InlineData(80)]
    public async Task The_table_fits_its_screen_and_has_the_columns_that_a_person_scans(int width)
    {
        var shown = await ShownAsync("Get-CivitaiImage -ModelId 123 -NsfwLevel X -First 60 -Sort Newest", width);
        var lines = shown.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0).ToList();
        Assert.Equal(62, lines.Count);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, width));
        if (width == 120)
        {
            Assert.Equal(["Id", "Type", "CreatedAt", "NsfwLevel", "Dimensions", "Username", "ReactionCount", "BaseModel", "Prompt"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
            Assert.Contains("castle", shown, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nothing_that_a_prompt_holds_reaches_the_terminal_but_its_words()
    {
        await using var odd = await ModuleSession.StartAsync(new GalleryOptions { Catalogue = Catalogue.Odd() });
        foreach (var image in odd.Gallery.Catalogue.Images)
        {
            image.Username ??= "alice";
        }

        var shown = await ShownAsync("Get-CivitaiImage -ModelVersionId 90", 120);
        Assert.DoesNotContain(shown, c => c is not ('\n' or '\r') && (char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format || c is '\u2028' or '\u2029'));
        Assert.Contains("red", shown, StringComparison.Ordinal);

        // Pictographs are no control characters.
        Assert.Contains("\uD83C\uDFF0", shown, StringComparison.Ordinal);
        Assert.All(shown.Split('\n'), line => Assert.InRange(line.TrimEnd('\r').Length, 0, 120));
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("fa-IR")]
    [InlineData("th-TH")]
    [InlineData("tr-TR")]
    public void The_culture_changes_neither_what_is_asked_nor_what_comes(string culture)
    {
        const string script = """
            $i = Get-CivitaiImage -Username alice -First 20 -Since ([datetime]::Now.AddDays(-2000)) -TagId 1, 2 -PageSize 10 -NsfwLevel X
            foreach ($image in $i) { "$($image.Id) $($image.ModelVersionIds) $($image.Meta) $($image.Stats) $($image.Meta.Resources)"; $image.CreatedAt.Ticks; $image.Meta.Seed }
            """;
        var expected = session.Output(script).Select(value => Text(value)).ToList();
        var requests = session.Gallery.Log.Api.Select(request => request.QueryString).ToList();
        var found = session.Output($"[Threading.Thread]::CurrentThread.CurrentCulture = [Threading.Thread]::CurrentThread.CurrentUICulture = '{culture}'\n" + script).Select(value => Text(value));
        Assert.NotEmpty(expected);
        Assert.Equal(expected, found);
        Assert.Equal(requests, session.Gallery.Log.Api.Select(request => request.QueryString));
    }

    [Fact]
    public void Since_gives_only_what_is_as_young_and_stops_early()
    {
        var since = DateTime.Now.AddDays(-20);
        var images = session.Output($"Get-CivitaiImage -ModelVersionId 1 -NsfwLevel X -PageSize 20 -Since ([datetime]::new({since.Ticks}))");
        var expected = session.Gallery.Catalogue.Images
            .Where(image => image.SortAt.LocalDateTime >= since && (image.ModelVersionIds.Contains(1L) || image.ManualVersionIds.Contains(1L) || image.PostedToVersionId == 1))
            .OrderByDescending(image => image.SortAt)
            .Select(image => image.Id);
        Assert.Equal(expected, images.Select(image => (long)image.Properties["Id"].Value));
        Assert.All(session.Gallery.Log.Images, request => Assert.Equal("Month", request.Parameter("period")));
        Assert.InRange(session.Gallery.Log.Images.Count, 1, (images.Count / 20) + 2);
    }

    private async Task<string> ShownAsync(string script, int width)
    {
        var result = await pwsh.RunAsync(session.Folder, FormattableString.Invariant($"{script} | Out-String -Width {width}"), TestContext.Current.CancellationToken);
        Assert.Empty(result.Errors);
        return Assert.Single(result.Output);
    }

    private static string? Text(object? value) => Convert.ToString((value as PSObject)?.BaseObject ?? value, CultureInfo.InvariantCulture);
}
