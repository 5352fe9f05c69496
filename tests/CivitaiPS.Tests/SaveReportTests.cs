using System.Management.Automation;
using EngineHost;
using Gallery;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>What a run of Save-CivitaiImage tells: errors that name the image, a summary, progress.</summary>
public sealed class SaveReportTests
{
    [Fact]
    public async Task An_error_begins_with_the_image_and_says_what_was_kept_and_what_can_be_done()
    {
        await using var session = await ModuleSession.StartAsync(new GalleryOptions { MediaSize = 600_000 });
        session.Gallery.Faults.Add(Fault.AbortAfter(300_000).OnMedia().Forever());
        var result = session.Invoke($"$null = Connect-Civitai -MaximumRetryCount 0; $i = Get-CivitaiImage -ModelVersionId 1 -Type Image -First 1; $i; $i | Save-CivitaiImage '{session.Folder}'");
        var (id, user) = (result.Output[0].Properties["Id"].Value, result.Output[0].Properties["Username"].Value);
        var error = Assert.Single(result.Errors);
        Assert.Matches($@"^Image {id} \({user}\): .* \d+ kB of \d+ kB kept; run again to resume\.$", error.ToString());
        Assert.DoesNotContain("original=true", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("original=true", error.Exception.InnerException!.Message, StringComparison.Ordinal);
        Assert.Same(result.Output[0].BaseObject, Assert.IsType<PSObject>(error.TargetObject).BaseObject);
    }

    [Theory]
    [InlineData("503", "Try again later")]
    [InlineData("damaged", "the original itself seems damaged. -AllowDamaged keeps it as it is.")]
    public async Task Where_nothing_was_kept_an_error_says_what_can_be_done(string fault, string words)
    {
        await using var session = await ModuleSession.StartAsync(new GalleryOptions { MediaSize = 50_000 });
        session.Gallery.Faults.Add((fault == "503" ? Fault.Status(503) : Fault.TruncateAtAnnouncedLength(100)).OnMedia().Forever());
        var error = Assert.Single(session.Invoke($"$null = Connect-Civitai -MaximumRetryCount 0; Get-CivitaiImage -ModelVersionId 1 -Type Image -First 1 | Save-CivitaiImage '{session.Folder}'").Errors);
        Assert.Contains(words, error.ToString(), StringComparison.Ordinal);
        Assert.NotNull(error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public async Task Nothing_of_a_record_acts_on_the_terminal_and_no_secret_is_shown()
    {
        await using var session = await ModuleSession.StartAsync();
        session.Gallery.Faults.Add(Fault.Status(404).OnMedia().Forever());
        var result = session.Invoke($$"""
            $url = "$((Get-CivitaiImage -ModelVersionId 1 -First 1).Url)?token=sesame"
            @{ Id = 5; Url = $url; Username = "Eve`e[31m`u{202e}" } | Save-CivitaiImage '{{session.Folder}}' -FileName "a`e[2J{Id}"
            @{ Url = $url } | Save-CivitaiImage '{{session.Folder}}'
            """);
        Assert.Equal(2, result.Errors.Count);
        Assert.StartsWith("Image 5 (Eve [31m", result.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.StartsWith("Image without an id: ", result.Errors[1].ToString(), StringComparison.Ordinal);
        foreach (var text in result.Errors.SelectMany(error => new[] { error.ToString(), error.Exception.ToString() }).Concat(result.Warnings))
        {
            Assert.DoesNotContain("sesame", text, StringComparison.Ordinal);
            Assert.DoesNotContain(text, c => char.IsControl(c) && c is not ('\r' or '\n'));
        }

        Assert.All(result.Errors, error => Assert.DoesNotContain('\u202e', error.ToString()));
    }

    [Fact]
    public async Task NewOnly_reports_only_what_this_run_downloaded()
    {
        await using var session = await ModuleSession.StartAsync();
        var saved = session.Output($$"""
            $images = @(Get-CivitaiImage -ModelVersionId 1 -First 5)
            $images[0..1] | Save-CivitaiImage '{{session.Folder}}/a' -Archive '{{session.Folder}}/ledger' -NewOnly
            'second'
            $images | Save-CivitaiImage '{{session.Folder}}/a' -NewOnly
            'third'
            $images | Save-CivitaiImage '{{session.Folder}}/b' -Archive '{{session.Folder}}/ledger' -NewOnly
            """).Select(value => value.BaseObject is string text ? text : value.Properties["Status"].Value.ToString());
        Assert.Equal(["Downloaded", "Downloaded", "second", "Downloaded", "Downloaded", "Downloaded", "third", "Downloaded", "Downloaded", "Downloaded"], saved);
    }

    [Fact]
    public async Task A_run_ends_with_one_line_that_sums_it_up_and_a_warning_where_something_failed()
    {
        await using var session = await ModuleSession.StartAsync();
        session.Gallery.Faults.Add(Fault.Status(404).OnMedia().Nth(4));
        var result = session.Invoke($$"""
            $null = Connect-Civitai -MaximumRetryCount 0
            $images = @(Get-CivitaiImage -ModelVersionId 1 -First 6)
            $images[0..1] | Save-CivitaiImage '{{session.Folder}}' -ThrottleLimit 1
            $images + 5 | Save-CivitaiImage '{{session.Folder}}' -ThrottleLimit 1
            """);
        Assert.Equal(2, result.Errors.Count);
        Assert.Equal(2, result.Information.Count);
        Assert.All(result.Information, record => Assert.Equal(["CivitaiSummary"], record.Tags));
        Assert.Equal("Civitai.SaveSummary", result.Information[1].MessageData.GetType().FullName);
        Assert.Matches(@"^2 saved, 0 there already, 0 failed, [\d.]+ k?B in \d+ s$", result.Information[0].MessageData.ToString());
        var summary = result.Information[1].MessageData.ToString()!;
        Assert.Matches(@"^3 saved, 2 there already, 2 failed, [\d.]+ k?B in \d+ s$", summary);
        Assert.Equal(["CivitaiSaveFailed: " + summary], result.Warnings);
    }

    [Fact]
    public async Task A_run_that_touches_nothing_sums_up_nothing()
    {
        await using var session = await ModuleSession.StartAsync();
        Assert.Empty(session.Invoke($"Get-CivitaiImage -ModelVersionId 1 -First 2 | Save-CivitaiImage '{session.Folder}' -WhatIf").Information);
    }

    [Theory]
    [InlineData("-RateLimit 0")]
    [InlineData("-RateLimit -5")]
    [InlineData("-RateLimit fast")]
    public async Task A_rate_that_is_none_is_refused(string arguments)
    {
        await using var session = await ModuleSession.StartAsync();
        Assert.NotNull(session.Invoke($"try {{ Get-CivitaiImage -First 1 | Save-CivitaiImage '{session.Folder}' {arguments} }} catch {{ throw }}").TerminatingError);
    }

    [Fact]
    public async Task A_rate_is_bytes_in_powershells_units()
    {
        await using var session = await ModuleSession.StartAsync();
        Assert.Equal(4, session.Output($"Get-CivitaiImage -ModelVersionId 1 -First 2 | Save-CivitaiImage '{session.Folder}/a' -RateLimit 2MB; Get-CivitaiImage -ModelVersionId 1 -First 2 | Save-CivitaiImage '{session.Folder}/b' -RateLimit '2MB'").Count);
    }

    [Fact]
    public async Task A_damaged_original_is_reported_as_such()
    {
        await using var session = await ModuleSession.StartAsync(new GalleryOptions { MediaSize = 50_000 });
        session.Gallery.Faults.Add(Fault.TruncateAtAnnouncedLength(100).OnMedia().Forever());
        var saved = session.Output($"Get-CivitaiImage -ModelVersionId 1 -Type Image -First 1 | Save-CivitaiImage '{session.Folder}' -AllowDamaged -NewOnly");
        Assert.Equal("Damaged", Assert.Single(saved).Properties["Status"].Value.ToString());
    }

    [Fact]
    public async Task A_list_that_is_given_says_how_many_there_are_and_how_long_it_will_take()
    {
        var gate = new TaskCompletionSource();
        await using var session = await ModuleSession.StartAsync();
        session.Gallery.Faults.Add(Fault.HoldUntil(gate.Task).OnMedia().Skip(3).Forever());
        using var run = session.Begin($"$list = @(Get-CivitaiImage -ModelVersionId 1 -First 9); Save-CivitaiImage -InputObject $list '{session.Folder}' -ThrottleLimit 2");
        await run.ShowedProgressAsync(record => record.StatusDescription.StartsWith("3 of 9 files, ", StringComparison.Ordinal) && record.SecondsRemaining >= 0 && record.PercentComplete == 33);
        gate.SetResult();
        var result = run.Wait();
        Assert.Equal(9, result.Output.Count);
        AssertNothingIsLeft(result.Progress);
    }

    [Theory]
    [InlineData("Get-CivitaiImage -ModelVersionId 1 -First 9 | Save-CivitaiImage '{0}' -ThrottleLimit 2", "3 files, ")]
    [InlineData("Get-CivitaiImage -ModelVersionId 1 -First 5 | Save-CivitaiImage '{0}' -ThrottleLimit 2", "3 of 5 files, ")]
    public async Task A_pipeline_tells_the_count_when_it_has_been_read(string script, string status)
    {
        var gate = new TaskCompletionSource();
        await using var session = await ModuleSession.StartAsync();
        session.Gallery.Faults.Add(Fault.HoldUntil(gate.Task).OnMedia().Skip(3).Forever());
        using var run = session.Begin(string.Format(System.Globalization.CultureInfo.InvariantCulture, script, session.Folder));
        await run.ShowedProgressAsync(record => record.StatusDescription.StartsWith(status, StringComparison.Ordinal));
        gate.SetResult();
        AssertNothingIsLeft(run.Wait().Progress);
    }

    [Fact]
    public async Task A_wait_that_a_media_host_asks_for_counts_down()
    {
        await using var session = await ModuleSession.StartAsync();
        session.Gallery.Faults.Add(Fault.Busy("60").OnMedia().Times(1));
        using var run = session.Begin($"Get-CivitaiImage -ModelVersionId 1 -First 1 | Save-CivitaiImage '{session.Folder}'");
        await run.ShowedProgressAsync(record => record.CurrentOperation?.StartsWith("Waiting 59 s", StringComparison.Ordinal) == true);
        await run.ShowedProgressAsync(record => record.CurrentOperation?.StartsWith("Waiting 58 s", StringComparison.Ordinal) == true);
        run.Stop();
        AssertNothingIsLeft(run.Wait().Progress);
    }

    [Theory]
    [InlineData("foreach ($i in 1) {{ Get-CivitaiImage -ModelVersionId 1 | Save-CivitaiImage '{0}' -ThrottleLimit 2 | ForEach-Object {{ if (++$n -ge 4) {{ break }} }} }}")]
    [InlineData("Get-CivitaiImage -ModelVersionId 1 | Save-CivitaiImage '{0}' -ThrottleLimit 2 | ForEach-Object {{ if (++$n -ge 4) {{ throw 'enough' }} }}")]
    public async Task A_run_that_is_left_early_leaves_nothing_on_the_screen(string script)
    {
        var gate = new TaskCompletionSource();
        await using var session = await ModuleSession.StartAsync();
        session.Gallery.Faults.Add(Fault.HoldUntil(gate.Task).OnMedia().Skip(3).Forever());
        using var run = session.Begin("$n = 0; " + string.Format(System.Globalization.CultureInfo.InvariantCulture, script, session.Folder));
        await run.ShowedProgressAsync(record => record.ParentActivityId >= 0);
        gate.SetResult();
        AssertNothingIsLeft(run.Wait().Progress);
    }

    private static void AssertNothingIsLeft(IReadOnlyList<ProgressRecord> records) => Assert.All(
        records.GroupBy(record => (record.Activity == "Listing images", record.ActivityId)),
        activity => Assert.Equal(ProgressRecordType.Completed, activity.Last().RecordType));
}
