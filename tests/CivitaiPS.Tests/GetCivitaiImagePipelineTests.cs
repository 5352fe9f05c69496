using System.Globalization;
using System.Management.Automation;
using EngineHost;
using Gallery;
using Xunit;

namespace CivitaiPS.Tests;

public sealed class GetCivitaiImagePipelineTests(ModuleSession session) : IClassFixture<ModuleSession>
{
    [Theory]
    [InlineData("{0}", "imageId={0}&browsingLevel=31")]
    [InlineData("'{0}'", "imageId={0}&browsingLevel=31")]
    [InlineData("' {0} '", "imageId={0}&browsingLevel=31")]
    [InlineData("[double] {0}", "imageId={0}&browsingLevel=31")]
    [InlineData("'https://civitai.com/images/{0}'", "imageId={0}&browsingLevel=31")]
    [InlineData("[uri] 'https://civitai.red/images/{0}'", "imageId={0}&browsingLevel=31")]
    [InlineData("@{{ Id = {0} }}", "imageId={0}&browsingLevel=31")]
    [InlineData("@{{ id = '{0}'; PostId = 5 }}", "imageId={0}&browsingLevel=31")]
    [InlineData("[pscustomobject] @{{ Id = '{0}'; ModelId = '' }}", "imageId={0}&browsingLevel=31")]
    [InlineData("[ordered] @{{ PostId = '7' }}", "postId=7&sort")]
    [InlineData("'https://civitai.com/posts/7'", "postId=7&sort")]
    [InlineData("'https://civitai.com/user/alice/images'", "username=alice&sort")]
    [InlineData("'https://civitai.com/models/7/x?modelVersionId=1'", "modelVersionId=1&sort")]
    [InlineData("[pscustomobject] @{{ ModelVersionId = '1'; Username = 'alice' }}", "modelVersionId=1&username=alice&sort")]
    [InlineData("@{{ ModelId = 9; ModelVersionId = 1 }}", "modelVersionId=1&sort")]
    [InlineData("@{{ UserId = 1001; Username = 'bob' }}", "userId=1001&sort")]
    [InlineData("@{{ Username = 12345 }}", "username=12345&sort")]
    [InlineData("[pscustomobject] @{{ UserId = [int] 1001; Note = 'x' }}", "userId=1001&sort")]
    public void A_piped_record_is_one_query(string record, string expected)
    {
        var id = session.Gallery.Catalogue.Images[0].Id.ToString(CultureInfo.InvariantCulture);
        var result = session.Invoke(string.Format(CultureInfo.InvariantCulture, record, id) + " | Get-CivitaiImage -First 1");
        Assert.Empty(result.Errors);
        Assert.StartsWith("?" + string.Format(CultureInfo.InvariantCulture, expected, id), Assert.Single(session.Gallery.Log.Api).QueryString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$null")]
    [InlineData("$true")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("1.5")]
    [InlineData("[datetime]::Now")]
    [InlineData("@{}")]
    [InlineData("@{ Name = 'castle' }")]
    [InlineData("[pscustomobject] @{ Prompt = 'castle' }")]
    [InlineData("@{ Id = '' }")]
    [InlineData("@{ Id = $null; PostId = 5 }")]
    [InlineData("@{ Id = 0 }")]
    [InlineData("@{ Id = 'castle' }")]
    [InlineData("@{ ModelId = '' }")]
    [InlineData("@{ ModelId = $null }")]
    [InlineData("@{ ModelId = @() }")]
    [InlineData("@{ ModelId = 5, $null }")]
    [InlineData("@{ ModelId = 'x'; ModelVersionId = 1 }")]
    [InlineData("@{ ModelVersionId = -1 }")]
    [InlineData("@{ PostId = 1.5 }")]
    [InlineData("@{ UserId = '' ; Username = 'bob' }")]
    [InlineData("@{ Username = '' }")]
    [InlineData("@{ Username = 'two words' }")]
    [InlineData("@{ Username = $null }")]
    [InlineData("(& { $o = [pscustomobject] @{}; $o.psobject.Properties.Add([psscriptproperty]::new('ModelId', { throw 'no' })); $o })")]
    [InlineData(", @(1, 2)")]
    [InlineData("[guid]::Empty")]
    public void A_record_that_asks_nothing_is_an_error_for_it_alone_and_no_request(string record)
    {
        var result = session.Invoke($"{record} | Get-CivitaiImage; 'went on'");
        var error = Assert.Single(result.Errors);
        Assert.Null(result.TerminatingError);
        Assert.Equal("CivitaiInputNotSupported", EngineResult.IdOf(error));
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
        Assert.Contains("ModelVersionId", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("went on", Assert.Single(result.Output).BaseObject);
        Assert.Empty(session.Gallery.Log.All);
    }

    [Theory]
    [InlineData("''")]
    [InlineData("'castle'")]
    [InlineData("'https://example.org/images/5'")]
    [InlineData("[uri] 'images/5'")]
    public void Text_that_is_no_link_is_an_error_for_it_alone(string record)
    {
        var result = session.Invoke($"{record}, 7 | Get-CivitaiImage -ErrorAction SilentlyContinue -ErrorVariable failed; $failed");
        Assert.Null(result.TerminatingError);
        Assert.Equal(["CivitaiLinkNotSupported", "CivitaiImageNotFound"], result.Output.Select(error => EngineResult.IdOf((ErrorRecord)error.BaseObject)));
        Assert.Single(session.Gallery.Log.All);
    }

    [Fact]
    public void A_bad_record_does_not_keep_the_next_one_back()
    {
        var result = session.Invoke("@{ Name = 'x' }, @{ ModelVersionId = 1 }, 'castle', @{ Username = 'alice' } | Get-CivitaiImage -First 2");
        Assert.Equal(["CivitaiInputNotSupported", "CivitaiLinkNotSupported"], result.Errors.Select(EngineResult.IdOf));
        Assert.Equal(4, result.Output.Count);
        Assert.Equal(["2", "2"], session.Gallery.Log.Images.Select(request => request.Parameter("limit")));
    }

    [Fact]
    public void Nothing_piped_in_asks_nothing()
    {
        var result = session.Invoke("@() | Get-CivitaiImage; @() | Get-CivitaiImage -NsfwLevel X -First 5");
        Assert.Empty(result.Output);
        Assert.Empty(result.Errors);
        Assert.Empty(session.Gallery.Log.All);
    }

    [Theory]
    [InlineData("-Id 5")]
    [InlineData("-Uri 5")]
    [InlineData("-ModelId 5")]
    [InlineData("-ModelVersionId 5")]
    [InlineData("-PostId 5")]
    [InlineData("-UserId 5")]
    [InlineData("-Username alice")]
    public void Piped_records_beside_a_target_end_the_command(string arguments)
    {
        foreach (var input in new[] { "7 | Get-CivitaiImage ", "@() | Get-CivitaiImage ", "Get-CivitaiImage -InputObject 7 " })
        {
            var result = session.Invoke("try { " + input + arguments + " } catch { throw }");
            Assert.NotNull(result.TerminatingError);
            Assert.Equal("CivitaiParameterConflict", EngineResult.IdOf(result.TerminatingError));
            Assert.Empty(session.Gallery.Log.All);
        }
    }

    [Fact]
    public void A_record_piped_twice_is_asked_twice_and_an_image_is_looked_up_again()
    {
        var images = session.Output("$i = Get-CivitaiImage -ModelVersionId 1 -First 1; $i, $i, $i.Id | Get-CivitaiImage");
        Assert.Equal(3, images.Count);
        Assert.Single(images.Select(image => image.Properties["Id"].Value).Distinct());
        Assert.Equal(3, session.Gallery.Log.Images.Count(request => request.Parameter("imageId") is not null));
    }

    [Fact]
    public void Ids_come_in_the_order_asked_for_whatever_their_level_and_a_missing_one_is_an_error_of_its_own()
    {
        var found = session.Gallery.Catalogue.Images.Where(image => image.BrowsingLevel == 16).Take(3).Select(image => image.Id).Reverse().ToArray();
        var result = session.Invoke($"Get-CivitaiImage -Id {found[0]}, 5, {found[1]}, {found[2]}");
        Assert.Equal(found, result.Output.Select(image => (long)image.Properties["Id"].Value));
        var error = Assert.Single(result.Errors);
        Assert.Equal("CivitaiImageNotFound", EngineResult.IdOf(error));
        Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
        Assert.Equal(5L, error.TargetObject);
        Assert.Null(result.TerminatingError);
    }

    [Fact]
    public void Links_of_one_kind_are_one_query_and_kinds_come_one_after_the_other()
    {
        var image = session.Gallery.Catalogue.Images[0].Id;
        var images = session.Output($"Get-CivitaiImage https://civitai.com/user/alice, https://civitai.com/images/{image}, https://civitai.red/user/bob/images -First 7 -Sort Newest -NsfwLevel X");
        Assert.Equal(7, images.Count);
        Assert.Equal(["alice", "bob"], session.Gallery.Log.Images.Select(request => request.Parameter("username")).Order(StringComparer.Ordinal));
        Assert.All(session.Gallery.Log.Images, request => Assert.Equal("X", request.Parameter("nsfw")));
        var dates = images.Select(found => (DateTime)found.Properties["CreatedAt"].Value).ToList();
        Assert.Equal(dates.OrderDescending(), dates);
    }

    [Fact]
    public void Skip_reads_past_and_First_counts_after_it()
    {
        var all = session.Output("Get-CivitaiImage -ModelVersionId 1 -Sort Newest -First 12").Select(image => image.Properties["Id"].Value).ToList();
        var some = session.Output("Get-CivitaiImage -ModelVersionId 1 -Sort Newest -Skip 7 -First 5 -PageSize 10").Select(image => image.Properties["Id"].Value);
        Assert.Equal(all.Skip(7), some);
        Assert.Equal("10 2", string.Join(' ', session.Gallery.Log.Images.Select(request => request.Parameter("limit"))));
    }

    [Fact]
    public void First_zero_asks_nothing_even_with_Skip()
    {
        Assert.Empty(session.Output("Get-CivitaiImage -First 0; Get-CivitaiImage -First 0 -Skip 5; 5 | Get-CivitaiImage -First 0"));
        Assert.Empty(session.Gallery.Log.All);
    }

    [Fact]
    public void Paging_numbers_of_any_size_overflow_nothing()
    {
        Assert.Single(session.Output($"Get-CivitaiImage -ModelVersionId 1 -First {ulong.MaxValue - 1} -Skip 3 | ForEach-Object {{ $_; break }}"));
        Assert.Empty(session.Output($"Get-CivitaiImage -Id 100 -Skip {ulong.MaxValue} -ErrorAction Ignore"));
    }

    [Fact]
    public void A_total_count_is_a_warning_and_nothing_in_the_pipeline()
    {
        var result = session.Invoke("Get-CivitaiImage -ModelVersionId 1 -First 2 -IncludeTotalCount");
        Assert.Equal(2, result.Output.Count);
        Assert.All(result.Output, image => Assert.Equal("Civitai.Image", image.TypeNames[0]));
        Assert.StartsWith("CivitaiTotalUnknown: ", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void MostCollected_over_several_versions_warns_once()
    {
        var result = session.Invoke("Get-CivitaiImage -ModelId 123 -Sort MostCollected -First 20");
        Assert.Equal(20, result.Output.Count);
        Assert.StartsWith("CivitaiOrderNotComparable: ", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cursor_that_an_error_names_goes_on_with_nothing_lost()
    {
        await using var alone = await ModuleSession.StartAsync(new GalleryOptions { Images = 400, Meta = MetaKind.None });
        var all = alone.Output("Get-CivitaiImage -ModelId 123 -NsfwLevel X").Select(image => image.Properties["Id"].Value).ToHashSet();
        alone.Gallery.Faults.Add(Fault.Status(400, "{\"message\":\"Too many filters\"}").OnImages().OnLaterPages().Skip(3));
        var result = alone.Invoke("Get-CivitaiImage -ModelId 123 -NsfwLevel X -PageSize 7");
        var error = Assert.Single(result.Errors);
        Assert.Null(result.TerminatingError);
        var cursor = System.Text.RegularExpressions.Regex.Match(error.ErrorDetails.RecommendedAction, "(?<=-Cursor )'[^']*'", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(5)).Value;
        alone.Gallery.Faults.Clear();
        var rest = alone.Output($"Get-CivitaiImage -ModelId 123 -NsfwLevel X -PageSize 7 -Cursor {cursor}");
        Assert.NotEmpty(result.Output);
        Assert.InRange(rest.Count, 1, all.Count - 1);
        all.ExceptWith(result.Output.Concat(rest).Select(image => image.Properties["Id"].Value));
        Assert.Empty(all);
    }

    [Fact]
    public async Task An_unreadable_item_is_an_error_with_its_JSON_and_the_next_items_come()
    {
        await using var alone = await ModuleSession.StartAsync(new GalleryOptions { Images = 200 });
        alone.Gallery.Faults.Add(Fault.ExtraItems(1, "{\"url\":\"x\"}").OnImages());
        var result = alone.Invoke("Get-CivitaiImage -ModelVersionId 1 -First 5");
        Assert.Equal(5, result.Output.Count);
        var error = Assert.Single(result.Errors);
        Assert.Equal("CivitaiItemUnreadable", EngineResult.IdOf(error));
        Assert.Equal(ErrorCategory.InvalidData, error.CategoryInfo.Category);
        Assert.Equal("{\"url\":\"x\"}", error.TargetObject);
    }

    [Fact]
    public async Task A_merge_that_is_left_early_leaves_nothing_running()
    {
        await using var alone = await ModuleSession.StartAsync();
        alone.Gallery.Faults.Add(Fault.StallAfterItems(3).OnImages().Forever());
        var images = alone.Output("foreach ($once in 1) { Get-CivitaiImage -ModelId 123 | ForEach-Object { $_; break } }");
        Assert.Single(images);
        await alone.AssertNothingIsLeftRunningAsync();
        Assert.All(alone.Gallery.Log.Images, request => Assert.True(request.Aborted));
    }

    [Fact]
    public async Task Error_action_Stop_ends_the_command_and_what_it_runs()
    {
        var result = session.Invoke("@{ Name = 'x' }, @{ ModelVersionId = 1 } | Get-CivitaiImage -ErrorAction Stop");
        Assert.NotNull(result.TerminatingError);
        Assert.Empty(result.Output);
        await session.AssertNothingIsLeftRunningAsync();
        Assert.Empty(session.Gallery.Log.All);
    }

    [Fact]
    public void Verbose_tells_each_request_and_each_decision()
    {
        var verbose = session.Invoke("Get-CivitaiImage -ModelId 123 -Sort Random -First 5 -Verbose").Verbose;
        Assert.Equal(session.Gallery.Log.Api.Count, verbose.Count(line => line.StartsWith("GET ", StringComparison.Ordinal)));
        Assert.Contains(verbose, line => line.Contains("Merging 5 feeds", StringComparison.Ordinal));
        Assert.Contains(verbose, line => line.Contains("shuffled", StringComparison.Ordinal));
    }
}
