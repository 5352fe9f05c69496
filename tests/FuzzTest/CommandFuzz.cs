using System.Globalization;
using System.Management.Automation;
using EngineHost;
using Gallery;

namespace FuzzTest;

/// <summary>Lists and saves through the commands of the built module, against a server that gives odd answers. Only the module's own errors and warnings may come out.</summary>
internal sealed class CommandFuzz : IDisposable
{
    private const int CommandsPerFolder = 200;

    // Nothing waits: no retries, and a server that closes every connection.
    private static readonly TimeSpan LongestCommand = TimeSpan.FromSeconds(60);

    private static readonly string[] Scripts =
    [
        "Get-CivitaiImage -First 6 -PageSize 3", "Get-CivitaiImage -Id 1, 2, 5", "Get-CivitaiImage -ModelId 123 -First 4", "Get-CivitaiImage -BaseModel Foo -First 2 -IncludeTag", "Get-CivitaiImage -Sort Random -First 3",
        "Get-CivitaiImage -Username alice -Since ([datetime]::Now.AddDays(-1)) -First 3", "Get-CivitaiImage https://civitai.com/posts/5 -First 3",
    ];

    private readonly EngineSession _engine = new();
    private readonly Random _random;
    private readonly string _root = Directory.CreateTempSubdirectory("civitaips-fuzz-").FullName;

    internal CommandFuzz(int seed)
    {
        _random = new Random(seed);
        _engine.Import();
    }

    /// <summary>How many commands have been run.</summary>
    internal int Commands { get; private set; }

    /// <summary>How many commands came to an end without an error.</summary>
    internal int Clean { get; private set; }

    /// <summary>How often each error came, by its id.</summary>
    internal SortedDictionary<string, int> Errors { get; } = new(StringComparer.Ordinal);

    /// <summary>Pages and media to make odd answers of, with <see cref="OddAnswers.Host"/> in the place of their host.</summary>
    internal static async Task<OddAnswers> AnswersAsync(int seed)
    {
        var pages = new List<byte[]>();
        var media = new List<byte[]>();
        foreach (var options in (GalleryOptions[])[new() { Images = 40, Meta = MetaKind.Mixed }, new() { Catalogue = Catalogue.Odd(unreadable: true, large: false) }])
        {
            await using var gallery = await GalleryServer.StartAsync(options);
            using var client = new HttpClient { BaseAddress = gallery.BaseUri };
            for (var page = 1; page <= 5; page++)
            {
                var text = await client.GetStringAsync(new Uri(FormattableString.Invariant($"api/v1/images?limit=3&page={page}&browsingLevel=31&withMeta=true"), UriKind.Relative));
                pages.Add(System.Text.Encoding.UTF8.GetBytes(text.Replace(gallery.MediaUri.Authority, OddAnswers.Host, StringComparison.Ordinal)));
            }

            pages.AddRange(gallery.Catalogue.Images.Take(4).Select(image => System.Text.Encoding.UTF8.GetBytes("{\"items\":[{\"id\":" + image.Id.ToString(CultureInfo.InvariantCulture) + ",\"url\":\"http://" + OddAnswers.Host + "/x/" + image.Id.ToString(CultureInfo.InvariantCulture) + ".jpeg\"}],\"metadata\":{\"nextCursor\":\"5\"}}")));
            media.AddRange(gallery.Catalogue.Images.Take(20).Select(image => gallery.MediaBytes(image.Id)));
        }

        return new OddAnswers(seed, [.. pages], [.. media]);
    }

    public void Dispose()
    {
        _engine.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>Runs commands until so many answers have been given.</summary>
    /// <returns>What must not have happened, or null.</returns>
    internal string? Run(OddServer server, int answers)
    {
        for (var number = 0; server.Given < answers; number++)
        {
            Commands++;

            // Another host each time: one that asks to be left alone would be.
            var folder = Path.Combine(_root, (number / CommandsPerFolder).ToString(CultureInfo.InvariantCulture));
            if (number % CommandsPerFolder == 0 && number > 0)
            {
                Directory.Delete(Path.Combine(_root, ((number / CommandsPerFolder) - 1).ToString(CultureInfo.InvariantCulture)), recursive: true);
            }

            Directory.CreateDirectory(folder);
            var script = string.Create(CultureInfo.InvariantCulture, $$"""
                Connect-Civitai -BaseUri http{{(number % 9 == 8 ? "s" : "")}}://g{{number}}.example -Proxy {{server.Address}} -MaximumRetryCount 0 -TimeoutSec 30 | Out-Null
                {{Scripts[_random.Next(Scripts.Length)]}} -Verbose | Save-CivitaiImage '{{folder}}' -FileName '{Id} {Model}' -Sidecar Json, Text -Hash -ThrottleLimit 2 -Verbose
                """);
            using var run = _engine.Begin(script);
            if (!run.WroteAsync(int.MaxValue).Wait(LongestCommand))
            {
                run.Stop();
                return "The command does not end: " + script;
            }

            if (Fault(run.Wait()) is { } fault)
            {
                return fault + Environment.NewLine + script;
            }
        }

        return null;
    }

    private string? Fault(EngineResult result)
    {
        Clean += result.Errors.Count == 0 ? 1 : 0;
        foreach (var error in result.Errors)
        {
            var id = EngineResult.IdOf(error);
            if (error.Exception.GetType().FullName != "Civitai.CivitaiException" || !id.StartsWith("Civitai", StringComparison.Ordinal))
            {
                return "An error that is none of the module's: " + error.FullyQualifiedErrorId + ": " + error.Exception;
            }

            if (error.Exception.Message.Any(char.IsControl) || (error.ErrorDetails?.RecommendedAction ?? "").Any(char.IsControl))
            {
                return "A control character in an error: " + error.Exception.Message;
            }

            Errors[id] = Errors.GetValueOrDefault(id) + 1;
        }

        if (result.TerminatingError is { } terminating)
        {
            return "An answer ended the pipeline: " + terminating.Exception;
        }

        return result.Warnings.FirstOrDefault(warning => !warning.StartsWith("Civitai", StringComparison.Ordinal) || warning.Any(char.IsControl)) is { } other
            ? "A warning that is none of the module's: " + other
            : result.Verbose.FirstOrDefault(line => line.Any(c => char.IsControl(c) && c is not ('\r' or '\n'))) is { } verbose ? "A control character in a verbose line: " + verbose : null;
    }
}
