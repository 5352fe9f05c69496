using System.Globalization;
using Gallery;
using SavingRuns;

namespace CrashTest;

/// <summary>Runs that are killed, and the folder that they share.</summary>
internal sealed class Victims : IAsyncDisposable
{
    private const int Large = 20;
    private const int Small = 100;

    private readonly string _root = Directory.CreateTempSubdirectory("civitaips-crash-").FullName;
    private readonly ImageList _images = new();
    private readonly GalleryServer _large;
    private readonly GalleryServer _small;
    private int _folders;

    private Victims(GalleryServer large, GalleryServer small)
    {
        _large = large;
        _small = small;
    }

    internal int Rounds { get; private set; }

    internal int Resumed { get; private set; }

    internal long PartBytes { get; private set; }

    /// <summary>Bytes that stood in a part and were asked for once more.</summary>
    internal long AskedAgain { get; private set; }

    private string Folder => Path.Combine(_root, "pictures" + _folders.ToString(CultureInfo.InvariantCulture));

    private string Archive => Folder + ".txt";

    private string List => Path.Combine(_root, "list.txt");

    // Names that are the images' own, and one that they share.
    private string FileName => _folders % 3 == 2 ? "castle" : "{Id}";

    internal static async Task<Victims> CreateAsync()
    {
        var large = await GalleryServer.StartAsync(new GalleryOptions { Images = 200, MediaSize = 1_500_000, BytesPerSecond = 4_000_000 });
        var small = await GalleryServer.StartAsync(new GalleryOptions { Images = 1000, Seed = 2, FewPictures = true, MediaLatency = TimeSpan.FromMilliseconds(20) });
        var victims = new Victims(large, small);
        var largeIds = IdsOf(large).Take(Large).ToArray();
        var smallIds = IdsOf(small).Except(largeIds).Take(Small).ToArray();
        victims._images.Add(large, largeIds);
        victims._images.Add(small, smallIds);
        victims._images.Write(victims.List, largeIds.SelectMany((id, index) => smallIds.Skip(index * Small / Large).Take(Small / Large).Prepend(id)));
        return victims;
    }

    /// <summary>Starts runs, kills each of them at a moment of its own, and looks at the folder.</summary>
    /// <param name="count">How many run at the same time.</param>
    /// <param name="random">What decides when.</param>
    /// <returns>How many were killed, and what was wrong then.</returns>
    internal async Task<(int Killed, string? Fault)> KillAsync(int count, Random random)
    {
        Rounds++;
        var parts = Parts();
        PartBytes += parts.Values.Sum();
        _large.Log.Clear();
        var killed = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => KillOneAsync(TimeSpan.FromMilliseconds(random.Next(1000)))));
        await _large.WaitForIdleAsync(GalleryServer.Patience);
        await _small.WaitForIdleAsync(GalleryServer.Patience);
        var saved = SavedFolder.Inspect(_images, Folder, Archive);
        if (killed.FirstOrDefault(one => one.Fault is not null).Fault is { } complaint)
        {
            return (0, complaint);
        }

        if (saved.Faults.Count > 0)
        {
            return (0, string.Join("; ", saved.Faults));
        }

        // Of two runs, one may have finished and removed a part that the other began with.
        CountResumed(count == 1 ? parts : []);
        if (saved.Right.Count == _images.Count)
        {
            // All there: begin again.
            Directory.Delete(Folder, recursive: true);
            _folders++;
        }

        return (killed.Count(one => one.IsKilled), null);
    }

    /// <summary>Lets one more run come to its end.</summary>
    /// <returns>What is wrong then, or null.</returns>
    internal async Task<string?> FinishAsync()
    {
        using var last = SavingProcess.Start(Order());
        var exit = await last.WaitAsync();
        var saved = SavedFolder.InspectFinished(_images, Folder, Archive, sidecars: true);
        saved.CompareWith(last.Lines);
        var faults = exit == 0 ? saved.Faults : [last.Complaints, .. saved.Faults];
        return faults.Count > 0 ? string.Join("; ", faults)
            : saved.Right.Count > _images.Count ? $"{saved.Right.Count} files of {_images.Count} images"
            : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _large.DisposeAsync();
        await _small.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    private static IEnumerable<long> IdsOf(GalleryServer gallery) => gallery.Catalogue.Images.Where(image => image.Type == "image").Select(image => image.Id);

    private RunOrder Order() =>
        new() { Gallery = _large.BaseUri, Folder = Folder, List = List, FileName = FileName, Archive = Archive, Sidecars = true, ThrottleLimit = 6 };

    private async Task<(bool IsKilled, string? Fault)> KillOneAsync(TimeSpan moment)
    {
        using var victim = SavingProcess.Start(Order());

        // Not while it is still loading: from its first request on, if it has one to make.
        var ended = victim.WaitAsync();
        var requested = _large.Log.WaitForAsync(_ => true, GalleryServer.Patience);
        await Task.WhenAny(ended, requested);
        using var limit = new CancellationTokenSource(moment);
        try
        {
            var exit = await victim.WaitAsync(limit.Token);
            var complaints = victim.Lines.Where(line => line.Complaint is not null).Select(line => $"{line.Id}: {line.Complaint}").ToArray();
            return (false, exit != 0 ? victim.Complaints : complaints.Length > 0 ? string.Join("; ", complaints) : null);
        }
        catch (OperationCanceledException)
        {
            victim.Kill();
            await victim.WaitAsync();
            return (true, null);
        }
    }

    private void CountResumed(Dictionary<long, long> parts)
    {
        foreach (var request in _large.Log.Media)
        {
            Resumed += request.RangeStart is null ? 0 : 1;
            if (parts.TryGetValue(request.ImageId!.Value, out var stood))
            {
                AskedAgain += Math.Max(0, stood - (request.RangeStart ?? 0));
            }
        }
    }

    private Dictionary<long, long> Parts() => !Directory.Exists(Folder) ? [] : Directory.GetFiles(Folder, "*.part")
        .Where(file => long.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .ToDictionary(file => long.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture), file => new FileInfo(file).Length);
}
