using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Downloads;

/// <summary>
/// An incomplete download, open and locked for this run alone. It holds nothing but the file's own first bytes; what they are of, and that they are right, is in the
/// journal beside it (<see cref="PartJournal"/>).
/// </summary>
internal sealed class PartFile : IDisposable
{
    /// <summary>The extension of an incomplete download.</summary>
    internal const string Extension = ".part";

    /// <summary>The extension of the journal beside it.</summary>
    internal const string NoteExtension = ".part.info";

    // A run that has a part and does not write to it for so long has stopped, or its connection has: it is not waited for any longer.
    private static readonly TimeSpan SilenceTime = TimeSpan.FromSeconds(30);

    private readonly DiskContext _disk;
    private readonly IndexedFolder _folder;
    private readonly string _notePath;
    private PartJournal? _journal;

    private PartFile(DiskContext disk, IndexedFolder folder, string basePath, FileStream stream)
    {
        _disk = disk;
        _folder = folder;
        _notePath = basePath + NoteExtension;
        File = AtomicFile.OfPart(disk, basePath + Extension, stream);
    }

    /// <summary>The part as a file that can be given its final name.</summary>
    internal AtomicFile File { get; }

    /// <summary>Whether a part is there, or something else in its place.</summary>
    internal static bool IsThere(string basePath) => System.IO.File.Exists(basePath + Extension);

    /// <summary>Takes up the part that an earlier run has left; may wait while another run has it and writes to it.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="folder">The part's folder.</param>
    /// <param name="basePath">The path of the file without extension.</param>
    /// <param name="onWait">Is called when another run is waited for; null where it is not.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Null where there is none (any more), or another run keeps it.</returns>
    /// <exception cref="CivitaiException"><see cref="CivitaiError.FileWriteFailed"/>.</exception>
    internal static async Task<PartFile?> TakeUpAsync(DiskContext disk, IndexedFolder folder, string basePath, Action? onWait, CancellationToken cancellationToken)
    {
        var path = basePath + Extension;
        var wait = new BoundedWait(disk, "another run is downloading '" + path + "'", SilenceTime);
        var length = -1L;
        while (true)
        {
            try
            {
                if (TryOpen(disk, folder, path) is { } stream)
                {
                    return new PartFile(disk, folder, basePath, stream);
                }
            }
            catch (Exception exception) when (DiskError.Is(exception))
            {
                throw DiskError.Of(exception, path);
            }

            var part = new FileInfo(path);
            if (!part.Exists || onWait is null)
            {
                return null;
            }

            onWait();
            if (part.Length != length)
            {
                length = part.Length;
                wait.Restart();
            }

            if (!await wait.PauseAsync(cancellationToken).ConfigureAwait(false))
            {
                disk.Activity.WriteVerbose("The other run does not go on with '" + path + "': downloading the file beside it.");
                return null;
            }
        }
    }

    /// <summary>Creates the part of a file.</summary>
    /// <returns>Null where another run has one of this name.</returns>
    /// <exception cref="CivitaiException"><see cref="CivitaiError.FileWriteFailed"/>.</exception>
    internal static PartFile? TryCreate(DiskContext disk, IndexedFolder folder, string basePath, long length)
    {
        var path = basePath + Extension;
        folder.EnsureInside();
        try
        {
            if (IsLink(path))
            {
                // A part that is a link was not made here.
                disk.Files.Delete(path);
            }

            return new PartFile(disk, folder, basePath, folder.CreateNew(disk, path, length));
        }
        catch (IOException exception) when (DiskError.IsExisting(exception) || DiskError.IsInUse(exception))
        {
            return null;
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            throw DiskError.Of(exception, path);
        }
    }

    /// <summary>Reads what is in the part as far as the journal vouches for it, and cuts the rest off.</summary>
    /// <param name="isWanted">Whether a part of this is wanted.</param>
    /// <param name="buffer">Room for what is read.</param>
    /// <param name="take">Is given the bytes in their order.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>What the bytes are of; null where there is nothing to resume.</returns>
    internal async Task<PartNote?> ResumeAsync(Func<PartNote, bool> isWanted, byte[] buffer, Action<byte[], int> take, CancellationToken cancellationToken)
    {
        if (PartJournal.Read(_disk, _notePath) is not var (note, pieces) || !isWanted(note))
        {
            return null;
        }

        _disk.Activity.WriteVerbose("Checking the " + File.Length.ToString("N0", CultureInfo.InvariantCulture) + " bytes of '" + File.Path + "'.");
        var kept = new List<PartJournal.Piece>();
        var hash = new XxHash64(PartJournal.SeedOf(note));
        var length = 0L;
        foreach (var piece in pieces.TakeWhile(piece => piece.Length <= File.Length && piece.Length - length <= buffer.Length))
        {
            var count = (int)(piece.Length - length);
            if (await File.ReadAsync(length, buffer, count, cancellationToken).ConfigureAwait(false) != count)
            {
                break;
            }

            // A piece that does not hold must not count in the hash of those that do.
            var before = hash.Clone();
            hash.Append(buffer.AsSpan(0, count));
            if (hash.Value != piece.Hash)
            {
                hash = before;
                break;
            }

            take(buffer, count);
            kept.Add(piece);
            length = piece.Length;
        }

        if (length == 0)
        {
            return null;
        }

        // The journal first: it speaks for no byte that is cut off.
        _journal = await PartJournal.CreateAsync(_disk, _folder, _notePath, note, kept, hash, cancellationToken).ConfigureAwait(false);
        Guard(() => File.SetLength(length));
        return note;
    }

