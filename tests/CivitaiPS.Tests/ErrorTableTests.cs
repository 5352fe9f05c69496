using System.Globalization;
using System.IO.Compression;
using System.Management.Automation;
using System.Text.Json;
using EngineHost;
using Gallery;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>
/// Every error of the contract's table, met for real: its id, category, target, message and advice, and whether the pipeline went on. An error that
/// ends a listing does not end the pipeline, since what was listed before it is still to be saved.
/// </summary>
public sealed class ErrorTableTests
{
    private const string Query = "Civitai.ImageQuery";
    private const string Image = "Civitai.Image";
    private const string Text = "System.String";

    /// <summary>Two queries, of which the second must still be answered when the first one fails.</summary>
    private const string TwoQueries = "@{ Username = 'alice' }, @{ Username = 'bob' } | Get-CivitaiImage -First 1";

    private static readonly Dictionary<string, ErrorCase> Cases = new(StringComparer.Ordinal)
    {
        ["400"] = Api("InvalidQuery", ErrorCategory.InvalidArgument, () => Fault.Status(400, "{\"error\":{\"name\":\"ZodError\",\"issues\":[{\"path\":[\"limit\"],\"message\":\"Too big: expected number to be <=200\"}]}}")) with { Words = "limit: Too big" },
        ["400 base model"] = new("InvalidQuery", ErrorCategory.InvalidArgument, Query, _ => "Get-CivitaiImage -BaseModel 'SDXL 1.00'") { Outputs = 0, Advice = ["SDXL 1.0"] },
        ["400 about something else"] = new("InvalidQuery", ErrorCategory.InvalidArgument, Query, session =>
        {
            session.Gallery.Faults.Add(Fault.Status(400, "{\"error\":{\"issues\":[{\"path\":[\"sort\"],\"message\":\"Invalid option\"}],\"name\":\"ZodError\"}}"));
            return "Get-CivitaiImage -BaseModel 'SDXL 1.00'";
        })
        { Outputs = 0, Words = "sort: Invalid option", NoAdvice = ["SDXL"] },
        ["an error in a success"] = Api("UnexpectedResponse", ErrorCategory.InvalidData, () => Fault.Json("{\"error\":\"Search is down\"}")) with { Words = "Search is down" },
        ["a web page that calls itself JSON"] = Api("UnexpectedResponse", ErrorCategory.InvalidData, () => Fault.Bytes("<html><title>Sign in</title></html>"u8.ToArray(), "application/json")) with { Words = "Sign in" },
        ["damaged Brotli"] = new("UnexpectedResponse", ErrorCategory.InvalidData, Query, session =>
        {
            session.Gallery.Faults.Add(Fault.Bytes(DamagedBrotli()), Fault.Header("Content-Encoding", "br"));
            return TwoQueries;
        })
        { Outputs = 1, Words = "compression" },
        ["a media URL whose host is none"] = new("MediaUrlNotAllowed", ErrorCategory.SecurityError, "System.Collections.Hashtable", session => $"@{{ Id = 5; Url = 'http://localhosté.xn--/x.png' }}, '{Url(session)}' | Save-CivitaiImage '{session.Folder}'") { Outputs = 1 },
        ["a base URL whose host is none"] = new("BaseUriNotAllowed", ErrorCategory.InvalidArgument, Text, _ => "Connect-Civitai -BaseUri http://localhosté.xn--/") { Requests = 0 },
        ["401"] = Api("Unauthorized", ErrorCategory.AuthenticationError, () => Fault.Status(401)) with { Advice = ["Connect-Civitai", "CIVITAI_API_KEY"] },
        ["401 of Connect-Civitai"] = new("Unauthorized", ErrorCategory.AuthenticationError, "System.Uri", _ => "Connect-Civitai -ApiKey ([System.Net.NetworkCredential]::new('', '0123456789abcdef').SecurePassword)")
        {
            Advice = ["Connect-Civitai", "CIVITAI_API_KEY"],
        },
        ["403"] = Api("Forbidden", ErrorCategory.PermissionDenied, () => Fault.Status(403)),
        ["404"] = Api("NotFound", ErrorCategory.ObjectNotFound, () => Fault.Status(404)) with { Words = "User not found" },
        ["an id that is not there"] = new("ImageNotFound", ErrorCategory.ObjectNotFound, "System.Int64", session => $"Get-CivitaiImage -Id 999999999, {Id(session)}") { Outputs = 1, Words = "999999999" },
        ["429"] = Api("RateLimited", ErrorCategory.LimitsExceeded, () => Fault.Status(429)),
        ["429 of the paging limit, at once"] = Api("RateLimited", ErrorCategory.LimitsExceeded, Fault.TooManyPages) with { Connect = "Connect-Civitai | Out-Null", Requests = 2, Advice = ["-Cursor"] },
        ["451"] = Api("RegionBlocked", ErrorCategory.PermissionDenied, Fault.RegionBlocked),
        ["500"] = Api("Unavailable", ErrorCategory.ResourceUnavailable, () => Fault.Status(500)),
        ["503"] = Api("Unavailable", ErrorCategory.ResourceUnavailable, () => Fault.Status(503)),
        ["524"] = Api("Unavailable", ErrorCategory.ResourceUnavailable, () => Fault.Status(524)),
        ["no answer"] = Api("Timeout", ErrorCategory.OperationTimeout, Fault.Hang) with { Connect = "Connect-Civitai -MaximumRetryCount 0 -TimeoutSec 1 | Out-Null", Advice = ["-TimeoutSec"] },
        ["408"] = Api("Timeout", ErrorCategory.OperationTimeout, () => Fault.Status(408)),
        ["a body that stops"] = Api("Timeout", ErrorCategory.OperationTimeout, () => Fault.StallAfter(5)) with { Connect = "Connect-Civitai -MaximumRetryCount 0 -TimeoutSec 1 | Out-Null" },
        ["a closed connection"] = Api("ConnectionFailed", ErrorCategory.ConnectionError, Fault.CloseWithoutAnswer),
        ["a body that breaks off"] = Api("ConnectionFailed", ErrorCategory.ConnectionError, () => Fault.AbortAfter(5)),
        ["nobody there"] = new("ConnectionFailed", ErrorCategory.ConnectionError, Query, _ => "Connect-Civitai -MaximumRetryCount 0 -BaseUri http://127.0.0.1:1 | Out-Null; Get-CivitaiImage -First 1") { Outputs = 0, Words = "127.0.0.1:1" },
        ["a web page"] = Api("UnexpectedResponse", ErrorCategory.InvalidData, () => Fault.HtmlPage()) with { Words = "Just a moment" },
        ["JSON of another shape"] = Api("UnexpectedResponse", ErrorCategory.InvalidData, () => Fault.Json("{\"images\":[]}")),
        ["no JSON"] = Api("UnexpectedResponse", ErrorCategory.InvalidData, () => Fault.Json("hello")),
        ["an item without an id"] = new("ItemUnreadable", ErrorCategory.InvalidData, Text, session =>
        {
            session.Gallery.Faults.Add(Fault.ExtraItems(1, "{\"url\":\"x\"}").OnImages());
            return "Get-CivitaiImage -First 5";
        })
        { Outputs = 5 },
        ["a link of elsewhere"] = new("LinkNotSupported", ErrorCategory.InvalidArgument, Text, _ => "Get-CivitaiImage https://example.com/images/5") { Words = "/images/ID", Requests = 0 },
        ["a piped link of elsewhere"] = new("LinkNotSupported", ErrorCategory.InvalidArgument, Text, session => $"'https://example.com/images/5', '{Id(session)}' | Get-CivitaiImage") { Outputs = 1, Words = "/images/ID" },
        ["an unknown token"] = new("FileNameInvalid", ErrorCategory.InvalidArgument, Text, session => Save(session, "-FileName '{Name}'")) { Words = "{Username}", Requests = 0 },
        ["a script block that throws"] = new("FileNameInvalid", ErrorCategory.InvalidArgument, Image, session => "$script:n = 0; " + Save(session, "-FileName { if (++$script:n -eq 1) { throw 'no' }; \"$($_.Id)\" }")) { Outputs = 2 },
        ["another provider"] = new("PathNotFileSystem", ErrorCategory.InvalidArgument, Text, _ => "Get-CivitaiImage -First 1 | Save-CivitaiImage Env:/x") { Requests = 0 },
        ["a path that is a file"] = new("PathNotFolder", ErrorCategory.InvalidArgument, Text, session =>
        {
            File.WriteAllText(Path.Combine(session.Folder, "taken"), "");
            return $"Get-CivitaiImage -First 1 | Save-CivitaiImage '{session.Folder}/taken' -WhatIf";
        })
        { Requests = 0, Words = "taken", Advice = ["-Path"] },
        ["a path below a file"] = new("PathNotFolder", ErrorCategory.InvalidArgument, Text, session =>
        {
            File.WriteAllText(Path.Combine(session.Folder, "taken"), "");
            return $"Get-CivitaiImage -First 1 | Save-CivitaiImage -LiteralPath '{session.Folder}/taken/deep/deeper'";
        })
        { Requests = 0, Words = "deeper" },
        ["an address with a path"] = new("BaseUriNotAllowed", ErrorCategory.InvalidArgument, Text, _ => "Connect-Civitai -BaseUri https://civitai.com/api") { Requests = 0 },
        ["a record of nothing"] = new("InputNotSupported", ErrorCategory.InvalidArgument, "System.Collections.Hashtable", session => $"@{{ Colour = 'red' }}, @{{ Id = {Id(session)} }} | Get-CivitaiImage") { Outputs = 1, Words = "ModelId", Requests = 1 },
        ["nothing with a Url"] = new("InputNotSupported", ErrorCategory.InvalidArgument, "System.Collections.Hashtable", session => $"@{{ Id = 5 }}, '{Url(session)}' | Save-CivitaiImage '{session.Folder}'") { Outputs = 1, Words = "Url" },
        ["a model and a version"] = new("ParameterConflict", ErrorCategory.InvalidArgument, Text, _ => "Get-CivitaiImage -ModelId 123 -ModelVersionId 5") { Requests = 0 },
        ["records and ids"] = new("ParameterConflict", ErrorCategory.InvalidArgument, Text, _ => "5 | Get-CivitaiImage -Id 6") { Requests = 0 },
        ["a proxy and none"] = new("ParameterConflict", ErrorCategory.InvalidArgument, Text, _ => "Connect-Civitai -NoProxy -Proxy http://127.0.0.1:8080") { Requests = 0 },
        ["a ledger that is none"] = new("ArchiveInvalid", ErrorCategory.InvalidData, Text, session =>
        {
            var path = Path.Combine(session.Folder, "ledger");
            File.WriteAllText(path, "Id,Url\n5,http://example.com\n");
            return Save(session, $"-Archive '{path}'");
        })
        { Requests = 0, Advice = ["-Archive"] },
        ["a ledger whose folder is a file"] = new("ArchiveInvalid", ErrorCategory.InvalidData, Text, session =>
        {
            File.WriteAllText(Path.Combine(session.Folder, "taken"), "");
            return Save(session, $"-Archive '{session.Folder}/taken/ledger' -WhatIf");
        })
        { Requests = 0, Words = "is a file" },
        ["a ledger that is a folder"] = new("ArchiveInvalid", ErrorCategory.InvalidData, Text, session => Save(session, $"-Archive '{session.Folder}'")) { Requests = 0 },
        ["a media address that is a file"] = new("MediaUrlNotAllowed", ErrorCategory.SecurityError, "System.Collections.Hashtable", session => $"@{{ Id = 5; Url = 'file:///etc/hostname' }}, '{Url(session)}' | Save-CivitaiImage '{session.Folder}'") { Outputs = 1 },
        ["a media address on this machine"] = new("MediaUrlNotAllowed", ErrorCategory.SecurityError, "System.Collections.Hashtable", session => $"@{{ Id = 5; Url = '{Url(session)}' }} | Save-CivitaiImage '{session.Folder}'")
        {
            Connect = "Connect-Civitai -BaseUri https://civitai.com -MaximumRetryCount 0 | Out-Null",
            Outputs = 0,
            Requests = 0,
        },
        ["a redirect to a file"] = Media("MediaUrlNotAllowed", ErrorCategory.SecurityError, () => Fault.Redirect("file:///etc/hostname")),
        ["media 404"] = Media("MediaNotFound", ErrorCategory.ObjectNotFound, () => Fault.Status(404)),
        ["media 410"] = Media("MediaNotFound", ErrorCategory.ObjectNotFound, () => Fault.Status(410)),
        ["media 403"] = Media("MediaUnavailable", ErrorCategory.ResourceUnavailable, () => Fault.Status(403)) with { Connect = "Connect-Civitai | Out-Null" },
        ["media 500"] = Media("MediaUnavailable", ErrorCategory.ResourceUnavailable, () => Fault.Status(500)),
        ["media 429"] = Media("MediaUnavailable", ErrorCategory.ResourceUnavailable, () => Fault.Status(429)),
        ["media without an answer"] = Media("MediaUnavailable", ErrorCategory.ResourceUnavailable, Fault.CloseWithoutAnswer),
        ["media that hang"] = Media("MediaUnavailable", ErrorCategory.ResourceUnavailable, Fault.Hang) with { Connect = "Connect-Civitai -MaximumRetryCount 0 -TimeoutSec 1 | Out-Null" },
        ["fewer bytes than announced"] = Media("MediaIncomplete", ErrorCategory.InvalidData, () => Fault.WrongLength(10)),
        ["an original without its end"] = new("MediaIncomplete", ErrorCategory.InvalidData, Image, session =>
        {
            var id = (long)session.Output("(Get-CivitaiImage -Type Image -First 1).Id")[0].BaseObject;
            session.Gallery.Faults.Add(Fault.TruncateAtAnnouncedLength(50).OnImage(id).OnMedia().Forever());
            return Save(session);
        })
        { Outputs = 2, Words = "damaged" },
        ["a web page for a file"] = Media("MediaInvalid", ErrorCategory.InvalidData, () => Fault.HtmlPage()),
        ["an empty file"] = Media("MediaInvalid", ErrorCategory.InvalidData, () => Fault.Bytes([])),
        ["a file that another program has open"] = new("FileUnreadable", ErrorCategory.ReadError, Image, session =>
        {
            var path = session.Output(Save(session))[0].Properties["Path"].Value;
            return $"$taken = [IO.File]::Open('{path}', 'Open', 'ReadWrite', 'None'); {Save(session, "-Hash")}; $taken.Dispose()";
        })
        { Outputs = 2, Words = "read" },
        ["a file where a folder is wanted"] = new("FileWriteFailed", ErrorCategory.WriteError, Image, session =>
        {
            File.WriteAllText(Path.Combine(session.Folder, "taken"), "");
            return "$script:n = 0; " + Save(session, "-FileName { if (++$script:n -eq 1) { \"taken/$($_.Id)\" } else { \"$($_.Id)\" } }");
        })
        { Outputs = 2, Words = "taken" },
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    /// <summary>Errors that end a listing: what is answered in place of a later page.</summary>
    public static TheoryData<string, int> Endings => new()
    {
        { "CivitaiInvalidQuery", 400 }, { "CivitaiUnauthorized", 401 }, { "CivitaiForbidden", 403 }, { "CivitaiNotFound", 404 }, { "CivitaiRateLimited", 429 },
        { "CivitaiRegionBlocked", 451 }, { "CivitaiUnavailable", 500 }, { "CivitaiTimeout", 408 }, { "CivitaiConnectionFailed", 0 }, { "CivitaiUnexpectedResponse", 200 },
    };

    [Fact]
    public void Every_error_has_a_case()
    {
        using var engine = new EngineSession();
        engine.Import();
        var ids = engine.Invoke("[enum]::GetNames([Civitai.CivitaiError])").Output.Select(name => (string)name.BaseObject);
        Assert.Equal(ids.Order(StringComparer.Ordinal), Cases.Values.Select(one => one.Id).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_is_as_the_table_says(string name)
    {
        var expected = Cases[name];
        await using var session = await ModuleSession.StartAsync(new GalleryOptions { ApiKey = "fedcba9876543210fedcba9876543210" });
        var script = expected.Arrange(session);
        session.Output(expected.Connect);

        var result = session.Invoke($"try {{ {script}; 'went on' }} catch {{ 'ended'; throw }}");

        var error = result.Errors[^1];
        Assert.True(result.Errors.Count == 1 || ReferenceEquals(error, result.TerminatingError), string.Join('\n', result.Errors));
        Assert.Equal("Civitai" + expected.Id, EngineResult.IdOf(error));
        Assert.Equal(expected.Category, error.CategoryInfo.Category);
        var target = error.TargetObject is PSObject wrapped ? wrapped.BaseObject : error.TargetObject;
        Assert.Equal(expected.Target, target?.GetType().FullName ?? "");
        AssertIsSentence(error.Exception.Message);
        Assert.Contains(expected.Words, error.Exception.Message, StringComparison.Ordinal);
        Assert.All(expected.Advice, advice => Assert.Contains(advice, error.ErrorDetails?.RecommendedAction ?? "", StringComparison.Ordinal));
        Assert.All(expected.NoAdvice, advice => Assert.DoesNotContain(advice, error.ErrorDetails?.RecommendedAction ?? "", StringComparison.Ordinal));
        Assert.Equal("Civitai.CivitaiException", error.Exception.GetType().FullName);

        Assert.Equal(expected.Outputs is null, result.TerminatingError is not null);
        Assert.Equal(expected.Outputs is null ? "ended" : "went on", result.Output[^1].BaseObject);
        Assert.Equal(expected.Outputs ?? 0, result.Output.Count - 1);
        if (expected.Requests is { } requests)
        {
            Assert.Equal(requests, session.Gallery.Log.All.Count);
        }

        await session.AssertNothingIsLeftRunningAsync();
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task An_error_that_ends_a_listing_names_the_cursor_and_what_was_listed_is_saved(string id, int status)
    {
        await using var session = await ModuleSession.StartAsync();
        session.Gallery.Faults.Add((status is 0 ? Fault.AbortAfter(5) : status is 200 ? Fault.HtmlPage() : Fault.Status(status)).OnImages().OnLaterPages());
        session.Output("Connect-Civitai -MaximumRetryCount 0 | Out-Null");

        var result = session.Invoke($"Get-CivitaiImage -Type Image -First 9 -PageSize 5 | Save-CivitaiImage '{session.Folder}'; 'went on'");

        var error = Assert.Single(result.Errors);
        Assert.Equal(id, EngineResult.IdOf(error));
        Assert.Null(result.TerminatingError);
        Assert.Equal(6, result.Output.Count);
        Assert.Equal(5, Directory.GetFiles(session.Folder).Length);
        var cursor = session.Gallery.Log.Images[^1].Parameter("cursor")!;
        Assert.Contains($"-Cursor '{cursor}'", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);

        // It does go on from there, and nothing comes twice.
        session.Output($"Get-CivitaiImage -Type Image -First 4 -PageSize 5 -Cursor '{cursor}' | Save-CivitaiImage '{session.Folder}'");
        Assert.Equal(9, Directory.GetFiles(session.Folder).Length);
    }

    [Theory]
    [InlineData("a' ; Remove-Item x ; '", true)]
    [InlineData("a\u2018 ; Remove-Item x ; \u2018", true)]
    [InlineData("a\u2019 ; Remove-Item x ; \u2019", true)]
    [InlineData("a\u201a ; Remove-Item x ; \u201a", true)]
    [InlineData("a\u201b ; Remove-Item x ; \u201b'\u2019", true)]
    [InlineData("a$(Remove-Item x)`\"\u201c", true)]
    [InlineData("a\n; Remove-Item x", false)]
    [InlineData("a\u001b[2J", false)]
    [InlineData("a\u202eb", false)]
    public async Task A_cursor_in_advice_is_one_argument_whatever_is_in_it(string cursor, bool isNamed)
    {
        await using var session = await ModuleSession.StartAsync();
        session.Gallery.Faults.Add(Fault.RepeatCursor(cursor).OnImages(), Fault.Status(500).OnImages().OnLaterPages());
        session.Output("Connect-Civitai -MaximumRetryCount 0 | Out-Null");

        var action = Assert.Single(session.Invoke("Get-CivitaiImage -PageSize 2").Errors).ErrorDetails.RecommendedAction;

        var at = action.IndexOf("-Cursor '", StringComparison.Ordinal);
        Assert.Equal(isNamed, at >= 0);
        if (isNamed)
        {
            var script = System.Management.Automation.Language.Parser.ParseInput("Get-CivitaiImage " + action[at..^1], out _, out var errors);
            Assert.Empty(errors);
            var command = Assert.IsType<System.Management.Automation.Language.CommandAst>(Assert.Single(Assert.IsType<System.Management.Automation.Language.PipelineAst>(Assert.Single(script.EndBlock.Statements)).PipelineElements));
            Assert.Equal(3, command.CommandElements.Count);
            Assert.Equal(cursor, Assert.IsType<System.Management.Automation.Language.StringConstantExpressionAst>(command.CommandElements[2]).Value);
        }
    }

    private static byte[] DamagedBrotli()
    {
        using var packed = new MemoryStream();
        using (var packer = new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            packer.Write(JsonSerializer.SerializeToUtf8Bytes(Enumerable.Range(0, 2_000).Select(i => i * 7919)));
        }

        var bytes = packed.ToArray();
        bytes.AsSpan(bytes.Length / 2, 64).Fill(0xFF);
        return bytes;
    }

    private static ErrorCase Api(string id, ErrorCategory category, Func<Fault> fault) => new(id, category, Query, session =>
    {
        session.Gallery.Faults.Add(fault().OnImages());
        return TwoQueries;
    })
    { Outputs = 1 };

    private static ErrorCase Media(string id, ErrorCategory category, Func<Fault> fault) => new(id, category, Image, session =>
    {
        session.Gallery.Faults.Add(fault().OnMedia());
        return Save(session);
    })
    { Outputs = 2 };

    private static string Save(ModuleSession session, string arguments = "") => $"Get-CivitaiImage -Type Image -First 3 | Save-CivitaiImage '{session.Folder}' -ThrottleLimit 1 {arguments}";

    private static string Id(ModuleSession session) => session.Gallery.Catalogue.Images[0].Id.ToString(CultureInfo.InvariantCulture);

    private static string Url(ModuleSession session) => session.Gallery.MediaUrl(session.Gallery.Catalogue.Images.First(image => image.Type == "image").Id).ToString();

    private static void AssertIsSentence(string message)
    {
        Assert.True(message.Split(' ').Length >= 4, message);
        Assert.DoesNotContain(message, char.IsControl);
        Assert.DoesNotContain("Exception", message, StringComparison.Ordinal);
        Assert.Matches("([.!?…]|: https?://\\S+)$", message);
    }
}
