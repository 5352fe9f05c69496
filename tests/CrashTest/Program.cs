using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Civitai;
using Civitai.Client;
using CrashTest;
using Gallery;

// Saves images in a process of its own, kills that process at random moments, and looks at what it left.
//   CrashTest [kills]                     the test; 50 kills unless another number is given
//   CrashTest save <base> <folder> <list> what is killed
if (args is ["save", var address, var folder, var list])
{
    return await Victim.SaveAsync(new Uri(address), folder, list);
}

var kills = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 50;
const int Images = 24;
var root = Directory.CreateTempSubdirectory("civitaips-crash-").FullName;
try
{
    await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 200, MediaSize = 1_500_000, BytesPerSecond = 4_000_000 });
    var images = gallery.Catalogue.Images.Where(image => image.Type == "image").Take(Images).Select(image => image.Id).ToArray();
    var pictures = Path.Combine(root, "pictures");
    var archive = Path.Combine(root, "images.txt");
    await File.WriteAllLinesAsync(archive, images.Select(id => $"{id} {gallery.MediaUrl(id)}"));
    var expected = images.ToDictionary(id => id, id => Convert.ToHexStringLower(SHA256.HashData(gallery.MediaBytes(id))));
#pragma warning disable CA5394 // No secret hangs on it; the seed makes a run repeatable in kind, not in timing.
    var random = new Random(kills);
#pragma warning restore CA5394
    var killed = 0;
    var resumed = 0;
    var rounds = 0;
    var partBytes = 0L;
    while (killed < kills)
    {
        rounds++;
        var parts = PartLengths(pictures);
        gallery.Log.Clear();
        using var victim = Start(gallery.BaseUri, pictures, archive);
#pragma warning disable CA5394
        var moment = TimeSpan.FromMilliseconds(random.Next(150, 900));
#pragma warning restore CA5394
        using var limit = new CancellationTokenSource(moment);
        try
        {
            await victim.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // Kill is SIGKILL on Unix: no handler, no finally, no flush.
            victim.Kill();
            await victim.WaitForExitAsync();
            killed++;
        }

        await gallery.WaitForIdleAsync(TimeSpan.FromSeconds(20));
        foreach (var request in gallery.Log.Media)
        {
            var stood = parts.GetValueOrDefault(request.ImageId!.Value);
            if ((request.RangeStart ?? 0) < stood)
            {
                return Fail($"a request began at {request.RangeStart ?? 0} although {stood} bytes stood in the part: {request}");
            }

            if (request.RangeStart is not null)
            {
                resumed++;
            }
        }

        if (WrongFile(pictures, expected) is { } wrong)
        {
            return Fail(wrong);
        }

        partBytes += PartLengths(pictures).Values.Sum();
        if (Finished(pictures) == Images)
        {
            // All there: begin again.
            Directory.Delete(pictures, recursive: true);
        }
    }

    using (var last = Start(gallery.BaseUri, pictures, archive))
    {
        await last.WaitForExitAsync();
        if (last.ExitCode != 0)
        {
            return Fail("the last run failed");
        }
    }

    var files = Directory.GetFiles(pictures);
    if (WrongFile(pictures, expected) is { } atLast || (atLast = files.Length == Images ? null : string.Join(", ", files)) is not null)
    {
        return Fail("after the last run: " + atLast);
    }

    Console.WriteLine($"{killed} kills in {rounds} runs: every file right, {resumed} downloads gone on with, {partBytes:N0} bytes found in parts, none asked for again.");
    return 0;
}
finally
{
    Directory.Delete(root, recursive: true);
}

static Process Start(Uri gallery, string pictures, string list)
{
    var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false };
    if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
    {
        start.ArgumentList.Add(typeof(Victim).Assembly.Location);
    }

    foreach (var argument in (string[])["save", gallery.ToString(), pictures, list])
    {
        start.ArgumentList.Add(argument);
    }

    return Process.Start(start)!;
}

static Dictionary<long, long> PartLengths(string folder) => !Directory.Exists(folder) ? [] : Directory.GetFiles(folder)
    .Where(file => Path.GetExtension(file) == ".part")
    .ToDictionary(file => long.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture), file => new FileInfo(file).Length);

static bool IsFinished(string file) => Path.GetExtension(file) is ".png" or ".jpg" or ".webp" or ".gif" or ".avif";

static int Finished(string folder) => !Directory.Exists(folder) ? 0 : Directory.GetFiles(folder).Count(IsFinished);

static string? WrongFile(string folder, Dictionary<long, string> expected)
{
    foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder).Where(IsFinished) : [])
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
        if (hash != expected[long.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture)])
        {
            return file + " has wrong bytes";
        }
    }

    return null;
}

static int Fail(string why)
{
    Console.Error.WriteLine("FAILED: " + why);
    return 1;
}
