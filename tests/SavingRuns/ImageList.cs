using System.Globalization;
using System.Security.Cryptography;
using Gallery;

namespace SavingRuns;

/// <summary>Images that are to be saved, and the bytes that they must have.</summary>
public sealed class ImageList
{
    private readonly Dictionary<long, (string Url, string Hash)> _images = [];
    private readonly Dictionary<string, long> _ids = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => _images.Count;

    /// <summary>Their ids.</summary>
    public IReadOnlyCollection<long> Ids => _images.Keys;

    /// <summary>Adds images of a gallery.</summary>
    public void Add(GalleryServer gallery, IEnumerable<long> ids)
    {
        foreach (var id in ids)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(gallery.MediaBytes(id)));
            _images.Add(id, (gallery.MediaUrl(id).ToString(), hash));
            _ids.Add(hash, id);
        }
    }

    /// <summary>Writes the list that a run reads.</summary>
    public void Write(string path, IEnumerable<long>? ids = null) =>
        File.WriteAllLines(path, (ids ?? Ids).Select(id => id.ToString(CultureInfo.InvariantCulture) + " " + _images[id].Url));

    /// <summary>The image whose bytes a file holds, or null.</summary>
    public long? IdOf(string path) => _ids.TryGetValue(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), out var id) ? id : null;

    /// <summary>The infotext that stands beside an image.</summary>
    internal static string InfotextOf(long id) => SavingProgram.ImageOf(id.ToString(CultureInfo.InvariantCulture) + " x").Meta!.ToString();
}
