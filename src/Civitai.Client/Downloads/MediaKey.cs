using System;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Civitai.Client.Downloads;

/// <summary>
/// What names an image's media in file names and in the archive: its id; where none is known, the UUID in a URL of the service's own form; for any other URL the
/// first 16 hexadecimal digits of its SHA-256.
/// </summary>
internal readonly struct MediaKey : IEquatable<MediaKey>
{
    private MediaKey(string text, bool isId)
    {
        Text = text;
        IsId = isId;
    }

    /// <summary>What stands for <c>{Id}</c>.</summary>
    internal string Text { get; }

    /// <summary>Whether it is the service's own number.</summary>
    internal bool IsId { get; }

    /// <summary>The key of an image.</summary>
    internal static MediaKey Of(Image image)
    {
        if (image.Id > 0)
        {
            return new MediaKey(image.Id.ToString(CultureInfo.InvariantCulture), isId: true);
        }

        var url = image.Url ?? string.Empty;
        if (MediaAddress.UuidOf(url) is { } uuid)
        {
            return new MediaKey(uuid, isId: false);
        }

        using var sha = SHA256.Create();
#pragma warning disable CA1850 // HashData is not there on the older framework, and this is no hot path.
        var hash = sha.ComputeHash(Encoding.UTF8.GetBytes(url));
#pragma warning restore CA1850
        return new MediaKey(Hexadecimal.Of(hash.AsSpan(0, 8)), isId: false);
    }

    /// <summary>Whether a name holds this key as a whole: the id 5 is in <c>a-5</c> and not in <c>a-15</c>.</summary>
    internal bool IsIn(string name)
    {
        for (var at = 0; (at = name.IndexOf(Text, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            var end = at + Text.Length;
            if ((at == 0 || !IsPart(name[at - 1])) && (end == name.Length || !IsPart(name[end])))
            {
                return true;
            }
        }

        return false;
    }

    public bool Equals(MediaKey other) => string.Equals(Text, other.Text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is MediaKey other && Equals(other);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    private bool IsPart(char c) => c is >= '0' and <= '9' || (!IsId && c is (>= 'a' and <= 'f') or (>= 'A' and <= 'F'));
}
