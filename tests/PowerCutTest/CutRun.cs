using System.Globalization;
using Gallery;
using SavingRuns;

namespace PowerCutTest;

/// <summary>One recorded run, which the power can be cut of at any moment, as often as wanted.</summary>
internal sealed class CutRun : IAsyncDisposable
{
    private const long DiskSize = 192L << 20;
    private const int SmallImages = 300;
    private const int LargeImages = 10;

    private readonly string _root = Directory.CreateTempSubdirectory("civitaips-cut-").FullName;
    private readonly ImageList _images = new();
    private readonly string _fileSystem;
    private readonly string _options;
    private GalleryServer? _small;
    private GalleryServer? _large;
    private IReadOnlyList<DiskEvent> _events = [];

    private CutRun(string fileSystem, string options)
    {
        _fileSystem = fileSystem;
        _options = options;
    }

    /// <summary>How much happened to the disk.</summary>
    internal int Events => _events.Count;

    /// <summary>The first that was of the run.</summary>
    internal int FirstEvent { get; private set; }

    private string Image => Path.Combine(_root, "disk.img");

    private string Before => Path.Combine(_root, "before.img");

    private string List => Path.Combine(_root, "list.txt");

    /// <summary>Saves some hundred images, small ones and a few that take long, to a recorded disk.</summary>
    internal static async Task<CutRun> RecordAsync(string fileSystem, string options, string? oddities)
    {
        var run = new CutRun(fileSystem, options);
        try
        {
            await run.StartGalleriesAsync();
            await run.RecordAsync(oddities);
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>Cuts the power.</summary>
    /// <param name="count">How much of what happened to the disk came before the cut.</param>
    /// <param name="cache">What decides of the writes that were not flushed; null for a disk without a cache.</param>
    /// <returns>What was found, and what was wrong with it.</returns>
    internal async Task<(string Found, IReadOnlyList<string> Faults)> CutAsync(int count, Random? cache)
    {
        var copy = Path.Combine(_root, "cut.img");
        CutDisk.Write(Before, _events, count, cache, copy);
        using var mount = LoopMount.Mount(copy, Path.Combine(_root, "cut"), _options);
        var (folder, archive) = PathsOn(mount);
        var saved = SavedFolder.Inspect(_images, folder, archive);
        var found = $"{saved.Right.Count} files, {saved.Unfinished.Count} unfinished";
        var faults = saved.Faults.Select(fault => "after the cut " + fault).ToList();

        using var next = SavingProcess.Start(Order(mount));
        if (await next.WaitAsync() != 0)
        {
            faults.Add("the next run ended with an exception: " + next.Complaints);
        }

        var finished = SavedFolder.InspectFinished(_images, folder, archive, sidecars: true);
        finished.CompareWith(next.Lines);
        faults.AddRange(finished.Faults.Select(fault => "after the next run " + fault));
        if (finished.Right.Count > _images.Count)
        {
            faults.Add($"after the next run there are {finished.Right.Count} files of {_images.Count} images");
        }

        return (string.Create(CultureInfo.InvariantCulture, $"{found}; the next run: {string.Join(", ", next.Lines.GroupBy(line => line.Status ?? "failed").OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Count()} {group.Key}"))}"), faults);
    }

    public async ValueTask DisposeAsync()
    {
        if (_small is not null)
        {
            await _small.DisposeAsync();
        }

        if (_large is not null)
        {
            await _large.DisposeAsync();
        }

        Directory.Delete(_root, recursive: true);
    }

    private static (string Folder, string Archive) PathsOn(LoopMount mount) => (Path.Combine(mount.Path, "pictures"), Path.Combine(mount.Path, "archive.txt"));

    private async Task StartGalleriesAsync()
    {
        _small = await GalleryServer.StartAsync(new GalleryOptions { Images = 800, FewPictures = true, MediaSize = 40_000, MediaLatency = TimeSpan.FromMilliseconds(60) });
        _large = await GalleryServer.StartAsync(new GalleryOptions { Images = 1200, Seed = 2, FewPictures = true, MediaSize = 1_500_000, BytesPerSecond = 750_000 });
        var small = IdsOf(_small)[..SmallImages];
        var large = IdsOf(_large).Except(small).TakeLast(LargeImages).ToArray();
        _images.Add(_small, small);
        _images.Add(_large, large);

        // Large ones all along the run, so that there are parts at any moment.
        var each = SmallImages / LargeImages;
        _images.Write(List, large.SelectMany((id, index) => small.Skip(index * each).Take(each).Prepend(id)).Concat(small.Skip(LargeImages * each)));
    }

    private static long[] IdsOf(GalleryServer gallery) => [.. gallery.Catalogue.Images.Where(image => image.Type == "image").Select(image => image.Id)];

    private async Task RecordAsync(string? oddities)
    {
        LoopMount.Format(Image, DiskSize, _fileSystem);
        File.Copy(Image, Before);
        using var disk = new RecordedDisk(Image, Path.Combine(_root, "disk"));
        using (var mount = LoopMount.Mount(Path.Combine(_root, "disk"), Path.Combine(_root, "live"), _options))
        {
            FirstEvent = disk.Events.Count;
            using var odd = oddities is null ? null : OddDisk.TryBuild();
            using var run = SavingProcess.Start(Order(mount), environment: odd?.Environment(mount.Path, oddities!));
            var exit = await run.WaitAsync();

            // What happens from here on is the file system's own tidying up.
            _events = disk.Events;
            var saved = SavedFolder.InspectFinished(_images, PathsOn(mount).Folder, PathsOn(mount).Archive, sidecars: true);
            saved.CompareWith(run.Lines);
            if (exit != 0 || saved.Faults.Count > 0)
            {
                throw new InvalidOperationException("The run that was to be cut off failed: " + run.Complaints + string.Join("; ", saved.Faults.Take(10)));
            }
        }
    }

    private RunOrder Order(LoopMount mount) =>
        new() { Gallery = _small!.BaseUri, Folder = PathsOn(mount).Folder, List = List, Archive = PathsOn(mount).Archive, Sidecars = true };
}
