using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Text;
using EngineHost;
using Gallery;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>Everything that the module wrote is searched for the key: streams, objects, what serialisation makes of them, and files.</summary>
public sealed class SecretTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";
    private static readonly string[] Forms = [Key, Convert.ToBase64String(Encoding.ASCII.GetBytes(Key))[..40], Convert.ToBase64String(Encoding.ASCII.GetBytes("Bearer " + Key))[12..48]];

    public static TheoryData<string> Situations =>
    [
        "success", "api 400", "api 401", "api 403", "api 404", "api 500", "api 200", "media 400", "media 403", "media 404", "media 500", "media 200", "media range",
        "prompt", "username", "upper case", "base64", "number", "cursor", "cursor loop", "unreadable item", "url", "content type", "reason", "redirect", "header line", "html",
    ];

    [Theory]
    [MemberData(nameof(Situations))]
    public async Task The_key_is_in_nothing_that_was_written(string situation)
    {
        await using var session = await ModuleSession.StartAsync(new GalleryOptions { Images = 60, ApiKey = Key, MediaSize = 40_000 });
        session.Output("Connect-Civitai -ApiKey ($input | ForEach-Object { $_ }) -MaximumRetryCount 0", new NetworkCredential("", Key).SecurePassword);
        Arrange(session, situation);

        var result = session.Invoke($$"""
            $serializer = [System.Management.Automation.PSSerializer]
            $all = @(Get-CivitaiImage -First 12 -PageSize 5 -IncludeTag -Verbose -ErrorVariable listing |
                Save-CivitaiImage '{{session.Folder}}/files' -FileName '{Username}/{Id} {Model}' -Sidecar Json, Text -Archive '{{session.Folder}}/ledger.txt' -Hash -Verbose -ErrorVariable saving)
            $all
            $all | ForEach-Object { $serializer::Serialize($_, 5) }
            $listing + $saving | ForEach-Object { $serializer::Serialize($_.TargetObject, 5); $serializer::Serialize($_.InvocationInfo.BoundParameters, 2) }
            """);

        // It was sent, so it could be echoed.
        Assert.Contains(session.Gallery.Log.Images, request => request.Header("Authorization") == "Bearer " + Key);
        Assert.DoesNotContain(session.Gallery.Log.Media, request => request.Header("Authorization") is not null);
        var written = Written(result).Concat(Files(session.Folder)).ToList();
        Assert.True(written.Count > 20, situation);
        Assert.All(written, text => Assert.All(Forms, form => Assert.DoesNotContain(form, text, StringComparison.OrdinalIgnoreCase)));
        await session.AssertNothingIsLeftRunningAsync();
    }

    [Fact]
    public async Task An_echoed_key_costs_nothing_else_of_the_image()
    {
        await using var session = await ModuleSession.StartAsync(new GalleryOptions { Images = 20, ApiKey = Key });
        session.Output("Connect-Civitai -ApiKey ($input | ForEach-Object { $_ })", new NetworkCredential("", Key).SecurePassword);
        session.Gallery.Faults.Add(Fault.ExtraItems(0, Item("\"meta\":{\"prompt\":\"before " + Key + " after\",\"steps\":30}")).OnImages());

        var image = Assert.Single(session.Output("Get-CivitaiImage -First 1"));

        Assert.Equal("before *** after", image.Properties["Prompt"].Value);
        Assert.Equal(30, image.Properties["Steps"].Value);
    }

    [Fact]
    public async Task Without_a_key_what_people_wrote_stays_as_it_is()
    {
        await using var session = await ModuleSession.StartAsync(new GalleryOptions { Images = 20 });
        session.Gallery.Faults.Add(Fault.ExtraItems(0, Item("\"meta\":{\"prompt\":\"" + Key + "\"}")).OnImages());

        Assert.Equal(Key, Assert.Single(session.Output("Get-CivitaiImage -First 1")).Properties["Prompt"].Value);
    }

    private static void Arrange(ModuleSession session, string situation)
    {
        var base64 = Convert.ToBase64String(Encoding.ASCII.GetBytes("Bearer " + Key));
        Fault[] faults = situation.Split(' ') switch
        {
            ["success"] => [],
            ["api", var status] => [Fault.EchoSecret(int.Parse(status, CultureInfo.InvariantCulture)).OnImages().OnLaterPages()],
            ["media", "range"] => [Fault.AbortAfter(20_000).OnMedia().Times(3)],
            ["media", var status] => [EchoOnMedia(int.Parse(status, CultureInfo.InvariantCulture)).OnMedia().Times(3)],
            ["prompt"] => [Fault.ExtraItems(0, Item($"\"meta\":{{\"prompt\":\"my key is {Key}\",\"Hires {Key}\":[{{\"a\":\"{Key}\"}}],\"Model\":\"{Key}\"}}")).OnImages()],
            ["username"] => [Fault.ExtraItems(0, Item($"\"username\":\"{Key}\"")).OnImages()],
            ["upper", _] => [Fault.ExtraItems(0, Item($"\"username\":\"{Key.ToUpperInvariant()}\"")).OnImages()],
            ["base64"] => [Fault.ExtraItems(0, Item($"\"meta\":{{\"prompt\":\"{base64}\"}}")).OnImages()],
            ["number"] => [Fault.ExtraItems(0, Item($"\"meta\":{{\"{Key}\":1,\"seed\":{Key}}}")).OnImages()],
            ["cursor"] => [Fault.RepeatCursor(Key).OnImages(), Fault.Status(500).OnImages().OnLaterPages()],
            ["cursor", "loop"] => [Fault.RepeatCursor(Key).OnImages().Forever()],
            ["unreadable", _] => [Fault.ExtraItems(0, $"{{\"url\":\"{Key}\"}}", $"\"{Key}\"").OnImages()],
            ["url"] => [Fault.ExtraItems(0, Item($"\"thumbnail\":\"http://127.0.0.1/{Key}\"", $"http://127.0.0.1:1/{Key}/x.jpeg?token={Key}"), Item("\"hash\":null", $"ftp://{Key}/x.jpeg", 990000002)).OnImages()],
            ["content", _] => [Fault.Bytes([1, 2, 3], "text/" + Key).OnImages().OnLaterPages()],
            ["reason", _] or ["reason"] => [Fault.Raw($"HTTP/1.1 500 {Key}\r\nContent-Length: 0\r\n\r\n").OnImages().OnLaterPages()],
            ["redirect"] => [Fault.Redirect($"file:///{Key}").OnImages().OnLaterPages()],
            ["header", _] => [Fault.Raw($"HTTP/1.1 200 OK\r\n{Key}\r\n\r\n").OnImages().OnLaterPages()],
            ["html"] => [Fault.HtmlPage(200, $"<html><title>Bearer {Key}</title></html>").OnImages().OnLaterPages()],
            _ => throw new ArgumentException(situation, nameof(situation)),
        };
        session.Gallery.Faults.Add(faults);
    }

    /// <summary>A media host never gets the key; one that knows it all the same is as bad as it gets.</summary>
    private static Fault EchoOnMedia(int status) => Fault.Status(status, $"{{\"error\":\"{Key}\"}}", headers: [new("X-Echo", Key), new("X-Other", "Bearer " + Key)]);

    private static string Item(string fields, string url = "http://127.0.0.1:1/x/5.jpeg", long id = 990000001) =>
        string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{id},\"url\":\"{url}\",\"type\":\"image\",{fields}}}");

    private static IEnumerable<string> Written(EngineResult result)
    {
        foreach (var line in result.Verbose.Concat(result.Warnings).Concat(result.Debug).Concat(result.Information.Select(record => record.ToString())))
        {
            yield return line;
        }

        foreach (var record in result.Progress)
        {
            yield return record.ToString() + record.Activity + record.StatusDescription + record.CurrentOperation;
        }

        foreach (var item in result.Output)
        {
            // A script property needs a runspace to be read in, and is made of the others.
            yield return item.BaseObject + string.Join('\n', item.Properties.Where(property => property.MemberType != PSMemberTypes.ScriptProperty).Select(property => property.Name + "=" + property.Value));
        }

        foreach (var error in result.Errors)
        {
            yield return error.ToString();
            yield return error.ErrorDetails?.Message + error.ErrorDetails?.RecommendedAction + error.CategoryInfo + error.FullyQualifiedErrorId;
            yield return error.TargetObject?.ToString() ?? "";
            yield return error.InvocationInfo?.Line + error.InvocationInfo?.PositionMessage + error.ScriptStackTrace;
            yield return PSSerializer.Serialize(error.ErrorDetails, 5);
            yield return PSSerializer.Serialize(error.CategoryInfo, 5);
            for (var exception = error.Exception; exception is not null; exception = exception.InnerException)
            {
                // Its stack frames lead to the whole runtime: not deeper.
                yield return exception + string.Join('\n', exception.Data.Values.Cast<object>()) + PSSerializer.Serialize(exception, 1);
            }
        }
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Select(path => path)
            .Concat(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Encoding.Latin1.GetString(File.ReadAllBytes(path))));
}
