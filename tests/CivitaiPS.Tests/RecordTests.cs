using System.Collections;
using System.Globalization;
using System.Management.Automation;
using Gallery;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>What comes back of an image that went through a file or another object, and what a record of any origin is taken for.</summary>
public sealed class RecordTests(ModuleSession session, PwshSession pwsh) : IClassFixture<ModuleSession>
{
    private const string Query = "Get-CivitaiImage -BrowsingLevel 31 -IncludeTag -First 40";

    // Seconds, as a spreadsheet has them; as many digits as JSON has in PowerShell; and a list that is not there is like an empty one.
    private const string Comparison = """
        function Get-FieldText($Value) {
            if ($null -eq $Value) { '' }
            elseif ($Value -is [datetime]) { $Value.ToUniversalTime().ToString('yyyy-MM-dd HH:mm:ss', [cultureinfo]::InvariantCulture) }
            elseif ($Value -is [string]) { $Value }
            elseif ($Value -is [decimal]) { [Math]::Round($Value, 9).ToString([cultureinfo]::InvariantCulture) }
            elseif ($Value -is [Collections.IEnumerable]) { ($Value | ForEach-Object { Get-FieldText $_ }) -join ', ' }
            else { [string]::Format([cultureinfo]::InvariantCulture, '{0}', $Value) }
        }
        $names = 'Id Url Username Width Height Type NsfwLevel BrowsingLevel IsNsfw CreatedAt PostId BaseModel ModelVersionIds Hash Tags TagIds ThumbnailUrl LikeCount HeartCount LaughCount CryCount CommentCount ReactionCount Prompt NegativePrompt Sampler Model Size Steps ClipSkip CfgScale Seed'.Split(' ')
        if ($images.Count -ne 40 -or $after.Count -ne 40) { "$($images.Count) before, $($after.Count) after" }
        $told = @{}
        for ($index = 0; $index -lt $images.Count; $index++) {
            foreach ($name in $names) {
                $one = Get-FieldText $images[$index].$name
                $two = Get-FieldText $after[$index].$name
                if ($one) { $told[$name] = 1 }
                if ($one -cne $two) { "$($images[$index].Id) $name was '$one' and is '$two'" }
            }
        }
        foreach ($name in $names) { if (-not $told[$name] -and $name -ne 'ThumbnailUrl') { "no image has a $name" } }
        """;

    /// <summary>Ways there and back, with the commands that the engine itself carries: from <c>$images</c> to <c>$back</c>.</summary>
    public static TheoryData<string> Ways =>
    [
        "$back = $images | ForEach-Object { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($_, 3)) }",
        "$back = $images | ForEach-Object { $row = @{}; foreach ($property in $_.PSObject.Properties) { $row[$property.Name] = $property.Value }; $row }",
        "$back = $images | ForEach-Object { $row = [ordered]@{}; foreach ($property in $_.PSObject.Properties) { $row[$property.Name.ToUpperInvariant()] = $property.Value }; [pscustomobject]$row }",
    ];

    /// <summary>Ways there and back with all of PowerShell's commands, each in a culture and with a file or folder <c>$at</c>. One process for several.</summary>
    public static TheoryData<string, (string Culture, string Way)[]> WaysOfFiles
    {
        get
        {
            const string read = "$back = foreach ($image in $images) { Get-Content (Join-Path $at \"$($image.Id).json\") -Raw | ConvertFrom-Json -AsHashtable }";
            return new()
            {
                {
                    "CSV", [.. ((string[])["", "en-US", "de-DE", "th-TH", "fa-IR", "ar-SA", "ja-JP"]).Select(culture => (culture, "$images | Export-Csv $at -NoTypeInformation; $back = Import-Csv $at"))]
                },
                {
                    "objects",
                    [
                        ("", "$images | Export-Clixml $at; $back = Import-Clixml $at"),
                        ("", "$back = $images | ConvertTo-Json -WarningAction Ignore | ConvertFrom-Json"),
                        ("de-DE", "$back = $images | ConvertTo-Json -Depth 12 -WarningAction Ignore | ConvertFrom-Json -AsHashtable"),
                        ("", "$back = $images | ConvertTo-Json -EnumsAsStrings -WarningAction Ignore | ConvertFrom-Json"),
                        ("", "$back = $images | Select-Object *"),
                    ]
                },
                {
                    "sidecars",
                    [
                        ("", "$null = $images | Save-CivitaiImage $at -Sidecar Json; " + read),
                        ("th-TH", "$null = $images | Save-CivitaiImage $at -Sidecar Json; " + read),
                        ("", "$null = $images | Select-Object * | Save-CivitaiImage $at -Sidecar Json; " + read),
                    ]
                },
            };
        }
    }

