using System.Globalization;
using System.Text;

namespace Gallery;

/// <summary>
/// Generation data shared by many images, each with a seed of its own: half a million images with a kilobyte of metadata each would
/// otherwise not fit into memory.
/// </summary>
internal sealed class MetaTemplate
{
    private const string SeedMark = "@SEED@";

    private readonly byte[] _before;
    private readonly byte[] _after;
    private readonly bool _hasSeed;

    /// <param name="json">JSON in which <c>@SEED@</c> stands for the image's seed.</param>
    public MetaTemplate(string json)
    {
        var at = json.IndexOf(SeedMark, StringComparison.Ordinal);
        _hasSeed = at >= 0;
        _before = Encoding.UTF8.GetBytes(_hasSeed ? json[..at] : json);
        _after = _hasSeed ? Encoding.UTF8.GetBytes(json[(at + SeedMark.Length)..]) : [];
    }

    public byte[] Render(long id)
    {
        if (!_hasSeed)
        {
            return _before;
        }

        Span<byte> seed = stackalloc byte[20];
        SeedOf(id).TryFormat(seed, out var written, provider: CultureInfo.InvariantCulture);
        var all = new byte[_before.Length + written + _after.Length];
        _before.CopyTo(all, 0);
        seed[..written].CopyTo(all.AsSpan(_before.Length));
        _after.CopyTo(all, _before.Length + written);
        return all;
    }

    public static long SeedOf(long id) => (long)(Dice.Mix((ulong)id) >> 32);
}
