using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SavingRuns;

/// <summary>Looks at what runs have left in a folder: every finished name must hold what it says, whatever happened.</summary>
public sealed class SavedFolder
{
    private static readonly string[] MediaExtensions = [".png", ".jpg", ".webp", ".gif", ".avif", ".heic", ".jxl", ".mp4", ".webm", ".mov", ".mp3", ".wav", ".m4a", ".ogg", ".flac"];

    private readonly ImageList _images;
    private readonly string _folder;
    private readonly string? _archive;
    private readonly List<string> _faults = [];
    private readonly Dictionary<string, long> _right = new(StringComparer.Ordinal);
    private readonly List<string> _unfinished = [];

    private SavedFolder(ImageList images, string folder, string? archive)
    {
        _images = images;
        _folder = folder;
        _archive = archive;
    }

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>The finished files that hold an image, and which.</summary>
    public IReadOnlyDictionary<string, long> Right => _right;

    /// <summary>Files that nobody takes for an image or a sidecar: parts, notes, files that are being written.</summary>
    public IReadOnlyList<string> Unfinished => _unfinished;

    /// <summary>Looks at a folder while, or after, something went wrong: what is there must be right, what is not need not be there.</summary>
    public static SavedFolder Inspect(ImageList images, string folder, string? archive)
    {
        var saved = new SavedFolder(images, folder, archive);
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => file != archive).ToArray() : [];
        foreach (var file in files)
        {
            saved.InspectFile(file);
        }

        foreach (var file in files)
        {
            saved.InspectSidecar(file);
        }

        saved.InspectArchive();
        return saved;
    }

    /// <summary>Looks at a folder that a run has brought to its end: everything must be there, once, and nothing else.</summary>
    /// <param name="images">What was to be saved.</param>
    /// <param name="folder">Where.</param>
    /// <param name="archive">The archive, or null.</param>
    /// <param name="sidecars">Whether sidecars must stand beside each file.</param>
    /// <param name="ids">Those that were to be saved, if not all.</param>
    public static SavedFolder InspectFinished(ImageList images, string folder, string? archive, bool sidecars, IReadOnlyCollection<long>? ids = null)
    {
        var saved = Inspect(images, folder, archive);
        var wanted = ids ?? images.Ids;
        saved._faults.AddRange(saved._unfinished.Select(file => Path.GetFileName(file) + " was left behind"));
        saved._faults.AddRange(wanted.Except(saved._right.Values).Select(id => $"{id} is not there"));
        if (archive is not null)
        {
            saved._faults.AddRange(wanted.Except(Entries(archive)).Select(id => $"{id} is not in the archive"));
        }

        foreach (var file in saved._right.Keys.Where(_ => sidecars))
        {
            saved._faults.AddRange(((string[])[".json", ".txt"]).Where(extension => !File.Exists(Path.ChangeExtension(file, extension))).Select(extension => $"{Path.GetFileName(file)} has no {extension}"));
        }

        return saved;
    }

    /// <summary>Holds what runs reported against what is there.</summary>
    public void CompareWith(IEnumerable<RunLine> lines)
    {
        foreach (var line in lines)
        {
            if (line.Complaint is not null)
            {
                _faults.Add($"{line.Id}: {line.Complaint}");
            }
            else if (line.Path is not null && (!_right.TryGetValue(line.Path, out var id) || id != line.Id))
            {
                _faults.Add($"{line.Id} was reported {line.Status} as {Path.GetFileName(line.Path)}, which {(File.Exists(line.Path) ? "holds something else" : "is not there")}");
            }
        }
    }

    private static IEnumerable<long> Entries(string archive) => !File.Exists(archive) ? [] : Regex
        .Matches(File.ReadAllText(archive, Encoding.Latin1), @"\+(?<id>\d+);", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))
        .Select(entry => long.Parse(entry.Groups["id"].Value, CultureInfo.InvariantCulture));

    private void InspectFile(string file)
    {
        var extension = Path.GetExtension(file);
        if (!MediaExtensions.Contains(extension, StringComparer.Ordinal))
        {
            if (extension is not ".json" and not ".txt")
            {
                _unfinished.Add(file);
            }

            return;
        }

        var name = Path.GetFileNameWithoutExtension(file);
        if (_images.IdOf(file) is not { } id)
        {
            _faults.Add($"{Path.GetFileName(file)} has {new FileInfo(file).Length} bytes that are no image's");
        }
        else if ((long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var named) && named != id)
            || (name.EndsWith(')') && !name.EndsWith($"({id})", StringComparison.Ordinal)))
        {
            _faults.Add($"{Path.GetFileName(file)} holds {id}");
        }
        else
        {
            _right.Add(file, id);
        }
    }

    private void InspectSidecar(string file)
    {
        var extension = Path.GetExtension(file);
        var beside = extension is ".json" or ".txt" ? _right.Where(pair => Path.ChangeExtension(pair.Key, extension) == file).Select(pair => (long?)pair.Value).FirstOrDefault() : null;
        try
        {
            if (extension == ".json")
            {
                using var document = JsonDocument.Parse(File.ReadAllBytes(file));
                var id = document.RootElement.GetProperty("id").GetInt64();
                if (beside is not null && id != beside)
                {
                    _faults.Add($"{Path.GetFileName(file)} is of {id} and stands beside {beside}");
                }
            }
            else if (extension == ".txt")
            {
                var text = File.ReadAllText(file);
                if (beside is { } id ? text != ImageList.InfotextOf(id) : !_images.Ids.Any(one => text == ImageList.InfotextOf(one)))
                {
                    _faults.Add($"{Path.GetFileName(file)} says '{text}' and stands beside {beside}");
                }
            }
        }
        catch (JsonException)
        {
            _faults.Add($"{Path.GetFileName(file)} has {new FileInfo(file).Length} bytes that are not JSON");
        }
    }

    private void InspectArchive()
    {
        if (_archive is not null)
        {
            _faults.AddRange(Entries(_archive).Distinct().Except(_right.Values).Select(id => $"{id} is in the archive and not in {Path.GetFileName(_folder)}"));
        }
    }
}
