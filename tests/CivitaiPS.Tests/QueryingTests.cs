using Gallery;
using Xunit;

namespace CivitaiPS.Tests;

public sealed class QueryingTests(ModuleSession session) : IClassFixture<ModuleSession>
{
    [Fact]
    public async Task First_450_in_pages_of_200_asks_for_200_200_and_50()
    {
        var images = session.Output("Get-CivitaiImage -ModelVersionId 1 -First 450 -PageSize 200");
        Assert.Equal(450, images.Count);
        Assert.Equal(450, images.Select(image => image.Properties["Id"].Value).Distinct().Count());
        Assert.Equal("200 200 50", string.Join(' ', session.Gallery.Log.Api.Select(request => request.Parameter("limit"))));
        Assert.Empty(session.Gallery.Log.Api.SelectMany(request => request.UnknownParameters));
        await session.AssertNothingIsLeftRunningAsync();
    }

    [Fact]
    public async Task Leaving_the_pipeline_after_two_objects_costs_one_request()
    {
        // A script block, since PowerShell's Where-Object takes a break from further down for a failure of its own when it compares a property.
        var images = session.Output("""
            $taken = 0
            foreach ($round in 1..3) {
                Get-CivitaiImage -ModelVersionId 1 | Where-Object { $_.Id -gt 0 } | ForEach-Object { $_; if (++$taken -eq 2) { break } }
            }
            """);
        Assert.Equal(2, images.Count);
        Assert.Single(session.Gallery.Log.All);
        await session.AssertNothingIsLeftRunningAsync();
    }

    [Fact]
    public async Task An_error_further_down_the_pipeline_ends_the_listing()
    {
        var result = session.Invoke("Get-CivitaiImage -ModelVersionId 1 | ForEach-Object { throw 'no more' }");
        Assert.Equal("no more", result.TerminatingError?.Exception.Message);
        Assert.Single(session.Gallery.Log.All);
        await session.AssertNothingIsLeftRunningAsync();
    }

    [Fact]
    public async Task Stopping_while_the_service_is_silent_ends_the_listing()
    {
        await using var alone = await ModuleSession.StartAsync();
        alone.Gallery.Faults.Add(Fault.Hang().OnImages());
        using var run = alone.Begin("Get-CivitaiImage -ModelVersionId 1");
        await alone.Gallery.Log.WaitForAsync(request => request.IsApi, GalleryServer.Patience);
        run.Stop();
        Assert.True(run.Wait().Stopped);
        await alone.AssertNothingIsLeftRunningAsync();
        Assert.True(alone.Gallery.Log.All.Single().Aborted);
    }

    [Fact]
    public async Task Images_come_out_while_the_rest_of_their_page_is_on_its_way()
    {
        await using var alone = await ModuleSession.StartAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        alone.Gallery.Faults.Add(Fault.StallAfterItems(3, gate.Task).OnImages());
        using var run = alone.Begin("Get-CivitaiImage -ModelVersionId 1 -First 10");
        Assert.True(await run.WroteAsync(3));
        gate.SetResult();
        Assert.Equal(10, run.Wait().Output.Count);
        await alone.AssertNothingIsLeftRunningAsync();
    }

    [Theory]
    [InlineData("-ModelId 0", "ParameterArgumentValidationError", "greater than or equal to 1")]
    [InlineData("-ModelVersionId -1", "ParameterArgumentValidationError", "greater than or equal to 1")]
    [InlineData("-Username 'two words'", "ParameterArgumentValidationError", "letters (a-z, A-Z), digits and _")]
    [InlineData("-PageSize 500", "ParameterArgumentValidationError", "less than or equal to 200")]
    [InlineData("-PageSize 0", "ParameterArgumentValidationError", "greater than or equal to 1")]
    [InlineData("-Sort Best", "CannotConvertArgumentNoMessage", "MostReactions")]
    public void A_wrong_argument_is_refused_before_any_request_and_told_what_is_allowed(string arguments, string id, string allowed)
    {
        var result = session.Invoke("Get-CivitaiImage " + arguments);
        var error = Assert.Single(result.Errors);
        Assert.Equal(id, EngineHost.EngineResult.IdOf(error));
        Assert.Contains(allowed, error.ToString(), StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.Empty(session.Gallery.Log.All);
    }

    [Fact]
    public void The_order_of_the_most_loved_holds_across_the_versions_of_a_model()
    {
        var images = session.Output("Get-CivitaiImage -ModelId 123 -Sort MostReactions -First 40");
        var counts = images.Select(image => (int)image.Properties["ReactionCount"].Value).ToList();
        Assert.Equal(40, counts.Count);
        Assert.Equal(counts.OrderDescending(), counts);
    }
}
