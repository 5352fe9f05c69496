using System.Globalization;
using Civitai.Client.Http;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Http;

public sealed class WaitTests
{
    [Fact]
    public async Task Back_off_doubles_from_one_second_to_thirty_with_full_jitter()
    {
        await using var test = await SessionUnderTest.StartAsync(retries: 8);
        test.Gallery.Faults.Add(Fault.Status(500).Forever());

        await test.ApiErrorAsync();

        Assert.Equal([0.5, 1, 2, 4, 8, 15, 15, 15], test.Clock.Waits);
    }

    [Fact]
    public async Task No_retries_means_one_request()
    {
        await using var test = await SessionUnderTest.StartAsync(retries: 0);
        test.Gallery.Faults.Add(Fault.Busy().Forever());

        Assert.Equal(CivitaiError.Unavailable, (await test.ApiErrorAsync()).Error);
        Assert.Single(test.Gallery.Log.All);
        Assert.Empty(test.Clock.Waits);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("120", 120)]
    [InlineData("3600", 120)]
    [InlineData("99999999999999999999", 120)]
    [InlineData("0", 0.5)]
    [InlineData("-3", 0.5)]
    [InlineData("soon", 0.5)]
    public async Task Retry_After_in_seconds_is_kept_up_to_two_minutes(string header, double seconds)
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Gallery.Faults.Add(Fault.Busy(header));

        await test.ApiAsync();

        Assert.Equal([seconds], test.Clock.Waits);
    }

    [Theory]
    [InlineData(45, 45)]
    [InlineData(3600, 120)]
    [InlineData(-45, 0.5)]
    [InlineData(0, 0.5)]
    public async Task Retry_After_as_a_date_counts_on_the_server_s_clock(int ahead, double seconds)
    {
        // The server's clock is a year ahead of ours.
        await using var test = await SessionUnderTest.StartAsync();
        var now = test.Clock.GetUtcNow().AddYears(1);
        test.Gallery.Faults.Add(Fault.Raw(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 429 Too Many\r\nDate: {now:r}\r\nRetry-After: {now.AddSeconds(ahead):r}\r\nContent-Length: 0\r\n\r\n")));

        await test.ApiAsync();

        Assert.Equal([seconds], test.Clock.Waits);
    }

    [Fact]
    public async Task Retry_After_as_a_date_without_the_server_s_clock_counts_on_ours()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Clock.SetUtcNow(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        test.Gallery.Faults.Add(Fault.Raw("HTTP/1.1 503 Busy\r\nRetry-After: Tue, 01 Jan 2030 00:00:33 GMT\r\nContent-Length: 0\r\n\r\n"));

        await test.ApiAsync();

        Assert.Equal([33], test.Clock.Waits);
    }

    [Fact]
    public async Task A_wait_of_five_seconds_or_more_is_a_warning_and_a_shorter_one_is_verbose()
    {
        await using var test = await SessionUnderTest.StartAsync(retries: 3);
        test.Gallery.Faults.Add(Fault.Busy("4"), Fault.Busy("5").Skip(1), Fault.Busy("120").Skip(2));

        await test.ApiAsync();

        Assert.Equal(["CivitaiWaiting: waiting 5 seconds", "CivitaiWaiting: waiting 120 seconds"], test.Activity.Warnings.Select(text => text.Split(" before")[0]), StringComparer.Ordinal);
        Assert.Single(test.Activity.Verbose, line => line.StartsWith("Waiting 4.0 seconds", StringComparison.Ordinal));
    }

    [Fact]
    public async Task When_one_download_is_told_to_wait_no_other_request_goes_to_that_host_before_the_time_is_over()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Clock.PassesAtOnce = _ => false;
        test.Gallery.Faults.Add(Fault.Busy("30").OnMedia());

        var told = test.MediaAsync();
        Assert.Equal(30, (await test.Clock.NextWaitAsync()).TotalSeconds);
        var others = Enumerable.Range(0, 7).Select(index => test.MediaAsync(session: index % 2 == 0 ? null : test.Another())).ToArray();
        for (var i = 0; i < others.Length; i++)
        {
            Assert.Equal(30, (await test.Clock.NextWaitAsync()).TotalSeconds);
        }

        test.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Single(test.Gallery.Log.All);

        test.Clock.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll([told, .. others]);
        Assert.Equal(9, test.Gallery.Log.All.Count);
    }

    [Fact]
    public async Task Downloads_that_wait_for_the_same_moment_give_one_warning()
    {
        await using var test = await SessionUnderTest.StartAsync();
        test.Clock.PassesAtOnce = _ => false;
        test.Gallery.Faults.Add(Fault.Busy("30").OnMedia());

        var told = test.MediaAsync();
        await test.Clock.NextWaitAsync();
        var other = test.MediaAsync();
        await test.Clock.NextWaitAsync();
        test.Clock.Advance(TimeSpan.FromSeconds(30));
        await Task.WhenAll(told, other);

        Assert.Single(test.Activity.Warnings);
    }

    [Fact]
    public async Task Another_host_is_not_kept_waiting()
    {
        await using var test = await SessionUnderTest.StartAsync(separateMedia: true);
        test.Clock.PassesAtOnce = _ => false;
        test.Gallery.Faults.Add(Fault.Busy("30").OnMedia());

        using var stop = new CancellationTokenSource();
        var told = test.MediaAsync(stop: stop.Token);
        await test.Clock.NextWaitAsync();

        Assert.Contains("\"items\"", await test.ApiAsync(), StringComparison.Ordinal);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => told);
    }

    [Fact]
    public void Every_back_off_is_between_nothing_and_its_bound()
    {
        for (var attempt = 0; attempt < 2000; attempt++)
        {
            Assert.Equal(TimeSpan.Zero, ResiliencePolicy.BackOff(attempt, 0));
            Assert.InRange(ResiliencePolicy.BackOff(attempt, 0.999999), TimeSpan.Zero, ResiliencePolicy.LongestBackOff);
        }
    }

    [Theory]
    [InlineData(int.MaxValue, 2147483647.0)]
    [InlineData(0, 0.0)]
    [InlineData(-1, -1.0)]
    public void Any_number_of_retries_and_any_time_out_make_a_policy(int retries, double seconds)
    {
        var policy = new ResiliencePolicy(new ConnectionSettings { MaximumRetryCount = retries, Timeout = TimeSpan.FromSeconds(seconds) }, TimeProvider.System, () => 0, (_, _) => { });

        Assert.InRange(policy.Timeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(24));
    }
}