    /// <summary>Empties the part and notes what comes next.</summary>
    internal async Task BeginAsync(PartNote note, CancellationToken cancellationToken)
    {
        _journal?.Dispose();
        _journal = null;
        Guard(() => File.SetLength(0));
        _journal = await PartJournal.CreateAsync(_disk, _folder, _notePath, note, [], new XxHash64(PartJournal.SeedOf(note)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the next bytes.</summary>
    internal void Write(byte[] buffer, int count) => Guard(() =>
    {
        _journal!.Add(buffer.AsSpan(0, count));
        File.Write(buffer, count);
    });

    /// <summary>Has what was written flushed, for a later run.</summary>
    internal async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await File.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (_journal is not null)
            {
                await _journal.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            // Something went wrong already, and that is what is reported. The next run looks at every byte before it resumes.
            _disk.Activity.WriteVerbose("The part '" + File.Path + "' could not be flushed: " + DiskError.Reason(exception, File.Path) + ".");
        }
    }

    /// <summary>Removes the journal of a part that has become the file.</summary>
    internal void DeleteJournal() => _journal?.Delete();

    /// <summary>Removes the part and its journal, if the file system lets it: what cannot be resumed is never taken for a file, and the next run removes it.</summary>
    internal void Delete()
    {
        try
        {
            // Their names are no secret: in another folder they may be somebody's.
            _folder.EnsureInside();
            File.Delete();
            _disk.Files.Delete(_notePath);
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            _disk.Activity.WriteVerbose("The file '" + _notePath + "' stays: " + DiskError.Reason(exception, _notePath) + ".");
        }
        catch (CivitaiException exception)
        {
            _disk.Activity.WriteVerbose("The file '" + File.Path + "' stays: " + exception.Message);
        }
    }

    /// <summary>Removes what an interrupted download left of a file that exists.</summary>
    internal static void DeleteLeftovers(DiskContext disk, string basePath)
    {
        foreach (var path in (string[])[basePath + Extension, basePath + NoteExtension])
        {
            if (System.IO.File.Exists(path))
            {
                AtomicFile.RemoveLeftover(disk, path);
            }
        }
    }

    public void Dispose()
    {
        _journal?.Dispose();
        File.Dispose();
    }

    private static bool IsLink(string path)
    {
        var file = new FileInfo(path);
        return (int)file.Attributes != -1 && (file.Attributes & FileAttributes.ReparsePoint) == FileAttributes.ReparsePoint;
    }

    /// <summary>Opens a part.</summary>
    /// <returns>Null while somebody else has it, or where it is gone.</returns>
    private static FileStream? TryOpen(DiskContext disk, IndexedFolder folder, string path)
    {
        folder.EnsureInside();
        if (IsLink(path))
        {
            // A part that is a link was not made here, and following it could lead anywhere.
            disk.Files.Delete(path);
            return null;
        }

        try
        {
            var stream = disk.Files.OpenExclusive(path);
            if (!stream.CanSeek)
            {
                // A pipe of this name: nothing was ever downloaded into it.
                disk.Files.Delete(path);
            }
            else if (IsStillAt(path, stream))
            {
                return stream;
            }

            stream.Dispose();
            return null;
        }
        catch (FileNotFoundException)
        {
            // It was given its name just now.
            return null;
        }
        catch (IOException exception) when (DiskError.IsInUse(exception))
        {
            return null;
        }
    }

    /// <summary>
    /// Whether a path still leads to the file that was opened by it. On Unix opening and locking are two steps: between them the run that held the lock may have
    /// given the file its final name, and then it must not be written to any more.
    /// </summary>
    private static bool IsStillAt(string path, FileStream stream)
    {
#if NET
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        if (IsLink(path))
        {
            return false;
        }

        // Linux says by what name an open file goes now.
        if (new FileInfo("/proc/self/fd/" + stream.SafeFileHandle.DangerousGetHandle().ToString(CultureInfo.InvariantCulture)).LinkTarget is { } now)
        {
            return Path.GetFileName(now) == Path.GetFileName(path);
        }

        var there = new FileInfo(path);
        return there.Exists
            && there.Length == stream.Length
            && there.LastWriteTimeUtc == System.IO.File.GetLastWriteTimeUtc(stream.SafeFileHandle)
            && there.CreationTimeUtc == System.IO.File.GetCreationTimeUtc(stream.SafeFileHandle);
#else
        _ = path;
        return stream.CanRead;
#endif
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            throw DiskError.Of(exception, File.Path);
        }
    }
}
