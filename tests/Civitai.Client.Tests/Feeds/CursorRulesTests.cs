using Civitai.Client.Feeds;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace Civitai.Client.Tests.Feeds;

/// <summary>What follows a page, without any network.</summary>
public sealed class CursorRulesTests
{
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Slow = CursorRules.SuspiciousDelay;

    [Fact]
    public void A_cursor_leads_to_the_next_page_whatever_the_page_held()
    {
        var rules = new CursorRules(isModelListing: false, isDescending: true, cursor: null);
        Assert.Equal(PageOutcome.Next, rules.Decide(new PageAnswer("a", 10, Quick), 10));
        Assert.Equal(PageOutcome.Next, rules.Decide(new PageAnswer("b", 0, Slow), 10));
        Assert.Equal("b", rules.Cursor);
        Assert.Equal(PageOutcome.End, rules.Decide(new PageAnswer(null, 1, Slow), 10));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nothing_where_more_was_expected_is_asked_for_once_more(bool slow)
    {
        var rules = new CursorRules(isModelListing: false, isDescending: true, cursor: "a");
        Assert.Equal(PageOutcome.Again, rules.Decide(new PageAnswer(null, 0, Quick), 10));
        Assert.Equal(9, rules.Limit);
        Assert.Equal(slow ? PageOutcome.TimedOut : PageOutcome.End, rules.Decide(new PageAnswer(null, 0, slow ? Slow : Quick), 9));
        Assert.Equal("a", rules.Cursor);
    }

    [Fact]
    public void A_page_of_a_model_that_stands_still_is_widened_up_to_the_largest()
    {
        var rules = new CursorRules(isModelListing: true, isDescending: true, cursor: null);
        Assert.Equal(PageOutcome.Next, rules.Decide(new PageAnswer("99", 1, Quick), 1));
        Assert.Equal("100", rules.Cursor);
        var limit = 1;
        foreach (var larger in (int[])[2, 4, 8, 16, 32, 64, 128, 200])
        {
            Assert.Equal(PageOutcome.Larger, rules.Decide(new PageAnswer("99", 1, Quick), limit));
            Assert.Equal(larger, rules.Limit);
            limit = larger;
        }

        Assert.Equal(PageOutcome.Loop, rules.Decide(new PageAnswer("99", 1, Quick), limit));
        Assert.Equal("100", rules.Repeated);
    }

    [Property]
    public void A_feed_comes_to_an_end_whatever_the_cursors_are(bool model, bool descending, string? start, byte[] cursors)
    {
        var rules = new CursorRules(model, descending, start);
        var pages = 0;
        PageOutcome outcome;
        do
        {
            // A service that repeats a few cursors for ever.
            var cursor = cursors.Length == 0 ? null : (cursors[pages % cursors.Length] % 5).ToString(System.Globalization.CultureInfo.InvariantCulture);
            outcome = rules.Decide(new PageAnswer(cursor, 1, Quick), rules.Limit ?? 10);
            pages++;
        }
        while (outcome is PageOutcome.Next or PageOutcome.Again or PageOutcome.Larger);
        Assert.InRange(pages, 1, 40);
    }
}
