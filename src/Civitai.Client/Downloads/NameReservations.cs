using System.Collections.Generic;

namespace Civitai.Client.Downloads;

/// <summary>
/// The names that are taken in this run, so that two images never get one. Kept as 64-bit hashes, 16 bytes a name: should two names ever share one, the
/// later image is called <c>NAME (Id)</c> without need, and that is all. Used by one thread at a time.
/// </summary>
internal sealed class NameReservations
{
    private readonly Dictionary<ulong, ulong> _owners = [];

    /// <summary>Takes a name for an image.</summary>
    internal NameClaim Claim(string folder, string name, MediaKey key)
    {
        var hash = Hash(Hash(Hash(14695981039346656037UL, folder), "/"), name);
        var owner = Hash(14695981039346656037UL, key.Text);
        if (_owners.TryGetValue(hash, out var first))
        {
            return first == owner ? NameClaim.Repeated : NameClaim.Taken;
        }

        _owners.Add(hash, owner);
        return NameClaim.New;
    }

    /// <summary>Whether an image has a name in this run.</summary>
    internal bool IsClaimed(string folder, string name, MediaKey key) =>
        _owners.TryGetValue(Hash(Hash(Hash(14695981039346656037UL, folder), "/"), name), out var owner) && owner == Hash(14695981039346656037UL, key.Text);

    // FNV-1a over the upper-case letters: names that differ by case only are one name on Windows and macOS.
    private static ulong Hash(ulong hash, string text)
    {
        foreach (var c in text)
        {
            var upper = c < 128 ? (c is >= 'a' and <= 'z' ? (char)(c - 32) : c) : char.ToUpperInvariant(c);
            hash = (hash ^ upper) * 1099511628211UL;
        }

        return hash;
    }
}
