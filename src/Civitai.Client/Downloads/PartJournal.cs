using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Downloads;

/// <summary>
/// The file beside a part: what the part is of, and then, for each piece that was written, how long the part is with it and the hash of everything up to there.
/// A later run resumes at the last length whose hash holds, so that nothing hangs on the order in which a disk wrote: what a power cut, a pulled cable or another program
/// zeroed, cut off or mixed up is noticed, whichever of the two files it met.
/// </summary>
internal sealed class PartJournal : IDisposable
{
    private const string FirstLine = "CivitaiPS part 2";
    private const string EndOfNote = "end";
    private const int NoteLines = 6;
    private const long LongestJournal = 256L * 1024 * 1024;

    private readonly AtomicFile _file;
    private readonly XxHash64 _hash;
    private long _length;

    private PartJournal(AtomicFile file, XxHash64 hash, long length)
    {
        _file = file;
        _hash = hash;
        _length = length;
    }

    /// <summary>Writes a new journal in place of what has its name.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="folder">The journal's folder.</param>
    /// <param name="path">Its path.</param>
    /// <param name="note">What the part is of.</param>
    /// <param name="kept">The pieces that are in the part already.</param>
    /// <param name="hash">The hash of those, begun with <see cref="SeedOf"/>.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    internal static async Task<PartJournal> CreateAsync(
        DiskContext disk, IndexedFolder folder, string path, PartNote note, IReadOnlyList<Piece> kept, XxHash64 hash, CancellationToken cancellationToken)
    {
        var journal = new PartJournal(AtomicFile.Create(disk, folder, 0, path), hash, kept.Count == 0 ? 0 : kept[kept.Count - 1].Length);
        try
        {
            journal.WriteText(TextOf(note) + string.Concat(kept));
            if (await journal._file.MoveAsync(path, replaces: true, cancellationToken).ConfigureAwait(false) == AtomicFile.MoveResult.Gone)
            {
                throw new FileNotFoundException("It was removed while it was being written.", path);
            }

            journal._file.Reopen();
            return journal;
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            journal.Dispose();
            throw DiskError.Of(exception, path);
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Reads a journal.</summary>
    /// <returns>What the part is of, and the pieces in their order; null where there is no journal, or not even all of its note.</returns>
    internal static (PartNote Note, IReadOnlyList<Piece> Pieces)? Read(DiskContext disk, string path)
    {
        try
        {
            if (!SavedFile.HasBytes(path))
            {
                return null;
            }

            using var file = disk.Files.OpenRead(path);
            if (file.Length > LongestJournal)
            {
                return null;
            }

            using var reader = new StreamReader(file, Encoding.UTF8);
            return Read(reader);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            throw DiskError.OfReading(exception, path);
        }
    }

    /// <summary>Notes a piece. It is noted before it is written, so that what is in the part whole is always noted.</summary>
    internal void Add(ReadOnlySpan<byte> piece)
    {
        _hash.Append(piece);
        _length += piece.Length;
        WriteText(new Piece(_length, _hash.Value).ToString());
    }

    /// <summary>Has the journal written to the disk itself.</summary>
    internal Task FlushAsync(CancellationToken cancellationToken) => _file.FlushAsync(cancellationToken);

    /// <summary>Removes the journal.</summary>
    internal void Delete() => _file.Delete();

    public void Dispose() => _file.Dispose();

    /// <summary>Where a version's hashes begin, so that no piece of one can pass for a piece of another.</summary>
    internal static ulong SeedOf(PartNote note) => XxHash64.Of(Encoding.UTF8.GetBytes(TextOf(note)));

    private static (PartNote Note, IReadOnlyList<Piece> Pieces)? Read(StreamReader reader)
    {
        var lines = new string[NoteLines];
        for (var i = 0; i < NoteLines; i++)
        {
            if (reader.ReadLine() is not { } line)
            {
                return null;
            }

            lines[i] = line;
        }

        if (lines[0] != FirstLine || lines[NoteLines - 1] != EndOfNote || PartNote.OfFields(lines[1], lines[2], lines[3], lines[4]) is not { } note)
        {
            return null;
        }

        var pieces = new List<Piece>();
        var last = 0L;
        while (reader.ReadLine() is { } line && Piece.TryParse(line, out var piece) && piece.Length > last)
        {
            pieces.Add(piece);
            last = piece.Length;
        }

        return (note, pieces);
    }

    private static string TextOf(PartNote note) => string.Join("\n", FirstLine, note.Url, note.EntityTag, note.DateText, note.LengthText, EndOfNote) + "\n";

    private void WriteText(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        _file.Write(bytes, bytes.Length);
    }

    /// <summary>The length of a part with a piece in it, and the hash of all its bytes up to there.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal readonly struct Piece : IEquatable<Piece>
    {
        internal Piece(long length, ulong hash)
        {
            Length = length;
            Hash = hash;
        }

        internal long Length { get; }

        internal ulong Hash { get; }

        public bool Equals(Piece other) => Length == other.Length && Hash == other.Hash;

        public override bool Equals(object? obj) => obj is Piece other && Equals(other);

        public override int GetHashCode() => Hash.GetHashCode();

        /// <summary>The line in the journal.</summary>
        public override string ToString() => string.Format(CultureInfo.InvariantCulture, "{0} {1:x16};\n", Length, Hash);

        // A line that was cut off lacks its end.
        internal static bool TryParse(string line, out Piece piece)
        {
            piece = default;
            var fields = line.Split(' ');
            if (fields.Length != 2 || fields[1].Length != 17 || fields[1][16] != ';'
                || !long.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || !ulong.TryParse(fields[1].TrimEnd(';'), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hash))
            {
                return false;
            }

            piece = new Piece(length, hash);
            return true;
        }
    }
}
