using System.Management.Automation;
using EngineHost;
using Gallery;
using Xunit;

namespace CivitaiPS.Tests;

public sealed class GetCivitaiImageParameterTests(ModuleSession session) : IClassFixture<ModuleSession>
{
    [Theory]
    [InlineData("-ModelId 0")]
    [InlineData("-ModelId 5, -1")]
    [InlineData("-ModelId @()")]
    [InlineData("-ModelVersionId 0")]
    [InlineData("-ModelVersionId @()")]
    [InlineData("-PostId 0")]
    [InlineData("-PostId @()")]
    [InlineData("-UserId 0")]
    [InlineData("-UserId @()")]
    [InlineData("-TagId 0")]
    [InlineData("-TagId @()")]
    [InlineData("-Username 'a-b'")]
    [InlineData("-Username 'é'")]
    [InlineData("-Username ''")]
    [InlineData("-Username @()")]
    [InlineData("-Id 0")]
    [InlineData("-Id @()")]
    [InlineData("-Uri ''")]
    [InlineData("-Uri @()")]
    [InlineData("-BaseModel ''")]
    [InlineData("-BaseModel @()")]
    [InlineData("-Cursor ''")]
    [InlineData("-NsfwLevel Blocked")]
    [InlineData("-BrowsingLevel None")]
    [InlineData("-BrowsingLevel 32")]
    [InlineData("-PageSize 0")]
    [InlineData("-PageSize 201")]
    [InlineData("-First -1")]
    [InlineData("-Sort 'Most Loved'")]
    [InlineData("-Period Century")]
    [InlineData("-Type Text")]
    [InlineData("-ModelId castle")]
    [InlineData("-Since yesterday")]
    [InlineData("-Since 7")]
    [InlineData("-Since '7'")]
    [InlineData("-Since 7.5")]
    [InlineData("-Since 1999-12-31")]
    [InlineData("-Since ([datetime]::MinValue)")]
    [InlineData("-Since ([timespan]::FromDays(-1))")]
    [InlineData("-Since ([timespan]::MaxValue)")]
    [InlineData("-Since ([timespan]::FromDays(20000))")]
    [InlineData("-Since $null")]
    [InlineData("-ModelId 5.5")]
    [InlineData("https://civitai.com/images?tags=5 -TagId 6")]
    [InlineData("-Id 5 -ModelId 7")]
    [InlineData("-Id 5 -Sort Newest")]
    [InlineData("-Uri 5 -ModelId 7")]
    [InlineData("-Query castle")]
    public void What_cannot_be_asked_is_refused_before_any_request(string arguments)
    {
        var result = session.Invoke("try { Get-CivitaiImage " + arguments + " } catch { throw }");
        Assert.NotNull(result.TerminatingError);
        Assert.Empty(result.Output);
        Assert.Empty(session.Gallery.Log.All);
    }

    [Theory]
    [InlineData("-ModelId 1 -ModelVersionId 1", "-ModelId and -ModelVersionId")]
    [InlineData("-UserId 1 -Username alice", "-UserId and -Username")]
    [InlineData("-NsfwLevel None -BrowsingLevel PG", "-NsfwLevel and -BrowsingLevel")]
    [InlineData("-Id 5 -NsfwLevel None -BrowsingLevel PG", "-NsfwLevel and -BrowsingLevel")]
    [InlineData("-Since 2024-01-01 -Period Day", "-Since and -Period")]
    public void Parameters_that_exclude_each_other_end_the_command_before_any_request(string arguments, string named)
    {
        var error = session.Invoke("try { Get-CivitaiImage " + arguments + " } catch { throw }").TerminatingError;
        Assert.NotNull(error);
        Assert.Equal("CivitaiParameterConflict", EngineResult.IdOf(error));
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
        Assert.Contains(named, error.ToString(), StringComparison.Ordinal);
        Assert.Empty(session.Gallery.Log.All);
    }

