using System.Globalization;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

public sealed class SaveSummaryTests
{
    [Theory]
    [InlineData(312, 4267, 7, 61_000_000, 42.3, "312 saved, 4,267 there already, 7 failed, 61 MB in 42 s")]
    [InlineData(0, 0, 0, 0, 0.2, "0 saved, 0 there already, 0 failed, 0 B in 0 s")]
    [InlineData(1, 0, 0, 999, 119.4, "1 saved, 0 there already, 0 failed, 999 B in 119 s")]
    [InlineData(1, 0, 0, 6_130_000, 200, "1 saved, 0 there already, 0 failed, 6.1 MB in 3 min 20 s")]
    [InlineData(1, 0, 0, 12_000_000_000, 7500, "1 saved, 0 there already, 0 failed, 12 GB in 2 h 5 min")]
    public void A_summary_reads_like_a_sentence(long saved, long existing, long failed, long bytes, double seconds, string expected)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("en-US");
        try
        {
            var summary = new SaveSummary { SavedCount = saved, ExistingCount = existing, FailedCount = failed, ReceivedBytes = bytes, Elapsed = TimeSpan.FromSeconds(seconds) };
            Assert.Equal(expected, summary.ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
