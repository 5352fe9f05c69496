using System.Globalization;
using System.Text;
using Gallery;
using Playground;

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
if ((gallery?.BaseUri ?? options.BaseUri) is { } address)
{
    Environment.SetEnvironmentVariable(BaseAddress, address.ToString().TrimEnd('/'));
}
else if (options.Live)
{
    Environment.SetEnvironmentVariable(BaseAddress, null);
}

int exitCode;
var screen = new ConsoleUserInterface(!options.NonInteractive);
using (var terminal = new Terminal(new ConsoleHost(screen)))
{
    if (!options.NoModule && !terminal.Import(options.Module))
    {
        return 1;
    }

    if (options.Command is not null)
    {
        exitCode = terminal.Run(options.Command);
    }
    else
    {
        screen.WriteLine(gallery is not null
            ? string.Create(CultureInfo.CurrentCulture, $"A gallery of {gallery.Catalogue.Images.Count:N0} made-up images listens on {gallery.BaseUri} until this program ends.")
            : $"Talking to {Environment.GetEnvironmentVariable(BaseAddress) ?? "https://civitai.com"}.");
        if (options.Interactive)
        {
            screen.WriteLine("Type 'Get-Command -Module CivitaiPS' to see the commands and 'exit' to leave.");
            exitCode = terminal.RunInteractively();
        }
        else
        {
            screen.WriteLine(string.Empty);
            screen.WriteLine("PS> " + MainJob);
            exitCode = terminal.Run(MainJob);
            if (gallery is not null)
            {
                screen.WriteLine($"The gallery answered {gallery.Log.Api.Count} requests to its API and {gallery.Log.Media.Count} for pictures.");
                screen.WriteLine(string.Empty);
            }

            screen.WriteLine("""
                Next, try
                  dotnet run --project tests/Playground -- -Interactive
                  dotnet run --project tests/Playground -- -Command 'Get-CivitaiImage -Sort Newest -First 5'
                  dotnet run --project tests/Playground -- -Live
                """);
        }
    }
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
