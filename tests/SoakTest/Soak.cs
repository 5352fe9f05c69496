using System.Globalization;
using System.Security.Cryptography;
using Civitai;
using Civitai.Client.Downloads;
using Civitai.Client.Feeds;
using Civitai.Client.Http;

namespace SoakTest;

/// <summary>What is asked of the engine. Back-offs take no time: their jitter is 0.</summary>
internal sealed class Soak(Uri gallery, string folder)
{
    internal const int Throttle = 16;

    // Ids given out are remembered, 9 bytes each and the room that a growing table has; so are the cursors.
    private const double ListingBound = 8;

    // Names of files are remembered, and what is found in the folder.
    private const double SavingBound = 8;

    private readonly SilentActivity _activity = new();

    internal async Task<string?> ListAsync(IReadOnlyDictionary<long, int> places)
    {
        var seen = new byte[places.Count];
        var memory = new MemoryWatch("Listing", ListingBound);
        var query = new ImageQuery { Sort = ImageSort.Newest, BrowsingLevel = (BrowsingLevel)31, PageSize = 200 };
        var count = 0;
        using (var feed = new QueryFeed(Session(), query, _activity, TimeProvider.System))
        {
            do
            {
                while (feed.TryRead(out var image))
                {
                    if (!places.TryGetValue(image.Id, out var place))
                    {
                        return "an image came that is not there: " + image.Id;
                    }

                    if (seen[place]++ > 0)
                    {
                        return "an image came twice: " + image.Id;
                    }

                    if (++count % Math.Max(1, places.Count / 10) == 0)
                    {
                        memory.Measure();
                    }
                }
            }
            while (await feed.WaitToReadAsync(CancellationToken.None));
        }

        var missing = seen.Count(times => times == 0);
        Console.WriteLine(FormattableString.Invariant($"Listing: {count:N0} images, {missing} missing, {_activity.Lines:N0} verbose lines."));
        return missing > 0 ? "images are missing: " + missing : memory.Judge() ?? Complaint();
    }

    internal async Task<string?> SaveAsync(IReadOnlyList<(long Id, string Sha256, string Url)> files)
    {
        var memory = new MemoryWatch("Saving", SavingBound);
        var done = 0;
        var attempts = 0L;
        var resumed = 0;
        using (var saver = new ImageSaver(Session(), new SaveOptions { Folder = folder, ThrottleLimit = Throttle, Hash = true, Archive = Path.Combine(folder, "ledger.txt") }, _activity))
        {
            await saver.OpenAsync(CancellationToken.None);
            var running = new List<Task<SavedImage>>();
            foreach (var (id, _, url) in files)
            {
                running.Add(saver.SaveAsync(saver.Plan(new Image { Id = id, Url = url }, null), CancellationToken.None));
                if (running.Count == Throttle)
                {
                    await TakeAsync(running);
                }
            }

            while (running.Count > 0)
            {
                await TakeAsync(running);
            }
        }

        var there = Directory.GetFiles(folder).ToLookup(path => Path.GetFileNameWithoutExtension(path), StringComparer.Ordinal);
        foreach (var (id, sha256, _) in files)
        {
            var found = there[id.ToString(CultureInfo.InvariantCulture)].ToArray();
            if (found.Length != 1)
            {
                return $"image {id} has {found.Length} files: {string.Join(", ", found)}";
            }

            if (Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(found[0]))) != sha256)
            {
                return found[0] + " has wrong bytes";
            }
        }

        var all = Directory.GetFiles(folder).Length - 1;
        Console.WriteLine(FormattableString.Invariant($"Saving: {files.Count:N0} files right, {attempts:N0} requests, {resumed:N0} resumed, {all - files.Count} files besides."));
        return all != files.Count ? "there are files besides" : memory.Judge() ?? Complaint();

        async Task TakeAsync(List<Task<SavedImage>> running)
        {
            var finished = await Task.WhenAny(running);
            running.Remove(finished);
            var saved = await finished;
            attempts += saved.Attempts;
            resumed += saved.Status == SaveStatus.Resumed ? 1 : 0;
            if (++done % Math.Max(1, files.Count / 10) == 0)
            {
                memory.Measure();
            }
        }
    }

    private string? Complaint() => _activity.Complaints.Count > 0 ? string.Join(Environment.NewLine, _activity.Complaints) : null;

    private HttpSession Session() => new(new ConnectionSettings { BaseUri = gallery, NoProxy = true }, _activity) { Jitter = static () => 0 };
}
