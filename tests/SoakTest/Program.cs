using System.Diagnostics;
using System.Globalization;
using SoakTest;

// Lists and saves for minutes while the gallery fails one request in five in every way that a client is expected to get over.
//   SoakTest [--images 200000] [--files 20000] [--seed 1]   the test
//   SoakTest gallery <list> …                                the gallery that it starts
if (args is ["gallery", var target, ..])
{
    return await FaultyGallery.ServeAsync(SoakOptions.Parse(args[2..]), target);
}

var options = SoakOptions.Parse(args);

// The runtime's own, for debuggers.
var before = OpenHandles.Sockets();
var root = Directory.CreateTempSubdirectory("civitaips-soak-").FullName;
var watch = Stopwatch.StartNew();
try
{
    var list = Path.Combine(root, "list.txt");
    using var gallery = Start(list, options);
    var address = new Uri(await gallery.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The gallery did not start."));
    var places = new Dictionary<long, int>(options.Images);
    var files = new List<(long Id, string Sha256, string Url)>(options.Files);
    foreach (var parts in File.ReadLines(list).Select(line => line.Split(' ')))
    {
        var id = long.Parse(parts[0], CultureInfo.InvariantCulture);
        places.Add(id, places.Count);
        if (parts.Length == 3)
        {
            files.Add((id, parts[1], parts[2]));
        }
    }

    Console.WriteLine(FormattableString.Invariant($"{places.Count:N0} images, {files.Count:N0} files, seed {options.Seed}; gallery ready after {watch.Elapsed.TotalSeconds:0} s."));
    var folder = Directory.CreateDirectory(Path.Combine(root, "files")).FullName;
    var soak = new Soak(address, folder);
    watch.Restart();
    var wrong = await soak.ListAsync(places);
    Console.WriteLine(FormattableString.Invariant($"Listing took {watch.Elapsed.TotalSeconds:0} s; gallery: {await AskAsync(gallery)}."));
    watch.Restart();
    wrong ??= await soak.SaveAsync(files);
    Console.WriteLine(FormattableString.Invariant($"Saving took {watch.Elapsed.TotalSeconds:0} s; gallery: {await AskAsync(gallery)}."));

    if (wrong is null && OpenHandles.FilesBelow(root) is { Length: > 0 } open)
    {
        wrong = "files are open: " + string.Join(", ", open);
    }

    // Connections that are kept for the next request are no leak, but there must not be more of them than requests at a time.
    var kept = OpenHandles.Sockets() - before;
    Console.WriteLine(FormattableString.Invariant($"Sockets at the end: {kept}."));
    if (wrong is null && kept > Soak.Throttle + 4)
    {
        wrong = "sockets are left: " + kept;
    }

    gallery.StandardInput.Close();
    await gallery.WaitForExitAsync();

    // Nobody is there any more: the pool throws them away as soon as it looks.
    using var look = new PeriodicTimer(TimeSpan.FromSeconds(1));
    watch.Restart();
    while (OpenHandles.Sockets() > before && watch.Elapsed < TimeSpan.FromMinutes(2))
    {
        await look.WaitForNextTickAsync();
    }

    Console.WriteLine(FormattableString.Invariant($"Sockets {watch.Elapsed.TotalSeconds:0} s after the gallery has ended: {OpenHandles.Sockets() - before}."));
    wrong ??= OpenHandles.Sockets() > before ? "sockets are left after the gallery has ended" : null;
    Console.WriteLine(wrong is null ? "PASSED" : "FAILED: " + wrong);
    return wrong is null ? 0 : 1;
}
finally
{
    Directory.Delete(root, recursive: true);
}

static Process Start(string list, SoakOptions options)
{
    var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
    if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
    {
        start.ArgumentList.Add(typeof(SoakOptions).Assembly.Location);
    }

    foreach (var argument in (string[])["gallery", list, "--images", $"{options.Images}", "--files", $"{options.Files}", "--seed", $"{options.Seed}"])
    {
        start.ArgumentList.Add(argument);
    }

    return Process.Start(start)!;
}

static async Task<string> AskAsync(Process gallery)
{
    await gallery.StandardInput.WriteLineAsync("how many");
    var parts = (await gallery.StandardOutput.ReadLineAsync() ?? "0 0 0").Split(' ');
    return parts[0] + " requests, " + parts[1] + " faults, " + parts[2] + " answers open";
}
