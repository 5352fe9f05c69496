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
}
