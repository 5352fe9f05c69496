using Gallery;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>Images that are named themselves, by their ids.</summary>
public sealed class LookupTests
{
    [Fact]
    public async Task An_error_that_the_next_ids_would_share_ends_the_listing_and_says_where()
    {
        await using var session = await ModuleSession.StartAsync();
        var ids = session.Gallery.Catalogue.Images.Where(image => image.RawItemJson is null).Select(image => image.Id).Take(3).ToArray();
        session.Gallery.Faults.Add(Fault.Status(403).OnApi().When(request => string.Equals(request.Parameter("imageId"), $"{ids[1]}", StringComparison.Ordinal)));

        var result = session.Invoke($"Get-CivitaiImage -Id {string.Join(',', ids)}; 'went on'");

        Assert.Equal($"{ids[0]} went on", string.Join(' ', result.Output));
        var error = Assert.Single(result.Errors);
        Assert.StartsWith("CivitaiForbidden,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains($"Image {ids[1]} and those after it were not listed.", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Since_and_type_hold_for_them_too()
    {
        await using var session = await ModuleSession.StartAsync();
        var old = session.Gallery.Catalogue.Images.First(image => image.RawItemJson is null && image.CreatedAt < DateTimeOffset.UtcNow.AddDays(-30) && string.Equals(image.Type, "image", StringComparison.Ordinal));
        Assert.Empty(session.Output($"{old.Id} | Get-CivitaiImage -Since ([datetime]::Now.AddDays(-1))"));
        Assert.Empty(session.Output($"{old.Id} | Get-CivitaiImage -Type Video"));
        Assert.Single(session.Output($"{old.Id} | Get-CivitaiImage -Type Image"));
    }

    [Theory]
    [InlineData("1 | Get-CivitaiImage -TagId 5")]
    [InlineData("Get-CivitaiImage https://civitai.com/images/1 -Cursor 'a'")]
    [InlineData("Get-CivitaiImage https://civitai.com/posts/1, https://civitai.com/user/alice -Cursor 'a'")]
    public async Task What_cannot_be_asked_of_them_is_refused_before_any_request(string script)
    {
        await using var session = await ModuleSession.StartAsync();
        Assert.StartsWith("CivitaiParameterConflict", Assert.Single(session.Invoke(script).Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(session.Gallery.Log.All);
    }

    [Fact]
    public async Task Piped_ids_are_requested_four_at_once_and_listed_in_their_order()
    {
        await using var session = await ModuleSession.StartAsync();
        var ids = Ids(session, 20);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = 0;
        var most = 0;
        var sync = new Lock();
        session.Gallery.Log.Arrived = _ =>
        {
            lock (sync)
            {
                most = Math.Max(most, ++running);
                if (running == 4)
                {
                    gate.TrySetResult();
                }
            }
        };
        session.Gallery.Log.Ended = _ =>
        {
            lock (sync)
            {
                running--;
            }
        };

        // The first goes alone, to find out whether the service is there. The next four only end when all four are there.
        session.Gallery.Faults.Add(Fault.HoldUntil(gate.Task).OnApi().Skip(1).Times(4));
        Assert.Equal(ids, session.Output($"{string.Join(',', ids)} | Get-CivitaiImage | ForEach-Object Id").Select(id => (long)id.BaseObject));
        Assert.Equal(4, most);
    }

    [Fact]
    public async Task Records_of_every_kind_are_answered_in_their_order()
    {
        await using var session = await ModuleSession.StartAsync();
        var ids = Ids(session, 6);
        var result = session.Invoke(
            $"{ids[0]}, {ids[1]}, 5, {ids[2]}, @{{ ModelVersionId = 1 }}, {ids[3]}, 'castle', @{{ Id = '{ids[4]}' }}, 'https://civitai.com/images/{ids[5]}', {ids[0]} | Get-CivitaiImage -First 1 | ForEach-Object Id");

        var found = result.Output.Select(id => (long)id.BaseObject).ToArray();
        Assert.Equal([ids[0], ids[1], ids[2], ids[3], ids[4], ids[5], ids[0]], found.Where((_, index) => index != 3));
        Assert.DoesNotContain(found[3], ids);
        Assert.Equal(["CivitaiImageNotFound", "CivitaiLinkNotSupported"], result.Errors.Select(EngineHost.EngineResult.IdOf));
    }

    [Fact]
    public async Task What_was_piped_before_an_error_that_stops_the_script_is_listed_first()
    {
        await using var session = await ModuleSession.StartAsync();
        var ids = Ids(session, 3);
        var result = session.Invoke($"{string.Join(',', ids)}, 'castle' | Get-CivitaiImage -ErrorAction Stop | ForEach-Object Id");
        Assert.Equal(ids, result.Output.Select(id => (long)id.BaseObject));
        Assert.NotNull(result.TerminatingError);
    }

    [Theory]
    [InlineData("1..20 | Get-CivitaiImage")]
    [InlineData("Get-CivitaiImage -Id (1..20)")]
    public async Task Of_many_ids_the_first_that_fails_after_its_retries_is_the_last(string script)
    {
        await using var session = await ModuleSession.StartAsync();
        session.Gallery.Faults.Add(Fault.Status(503).OnApi().Forever());
        var result = session.Invoke($"Connect-Civitai -BaseUri {session.Gallery.BaseUri} -MaximumRetryCount 0 | Out-Null; {script}; 'went on'; Disconnect-Civitai");
        var error = Assert.Single(result.Errors);
        Assert.Equal("CivitaiUnavailable", EngineHost.EngineResult.IdOf(error));
        Assert.Contains("Image 1 and those after it were not listed.", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("went on", Assert.Single(result.Output).BaseObject);
        Assert.Empty(result.Warnings);
        Assert.Single(session.Gallery.Log.All);
    }

    [Fact]
    public async Task A_pipeline_that_wants_no_more_ends_piped_ids_at_once()
    {
        await using var session = await ModuleSession.StartAsync();
        var ids = Ids(session, 50);
        Assert.Equal(ids[0], Assert.Single(session.Output($"foreach ($once in 1) {{ {string.Join(',', ids)} | Get-CivitaiImage | ForEach-Object {{ $_.Id; break }} }}")).BaseObject);
        await session.AssertNothingIsLeftRunningAsync();
        Assert.InRange(session.Gallery.Log.All.Count, 1, 4);
    }

    private static long[] Ids(ModuleSession session, int count) =>
        [.. session.Gallery.Catalogue.Images.Where(image => image.RawItemJson is null && !image.ModelVersionIds.Contains(1)).Take(count).Select(image => image.Id)];
}
