using System.Globalization;
using Gallery;
using SavingRuns;

// Two processes save into one folder at the same time, with sidecars and one archive: nothing may be lost, wrong or an error.
//   TwoRunsTest [rounds]     30 rounds unless another number is given
if (args is [SavingProgram.Verb, var order])
{
    return await SavingProgram.RunAsync(order);
}

const int Images = 400;
const int LargeImages = 8;
var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 30;
var root = Directory.CreateTempSubdirectory("civitaips-two-").FullName;
try
{
    await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 1200, FewPictures = true });
    var ids = gallery.Catalogue.Images.Where(image => image.Type == "image").Take(Images * 3 / 2).Select(image => image.Id).ToArray();
    await using var largeGallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 2000, Seed = 2, FewPictures = true, MediaSize = 1_200_000, BytesPerSecond = 6_000_000 });
    var large = largeGallery.Catalogue.Images.Where(image => image.Type == "image").Select(image => image.Id).Except(ids).TakeLast(LargeImages).ToArray();
    var images = new ImageList();
    images.Add(gallery, ids);
    images.Add(largeGallery, large);
    var bad = 0;
    for (var round = 0; round < rounds; round++)
    {
        // Names with the id, names that many images share, and names that all share; the same images in both runs, backwards in one of them, or half of them.
        var fileName = (string[])["{Id}", "castle", "{Username} {Type}"];
        // Large ones, of which each run finds the part of the other, come first.
        long[][] halves = round % 2 == 0 ? [[.. large, .. ids[..Images]], [.. large, .. ids[..Images].Reverse()]] : [[.. large, .. ids[..Images]], [.. large, .. ids[^Images..]]];
        var faults = await RoundAsync(gallery.BaseUri, images, halves, fileName[round % 3], Path.Combine(root, round.ToString(CultureInfo.InvariantCulture)));
        if (faults.Count > 0)
        {
            bad++;
            Console.Error.WriteLine($"round {round}, {fileName[round % 3]}: {faults.Count} faults: " + string.Join("; ", faults.Take(12)));
        }
    }

    Console.WriteLine($"{rounds} rounds of two runs of {Images} images, {bad} of them with faults.");
    return bad == 0 ? 0 : 1;
}
finally
{
    Directory.Delete(root, recursive: true);
}

static async Task<IReadOnlyList<string>> RoundAsync(Uri gallery, ImageList images, long[][] halves, string fileName, string root)
{
    Directory.CreateDirectory(root);
    var folder = Path.Combine(root, "pictures");
    var archive = Path.Combine(root, "archive.txt");
    RunOrder Order(int run) => new() { Gallery = gallery, Folder = folder, List = Path.Combine(root, $"list{run}.txt"), FileName = fileName, Archive = archive, Sidecars = true };
    var runs = new List<SavingProcess>();
    try
    {
        for (var run = 0; run < halves.Length; run++)
        {
            images.Write(Order(run).List, halves[run]);
            runs.Add(SavingProcess.Start(Order(run)));
        }

        foreach (var run in runs)
        {
            if (await run.WaitAsync() != 0)
            {
                return ["a run ended with an exception: " + run.Complaints];
            }
        }

        var saved = SavedFolder.InspectFinished(images, folder, archive, sidecars: true, [.. halves.SelectMany(half => half).Distinct()]);
        saved.CompareWith(runs.SelectMany(run => run.Lines));
        return [.. saved.Faults, .. runs.Zip(halves).Where(pair => pair.First.Lines.Count(line => line.Id != 0) != pair.Second.Length).Select(pair => $"a run spoke of {pair.First.Lines.Count} of its {pair.Second.Length} images")];
    }
    finally
    {
        runs.ForEach(run => run.Dispose());
        Directory.Delete(root, recursive: true);
    }
}
