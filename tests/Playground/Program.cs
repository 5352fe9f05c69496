using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gallery;
using Playground;
using PowerShellTool;

const string MainJob =
    "Get-CivitaiImage -ModelId 123 -NsfwLevel None -Sort MostReactions -First 20 | Where-Object Width -ge 512 | Save-CivitaiImage ./pictures";
const string BaseAddress = "CIVITAI_BASE_URL";

PlaygroundOptions options;
try
{
    options = PlaygroundOptions.Read(args);
}
catch (FormatException exception)
{
    await Console.Error.WriteLineAsync(exception.Message + Environment.NewLine + Environment.NewLine + PlaygroundOptions.Usage);
    return 64;
}

if (options.Help)
{
    Console.WriteLine(PlaygroundOptions.Usage);
    return 0;
}

if (OperatingSystem.IsWindows() && !Console.IsOutputRedirected)
{
    Console.OutputEncoding = Encoding.UTF8;
}

await using var gallery = options.NeedsGallery ? await GalleryServer.StartAsync(Describe(options)) : null;
var address = (gallery?.BaseUri ?? options.BaseUri)?.ToString().TrimEnd('/');
if (options.Command is null)
{
    Console.WriteLine(gallery is not null
        ? string.Create(CultureInfo.CurrentCulture, $"A gallery of {gallery.Catalogue.Images.Count:N0} made-up images listens on {address} until this program ends.")
        : $"Talking to {address ?? (options.Live ? null : Environment.GetEnvironmentVariable(BaseAddress)) ?? "https://civitai.com"}.");
    Console.WriteLine(options.Interactive ? "Type 'Get-Command -Module CivitaiPS' to see the commands and 'exit' to leave." : string.Empty);
}

var exitCode = await RunAsync(Start(options, address));
if (options.Command is null && !options.Interactive)
{
    if (gallery is not null)
    {
        Console.WriteLine($"The gallery answered {gallery.Log.Api.Count} requests to its API and {gallery.Log.Media.Count} for pictures.");
        Console.WriteLine();
    }

    Console.WriteLine("""
        Next, try
          dotnet run --project tests/Playground -- -Interactive
          dotnet run --project tests/Playground -- -Command 'Get-CivitaiImage -Sort Newest -First 5'
          dotnet run --project tests/Playground -- -Live
        """);
}

if (gallery is not null && options.RequestLog is not null)
{
    await File.WriteAllLinesAsync(
        options.RequestLog,
        gallery.Log.All.Select(request => string.Create(CultureInfo.InvariantCulture, $"{request.Status} {request.Method} {request.Path}{request.QueryString}")));
}

return exitCode;

static GalleryOptions Describe(PlaygroundOptions options)
{
    var description = new GalleryOptions();
    if (options.Images is { } images)
    {
        description.Images = images;
    }

    return description;
}

static ProcessStartInfo Start(PlaygroundOptions options, string? address)
{
    List<string> arguments = options.NonInteractive ? ["-NonInteractive"] : [];
    if (options.Interactive)
    {
        arguments.Add("-NoExit");
    }

    // With a colon a value may begin with a dash.
    arguments.AddRange(["-File", Path.Combine(AppContext.BaseDirectory, "Playground.ps1")]);
    if (!options.NoModule)
    {
        arguments.Add("-Module:" + (options.Module ?? BuiltModule.Manifest));
    }

    if (options.Interactive)
    {
        arguments.Add("-HistoryPath:" + (options.History ?? Path.Combine(BuiltModule.RepositoryRoot, "output", "playground-history.txt")));
    }
    else
    {
        arguments.Add("-Script:" + (options.Command ?? MainJob));
        if (options.Command is null)
        {
            arguments.Add("-Echo");
        }
    }

    var start = Pwsh.Describe(arguments);
    if (address is not null)
    {
        start.Environment[BaseAddress] = address;
    }
    else if (options.Live)
    {
        start.Environment.Remove(BaseAddress);
    }

    return start;
}

// PowerShell has the console for itself: it answers to Ctrl+C, and this program only waits for it.
static async Task<int> RunAsync(ProcessStartInfo start)
{
    Console.CancelKeyPress += (_, e) => e.Cancel = true;
    using var process = Process.Start(start)!;
    AppDomain.CurrentDomain.ProcessExit += End;
    await process.WaitForExitAsync();
    AppDomain.CurrentDomain.ProcessExit -= End;
    return process.ExitCode;

    // Told to end, it does not leave a PowerShell behind.
    void End(object? sender, EventArgs e) => process.Kill(entireProcessTree: true);
}