    /// <summary>Records, and one property of the image that they are taken for.</summary>
    public static TheoryData<string, string, string> Records => new()
    {
        // A level of a model's picture is a bit, and nothing says what another number is.
        { "[pscustomobject]@{ url = $url; nsfwLevel = 4 }", "NsfwLevel", "" },
        { "[pscustomobject]@{ url = $url; nsfwLevel = 1; type = 'image'; width = 5; hash = 'x'; metadata = @{ size = 5 } }", "NsfwLevel", "" },
        { "@{ Url = $url; NsfwLevel = '2' }", "NsfwLevel", "" },
        { "@{ Url = $url; NsfwLevel = 'Soft, Mature' }", "NsfwLevel", "" },
        { "@{ Url = $url; NsfwLevel = ' mature ' }", "NsfwLevel", "Mature" },
        { "@{ Url = $url; NsfwLevel = 'X' }", "NsfwLevel", "Explicit" },
        { "@{ Url = $url; nsfw = 'Mature' }", "NsfwLevel", "Mature" },
        { "@{ Url = $url; Type = 1 }", "Type", "" },
        { "@{ Url = $url; Type = '1' }", "Type", "" },
        { "@{ Url = $url; Type = 'audio' }", "Type", "Audio" },

        // The bits of the precise level are the same wherever they stand.
        { "@{ url = $url; browsingLevel = 4 }", "BrowsingLevel", "R" },
        { "@{ url = $url; browsingLevel = 4 }", "NsfwLevel", "Mature" },
        { "@{ url = $url; browsingLevel = 32 }", "NsfwLevel", "Blocked" },
        { "@{ url = $url; browsingLevel = 32 }", "BrowsingLevel", "None" },
        { "@{ url = $url; browsingLevel = 3 }", "BrowsingLevel", "PG, PG13" },
        { "@{ url = $url; browsingLevel = 'PG13, R' }", "BrowsingLevel", "PG13, R" },
        { "@{ url = $url; browsingLevel = 'PG13, 4' }", "BrowsingLevel", "None" },
        { "@{ url = $url; browsingLevel = 64 }", "BrowsingLevel", "None" },
        { "@{ url = $url; browsingLevel = 4 }", "IsNsfw", "True" },
        { "@{ url = $url; nsfw = $true }", "IsNsfw", "True" },
        { "@{ url = $url; nsfwLevel = 'Soft' }", "IsNsfw", "True" },

        // A date without a kind is local, one with a zone is that moment.
        { "@{ Url = $url; CreatedAt = [datetime]::new(2025, 4, 17, 21, 28, 57) }", "CreatedAt", "2025-04-17T21:28:57" },
        { "@{ Url = $url; CreatedAt = [datetime]::new(2025, 4, 17, 21, 28, 57, [DateTimeKind]::Utc) }", "CreatedAt", "utc 2025-04-17T21:28:57" },
        { "@{ Url = $url; CreatedAt = '2025-04-17T21:28:57.000Z' }", "CreatedAt", "utc 2025-04-17T21:28:57" },
        { "@{ Url = $url; CreatedAt = '2025-04-17T23:28:57+02:00' }", "CreatedAt", "utc 2025-04-17T21:28:57" },
        { "@{ Url = $url; CreatedAt = '2025-04-17 21:28:57' }", "CreatedAt", "2025-04-17T21:28:57" },
        { "@{ Url = $url; CreatedAt = '17 April 2025' }", "CreatedAt", "2025-04-17T00:00:00" },
        { "@{ Url = $url; CreatedAt = '4/17/25 21:28' }", "CreatedAt", "2025-04-17T21:28:00" },
        { "@{ Url = $url; CreatedAt = [datetime]::new(1999, 4, 17) }", "CreatedAt", "" },
        { "@{ Url = $url; CreatedAt = '10:30' }", "CreatedAt", "" },
        { "@{ Url = $url; CreatedAt = '17 April' }", "CreatedAt", "" },
        { "@{ Url = $url; CreatedAt = '26 April 10:30' }", "CreatedAt", "" },
        { "@{ Url = $url; CreatedAt = '4/17' }", "CreatedAt", "" },
        { "@{ Url = $url; CreatedAt = 1744925337 }", "CreatedAt", "" },

        // Generation data, in every place where it stands.
        { "@{ url = $url; meta = @{ prompt = 'a castle'; seed = 31 } }", "Prompt", "a castle" },
        { "@{ url = $url; meta = @{ id = 5; meta = @{ prompt = 'a castle' } } }", "Prompt", "a castle" },
        { "@{ url = $url; meta = @{ id = 5; meta = $null } }", "Prompt", "" },
        { "@{ url = $url; meta = @{ id = 5; meta = 'x'; prompt = 'a castle' } }", "Prompt", "a castle" },
        { "[pscustomobject]@{ url = $url; meta = [pscustomobject]@{ Model = 'm'; 'CFG scale' = 7.5; 'Clip skip' = '2' } }", "CfgScale", "7.5" },
        { "@{ url = $url; meta = @{ seed = [bigint]::Parse('123456789012345678901') } }", "SeedText", "123456789012345678901" },
        { "@{ url = $url; meta = @{ note = [datetime]::new(2025, 4, 17, 21, 28, 57, [DateTimeKind]::Utc) } }", "note", "2025-04-17T21:28:57Z" },
        { "@{ url = $url; meta = [pscustomobject]@{ resources = @([pscustomobject]@{ type = 'model'; name = 'dream' }) } }", "Model", "dream" },
        { "@{ Url = $url; Prompt = 'b'; Meta = @{ prompt = 'a' } }", "Prompt", "a" },
        { "@{ Url = $url; Seed = '31'; Meta = 'a castle' }", "Seed", "31" },
        { "@{ Url = $url; Meta = ($images[0].Meta) }", "Prompt", "the first" },

        // Counts: each by itself, or together.
        { "@{ url = $url; stats = @{ likeCount = 3; heartCount = 4; dislikeCount = 9 } }", "ReactionCount", "7" },
        { "@{ Url = $url; LikeCount = 5; Stats = @{ likeCount = 3 } }", "LikeCount", "5" },
        { "@{ Url = $url; Stats = '3 likes, 4 hearts' }", "LikeCount", "0" },
        { "@{ url = $url; thumbnail = @{ url = 'https://example.org/t.png' } }", "ThumbnailUrl", "https://example.org/t.png" },
        { "@{ url = $url; tags = @(@{ id = 1; name = 'castle' }, @{ id = 2; name = 'night' }) }", "Tags", "castle, night" },
        { "@{ url = $url; tags = @(@{ id = 1; name = 'castle' }, @{ name = 'night' }) }", "TagIds", "1, 0" },
        { "@{ url = $url; tags = @('castle', 'night') }", "TagIds", "" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void An_image_that_went_into_another_object_comes_back_the_same(string way) =>
        Assert.Empty(session.Output(ThereAndBack(string.Empty, way, Path.Combine(session.Folder, Guid.NewGuid().ToString("N")))));

    [Theory]
    [MemberData(nameof(WaysOfFiles))]
    public async Task An_image_that_went_into_a_file_comes_back_the_same(string kind, (string Culture, string Way)[] ways)
    {
        var folder = Directory.CreateDirectory(Path.Combine(session.Folder, kind)).FullName;
        var script = ways.Select((way, number) => $"& {{ {ThereAndBack(way.Culture, way.Way, Path.Combine(folder, $"at{number}"))} }} | ForEach-Object {{ 'way {number}: ' + $_ }}");
        var result = await pwsh.RunAsync(folder, string.Join('\n', script), TestContext.Current.CancellationToken);
        Assert.Empty(result.Errors);
        Assert.Empty(result.Output);
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_is_taken_for_what_it_says_for_certain(string record, string property, string expected)
    {
        var script = $"$images = @({Query} | Where-Object Prompt); $url = $images[0].Url; {record} | Save-CivitaiImage '{Path.Combine(session.Folder, "records")}' -Force";
        var saved = session.Output(script).Single();
        var value = property switch
        {
            "SeedText" or "note" => session.Output(script + (property == "note" ? " | ForEach-Object { $_.Meta['note'] }" : " | ForEach-Object { $_.Meta.SeedText }")).Single().BaseObject,
            _ => saved.Properties[property].Value,
        };
        if (expected == "the first")
        {
            expected = (string)session.Output($"@({Query} | Where-Object Prompt)[0].Prompt").Single().BaseObject;
        }

        if (expected.StartsWith("utc ", StringComparison.Ordinal))
        {
            expected = TextOf(DateTime.Parse(expected[4..] + "Z", CultureInfo.InvariantCulture));
        }

        Assert.Equal(expected, TextOf(value));
        Assert.True(value is not DateTime date || date.Kind == DateTimeKind.Local);
    }

    [Fact]
    public void A_record_that_holds_itself_is_read_all_the_same()
    {
        var saved = session.Output(
            $"$url = @({Query})[0].Url; $meta = @{{ prompt = 'a castle' }}; $meta.one = $meta; $meta.two = @($meta, $meta); "
            + $"@{{ Url = $url; Meta = $meta; more = $meta }} | Save-CivitaiImage '{Path.Combine(session.Folder, "itself")}'").Single();
        Assert.Equal("a castle", saved.Properties["Prompt"].Value);
    }

    private static string ThereAndBack(string culture, string way, string at) => $$"""
        $thread = [Threading.Thread]::CurrentThread
        $before = $thread.CurrentCulture
        try {
            $thread.CurrentCulture = [cultureinfo]::new('{{culture}}')
            $images = @({{Query}})
            $at = '{{at}}'
            {{way}}
            $after = @($back | Save-CivitaiImage '{{at}}-again' -ThrottleLimit 1)
        }
        finally { $thread.CurrentCulture = $before }
        {{Comparison}}
        """;

    private static string TextOf(object? value) => value switch
    {
        null => string.Empty,
        PSObject wrapped => TextOf(wrapped.BaseObject),
        DateTime date => date.ToLocalTime().ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture),
        string text => text,
        IEnumerable list => string.Join(", ", list.Cast<object>().Select(TextOf)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