    [Theory]
    [InlineData("-Uri 'https://example.org/images/5'")]
    [InlineData("https://civitai.com/articles/5")]
    [InlineData("5, castle")]
    public void A_link_of_no_known_form_ends_the_command_before_any_request_and_names_the_forms(string arguments)
    {
        var error = session.Invoke("try { Get-CivitaiImage " + arguments + " } catch { throw }").TerminatingError;
        Assert.NotNull(error);
        Assert.Equal("CivitaiLinkNotSupported", EngineResult.IdOf(error));
        Assert.Contains("/posts/ID", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(session.Gallery.Log.All);
    }

    [Theory]
    [InlineData("-NsfwLevel X", "nsfw", "X")]
    [InlineData("-NsfwLevel x", "nsfw", "X")]
    [InlineData("-NsfwLevel Explicit", "nsfw", "X")]
    [InlineData("-NsfwLevel mature", "nsfw", "Mature")]
    [InlineData("-BrowsingLevel PG, R", "browsingLevel", "5")]
    [InlineData("-BrowsingLevel 'PG13, XXX'", "browsingLevel", "18")]
    [InlineData("-BrowsingLevel 31", "browsingLevel", "31")]
    [InlineData("", "nsfw", null)]
    [InlineData("", "browsingLevel", null)]
    [InlineData("", "sort", "Most Reactions")]
    [InlineData("", "period", null)]
    [InlineData("", "limit", "1")]
    [InlineData("", "withMeta", "true")]
    [InlineData("", "flatMeta", "true")]
    [InlineData("", "withTags", null)]
    [InlineData("-SkipMeta", "withMeta", null)]
    [InlineData("-SkipMeta", "flatMeta", null)]
    [InlineData("-IncludeTag", "withTags", "true")]
    [InlineData("-Sort MostCollected", "sort", "Most Collected")]
    [InlineData("-Period week", "period", "Week")]
    [InlineData("-Type Video", "type", "video")]
    [InlineData("-TagId 3", "tags", "3")]
    [InlineData("-BaseModel 'Flux.1 D'", "baseModels", "Flux.1 D")]
    [InlineData("-Since ([datetime]::Now.AddDays(-3))", "period", "Week")]
    [InlineData("-Since ([datetime]::Now.AddDays(-3))", "sort", "Newest")]
    [InlineData("-Since ([datetime]::Now.AddDays(-3)) -Sort MostComments", "sort", "Most Comments")]
    [InlineData("-Since 2000-01-01", "period", null)]
    [InlineData("-Since ([timespan]::FromHours(20))", "period", "Day")]
    [InlineData("-Since ([timespan]::FromDays(3))", "period", "Week")]
    [InlineData("-Since ([datetimeoffset]::Now.AddDays(-3))", "period", "Week")]
    [InlineData("-Model 7 -Sort Newest", "modelId", "7")]
    [InlineData("-ModelId '7' -Sort Newest", "modelId", "7")]
    [InlineData("-User alice", "username", "alice")]
    [InlineData("-Creator alice", "username", "alice")]
    [InlineData("https://civitai.com/images?tags=3", "tags", "3")]
    [InlineData("-Since ([datetime]::MaxValue)", "period", "Day")]
    [InlineData("-Cursor '1|2'", "cursor", "1|2")]
    public void A_parameter_is_sent_in_the_services_spelling(string arguments, string parameter, string? value)
    {
        Assert.Empty(session.Invoke("Get-CivitaiImage -First 1 " + arguments).Errors);
        Assert.Equal(value, session.Gallery.Log.Images[0].Parameter(parameter));
        Assert.All(session.Gallery.Log.Images, request => Assert.Empty(request.UnknownParameters));
    }

    [Theory]
    [InlineData("-ModelId DreamShaper", "\"DreamShaper\" is not a valid model id", "https://civitai.com/models/ID")]
    [InlineData("-ModelId 5, DreamShaper", "\"DreamShaper\"", "https://civitai.com/models/ID")]
    [InlineData("-ModelId https://civitai.com/models/7", "A link goes to -Uri", "https://civitai.com/models/ID")]
    [InlineData("-ModelVersionId v2", "\"v2\"", "?modelVersionId=ID")]
    [InlineData("-PostId latest", "\"latest\"", "https://civitai.com/posts/ID")]
    [InlineData("-UserId alice", "\"alice\"", "-Username")]
    [InlineData("-TagId anime", "\"anime\" is not a valid tag id", "https://civitai.com/images?tags=ID")]
    [InlineData("-Id castle", "\"castle\"", "https://civitai.com/images/ID")]
    [InlineData("-Uri DreamShaper", "\"DreamShaper\" is not a link", "https://civitai.com/images/ID")]
    [InlineData("DreamShaper", "\"DreamShaper\" is not a link", "/images?tags=ID")]
    [InlineData("-Since 7", "\"7\" is not a valid time", "-Since (New-TimeSpan -Days 7)")]
    [InlineData("-Since 1999-01-01", "before the year 2000", "New-TimeSpan")]
    public void What_cannot_be_read_is_quoted_and_told_where_the_right_thing_stands(string arguments, string quoted, string place)
    {
        var error = session.Invoke("try { Get-CivitaiImage " + arguments + " } catch { throw }").TerminatingError;
        Assert.NotNull(error);
        Assert.Contains(quoted, error.ToString(), StringComparison.Ordinal);
        Assert.Contains(place, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_span_means_so_long_ago()
    {
        var ids = session.Output("(Get-CivitaiImage -ModelVersionId 1 -NsfwLevel X -Since ([timespan]::FromDays(20))).Id").Select(id => (long)id.BaseObject).ToArray();
        var same = session.Output("(Get-CivitaiImage -ModelVersionId 1 -NsfwLevel X -Since ([datetime]::Now.AddDays(-20))).Id").Select(id => (long)id.BaseObject);
        Assert.NotEmpty(ids);
        Assert.Equal(same, ids);
    }

    [Fact]
    public void A_list_that_is_given_is_its_members_and_each_is_a_query()
    {
        var ids = session.Output("""
            $list = @(Get-CivitaiImage -ModelVersionId 1 -First 3)
            $list.Id
            (Get-CivitaiImage -InputObject $list).Id
            @(Get-CivitaiImage -InputObject @{ ModelVersionId = 1 }, @{ TagId = 1, 2 } -First 2).Count
            @(Get-CivitaiImage -InputObject @()).Count
            """).Select(value => Convert.ToInt64(value.BaseObject, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(ids[..3], ids[3..6]);
        Assert.Equal([4, 0], ids[6..]);
    }

    [Theory]
    [InlineData("SDXL", "SDXL 1.0")]
    [InlineData("sdxl1", "SDXL 1.0")]
    [InlineData("Flux", "Flux.1 D")]
    [InlineData("SD1.5", "SD 1.5")]
    [InlineData("Pony Diffusion V6 XL", "Pony")]
    [InlineData("ilustrious", "Illustrious")]
    [InlineData("turbo", "SDXL Turbo")]
    [InlineData("Wan", "Wan Video")]
    public void The_first_name_that_is_recommended_begins_with_what_was_typed_or_is_the_nearest(string typed, string expected)
    {
        var error = Assert.Single(session.Invoke("Get-CivitaiImage -BaseModel '" + typed + "'").Errors);
        Assert.Equal("CivitaiInvalidQuery", EngineResult.IdOf(error));
        Assert.Matches("are known: " + System.Text.RegularExpressions.Regex.Escape(expected) + "(,|\\.$)", error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public async Task A_refusal_of_something_else_is_not_put_down_to_the_base_model()
    {
        await using var alone = await ModuleSession.StartAsync();
        alone.Gallery.Faults.Add(Fault.Status(400, """{"error":{"name":"ZodError","message":"[{\"path\":[\"cursor\"],\"message\":\"Invalid cursor\"}]"}}"""));
        var error = Assert.Single(alone.Invoke("Get-CivitaiImage -BaseModel Unheard").Errors);
        Assert.DoesNotContain("Unheard", error.ErrorDetails?.RecommendedAction ?? string.Empty, StringComparison.Ordinal);
    }

    [Fact]
    public void A_base_model_that_is_not_known_is_sent_as_typed_and_its_refusal_names_the_nearest()
    {
        var result = session.Invoke("Get-CivitaiImage -BaseModel 'SDXL 1,0'");
        Assert.Equal("SDXL 1,0", session.Gallery.Log.Images.Single().Parameter("baseModels"));
        var error = Assert.Single(result.Errors);
        Assert.Null(result.TerminatingError);
        Assert.Equal("CivitaiInvalidQuery", EngineResult.IdOf(error));
        Assert.Contains("baseModels", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("SDXL 1.0", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_service_rejects_arrives_with_its_words()
    {
        await using var alone = await ModuleSession.StartAsync();
        alone.Gallery.Faults.Add(Fault.Status(400, """{"error":{"name":"ZodError","message":"[{\"path\":[\"limit\"],\"message\":\"Too big: expected number to be <=200\"},{\"path\":[\"sort\"],\"message\":\"Invalid option\"}]"}}"""));
        var error = Assert.Single(alone.Invoke("Get-CivitaiImage").Errors);
        Assert.Equal("CivitaiInvalidQuery", EngineResult.IdOf(error));
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
        Assert.Contains("limit: Too big: expected number to be <=200", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("sort: Invalid option", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Get-CivitaiImage -BaseModel SDXL", "'SDXL 1.0'")]
    [InlineData("Get-CivitaiImage -BaseModel 'sdxl 1", "'SDXL 1.0'")]
    [InlineData("Get-CivitaiImage -BaseModel \"Wan Video 14B i", "'Wan Video 14B i2v 480p'")]
    [InlineData("Get-CivitaiImage -BaseModel Pony, Il", "Illustrious")]
    [InlineData("Get-CivitaiImage -BaseModel ZImage", "ZImageTurbo")]
    [InlineData("Get-CivitaiImage -Sort Most", "MostReactions")]
    [InlineData("Get-CivitaiImage -Period W", "Week")]
    [InlineData("Get-CivitaiImage -Type V", "Video")]
    [InlineData("Get-CivitaiImage -NsfwLevel E", "Explicit")]
    [InlineData("Get-CivitaiImage -BrowsingLevel PG", "PG13")]
    public void Tab_completes_without_the_network(string line, string expected)
    {
        session.Gallery.Log.Clear();
        Assert.Contains(expected, Completions(line));
        Assert.Empty(session.Gallery.Log.All);
    }

    [Theory]
    [InlineData("Get-CivitaiImage -BrowsingLevel ", "PG PG13 R X XXX")]
    [InlineData("Save-CivitaiImage -Sidecar ", "Json Text")]
    [InlineData("Save-CivitaiImage -Sidecar Json,", "Text")]
    [InlineData("Save-CivitaiImage -Sidecar Json, ", "Text")]
    [InlineData("Save-CivitaiImage -Sidecar 'Json', T", "Text")]
    [InlineData("Save-CivitaiImage -Sidecar Json, Text, ", "")]
    [InlineData("Save-CivitaiImage -Sidecar J", "Json")]
    public void Tab_offers_nothing_that_is_refused_and_nothing_twice(string line, string expected) =>
        Assert.Equal(expected, string.Join(' ', Completions(line).Where(text => !text.Contains('.', StringComparison.Ordinal)).Order(StringComparer.Ordinal)));

    [Fact]
    public void Every_base_model_that_Tab_offers_is_one_that_the_service_takes()
    {
        var offered = Completions("Get-CivitaiImage -BaseModel ").Select(name => name.Trim('\'')).ToArray();
        Assert.DoesNotContain("Hailuo by MiniMax", offered);
        foreach (var name in (string[])["Boogu", "Flux 3 Video", "Hunyuan3D", "MageFlow", "MiniMax H3", "PolyGen", "Qwen 3", "Reve", "Tripo"])
        {
            Assert.Contains(name, offered);
        }

        Assert.DoesNotContain("Pony", Completions("Get-CivitaiImage -BaseModel Pony, "));
    }

    [Theory]
    [InlineData("Connect-Civitai")]
    [InlineData("Disconnect-Civitai")]
    [InlineData("Get-CivitaiConnection")]
    [InlineData("Get-CivitaiImage")]
    [InlineData("Save-CivitaiImage")]
    public void Every_command_has_a_page_online(string command) =>
        Assert.Equal(
            "https://github.com/CivitaiPS/CivitaiPS/blob/main/src/CivitaiPS/Help/" + command + ".md",
            session.Output("(Get-Command " + command + ").HelpUri").Single().BaseObject);

    [Fact]
    public void Tab_does_not_offer_the_level_that_is_refused() =>
        Assert.Equal(["Explicit", "Mature", "None", "Soft"], Completions("Get-CivitaiImage -NsfwLevel ").Order(StringComparer.Ordinal));

    [Fact]
    public void Only_InputObject_takes_from_the_pipeline_and_it_is_in_every_set()
    {
        var command = (CmdletInfo)session.Output("Get-Command Get-CivitaiImage").Single().BaseObject;
        Assert.Equal("Query", command.DefaultParameterSet);
        Assert.Equal(["Id", "Query", "Uri"], command.ParameterSets.Select(set => set.Name).Order(StringComparer.Ordinal));
        foreach (var set in command.ParameterSets)
        {
            Assert.Equal(["InputObject"], set.Parameters.Where(parameter => parameter.ValueFromPipeline || parameter.ValueFromPipelineByPropertyName).Select(parameter => parameter.Name));
            Assert.Equal(set.Name == "Uri" ? ["Uri"] : [], set.Parameters.Where(parameter => parameter.Position >= 0).Select(parameter => parameter.Name));
        }

        Assert.Equal("Civitai.Image", command.OutputType.Single().Name);
    }

    private List<string> Completions(string line) =>
    [
        .. session.Engine.Invoke($"[Management.Automation.CommandCompletion]::CompleteInput(@'\n{line}\n'@, {line.Length}, $null).CompletionMatches")
            .Output.Select(match => ((CompletionResult)match.BaseObject).CompletionText),
    ];
}
