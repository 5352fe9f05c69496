using System.Globalization;
using System.Runtime.InteropServices;
using Gallery;

// A gallery for people and for other processes: prints where it is and runs until it is told to stop.
var options = new GalleryOptions();
var untilInputCloses = false;
var verbose = false;
var faultRate = 0.0;
try
{
    for (var index = 0; index < args.Length; index++)
    {
        string Value() => index + 1 < args.Length ? args[++index] : throw new FormatException(args[index] + " needs a value.");
        long Number() => long.Parse(Value(), NumberStyles.Integer, CultureInfo.InvariantCulture);
        switch (args[index])
        {
            case "--port":
                options.Port = (int)Number();
                break;
            case "--images":
                options.Images = (int)Number();
                break;
            case "--seed":
                options.Seed = (int)Number();
                break;
            case "--meta":
                options.Meta = Enum.Parse<MetaKind>(Value(), ignoreCase: true);
                break;
            case "--generation":
                options.Generation = Enum.Parse<Generation>(Value(), ignoreCase: true);
                break;
            case "--rate":
                options.BytesPerSecond = Number();
                break;
            case "--latency":
                options.Latency = TimeSpan.FromMilliseconds(Number());
                break;
            case "--media-size":
                options.MediaSize = Number();
                break;
            case "--media-format":
                options.ImageFormat = Enum.Parse<ServedFormat>(Value(), ignoreCase: true);
                break;
            case "--media-cache":
                options.MediaCacheCount = (int)Number();
                break;
            case "--api-key":
                options.ApiKey = Value();
                break;
            case "--fault-rate":
                faultRate = double.Parse(Value(), CultureInfo.InvariantCulture);
                break;
            case "--separate-media-host":
                options.SeparateMediaHost = true;
                break;
            case "--no-compression":
                options.Compress = false;
                break;
            case "--bulk":
                options.Bulk = true;
                break;
            case "--few-pictures":
                options.FewPictures = true;
                break;
            case "--until-stdin-closes":
                untilInputCloses = true;
                break;
            case "--verbose":
                verbose = true;
                break;
            case "--help" or "-h" or "-?":
                Console.WriteLine(Usage());
                return 0;
            default:
                throw new FormatException("Unknown option " + args[index] + ".");
        }
    }
}
catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException)
{
    await Console.Error.WriteLineAsync(exception.Message + Environment.NewLine + Usage());
    return 2;
}

await using var gallery = await GalleryServer.StartAsync(options);
if (faultRate > 0)
{
    gallery.Faults.Random(options.Seed, faultRate, FaultPlan.Recoverable());
}

if (verbose)
{
    gallery.Log.Ended = request => Console.WriteLine(request.ToString());
}

Console.WriteLine("Gallery listening on " + gallery.BaseUri.GetLeftPart(UriPartial.Authority));
Console.WriteLine(FormattableString.Invariant($"{gallery.Catalogue.Images.Count} images; media at {gallery.MediaUri.GetLeftPart(UriPartial.Authority)}. Point the module at it with the environment variable"));
Console.WriteLine("  CIVITAI_BASE_URL=" + gallery.BaseUri.GetLeftPart(UriPartial.Authority));
Console.WriteLine("Request log: " + gallery.BaseUri + "gallery/log. Ctrl+C stops it.");
await Console.Out.FlushAsync();

var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.TrySetResult();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
if (untilInputCloses)
{
    _ = Task.Run(async () =>
    {
        while (await Console.In.ReadLineAsync() is not null)
        {
            // Only the end matters.
        }

        stop.TrySetResult();
    });
}

await stop.Task;
return 0;

static string Usage() => """
    A gallery on loopback that answers as civitai.com does.

    dotnet run --project tests/Gallery -- [options]

      --port N               port (default: a free one)
      --images N             how many images (3000)
      --seed N               which catalogue (1)
      --meta KIND            mixed, small (1.2 kB an item), large (60 to 100 kB), odd, none
      --generation KIND      g1feed, g1index, g2feed, alternating
      --latency MS           before every answer
      --rate BYTES           a second, for every body
      --media-size BYTES     pad originals to this size
      --media-format FORMAT  of all still images: png, jpeg, webp, gif, avif
      --media-cache N        originals kept in memory (4000)
      --separate-media-host  media on another port
      --api-key KEY          the key that /api/v1/me knows
      --no-compression       API answers are sent as they are
      --bulk                 pages and pictures are made once and served from memory
      --few-pictures         sixteen pictures, told apart by a comment inside
      --fault-rate SHARE     0.2: one request in five fails in a way that can be got over
      --verbose              print every request
      --until-stdin-closes   stop when standard input ends

    Then: CIVITAI_BASE_URL=http://127.0.0.1:PORT for the module.
    """;
