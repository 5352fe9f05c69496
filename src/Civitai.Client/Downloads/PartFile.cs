using System;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Downloads;

/// <summary>
/// A file that is not whole yet, open for this run alone. It holds nothing but the file's own first bytes, and there is never a byte in it that the note beside it
/// does not speak for: the note is written whole before the first byte, and a part is emptied before another note is written.
/// </summary>
internal sealed class PartFile : IDisposable
{
    /// <summary>What is not whole yet ends in this.</summary>
    internal const string Extension = ".part";

    /// <summary>The note beside a part ends in this.</summary>
    internal const string NoteExtension = ".part.info";

    /// <summary>A file that came whole, between its writing and its renaming, ends in this: nothing of it is ever gone on with.</summary>
    internal const string NewExtension = ".part.new";

    // Others that are told "in use" ask again after this.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

#if NET
    // Only so much is set aside at once: a length that lies must not fill the disk.
    private const long LargestReservation = 1L << 30;
#endif

    private readonly string _notePath;
    private readonly FileStream _stream;

    private PartFile(string path, string notePath, FileStream stream)
    {
        Path = path;
        _notePath = notePath;
        _stream = stream;
        Length = stream.Length;
        stream.Position = Length;
    }

    /// <summary>The part's own path.</summary>
    internal string Path { get; }

    /// <summary>Whether it has its final name.</summary>
    internal bool IsRenamed { get; private set; }

    /// <summary>Bytes that are in it.</summary>
    internal long Length { get; private set; }

    /// <summary>Whether a part is there, or something else in its place.</summary>
    internal static bool IsThere(string basePath) => File.Exists(basePath + Extension);

    /// <summary>Opens the part of a file, making it where it is not there; waits while another run has it.</summary>
    /// <param name="basePath">The path of the file without extension.</param>
    /// <param name="length">The length to set aside for a new one, where it is known.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    internal static async Task<PartFile> OpenAsync(string basePath, long? length, CancellationToken cancellationToken)
    {
        var path = basePath + Extension;
        while (true)
        {
            if (DiskError.Guard(path, () => TryOpen(path, length)) is { } stream)
            {
                return new PartFile(path, basePath + NoteExtension, stream);
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes a file that is whole in memory already.</summary>
    internal static PartFile CreateWhole(string basePath, long length)
    {
        var path = basePath + NewExtension;
        return DiskError.Guard(path, () =>
        {
            try
            {
                return new PartFile(path, string.Empty, Create(path, length));
            }
            catch (IOException) when (File.Exists(path))
            {
                // Left by a run that was killed at this very point, or another run is at it just now: then its renaming fails, and it writes the file again.
                File.Delete(path);
                return new PartFile(path, string.Empty, Create(path, length));
            }
        });
    }

    /// <summary>Reads the note, which says what the bytes are of.</summary>
    internal PartNote? ReadNote() => DiskError.Guard(_notePath, () => PartNote.Read(_notePath));

    /// <summary>Empties the part and notes what comes next.</summary>
    internal void Begin(PartNote note)
    {
        DiskError.Guard(Path, () =>
        {
            // Not a new one: that would give back the blocks that were just set aside for it.
            if (_stream.Length > 0)
            {
                _stream.SetLength(0);
            }
        });
        _stream.Position = 0;
        Length = 0;
        DiskError.Guard(_notePath, () => note.Write(_notePath));
    }

    /// <summary>Writes the next bytes.</summary>
    internal void Write(byte[] buffer, int count)
    {
        try
        {
            _stream.Write(buffer, 0, count);
            Length += count;
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            throw DiskError.Of(exception, Path);
        }
    }

    /// <summary>Reads all that is in the part, from its beginning.</summary>
    internal void ReadAll(byte[] buffer, Action<byte[], int> take) => DiskError.Guard(Path, () =>
    {
        _stream.Position = 0;
        int count;
        while ((count = _stream.Read(buffer, 0, buffer.Length)) > 0)
        {
            take(buffer, count);
        }

        _stream.Position = Length;
    });

    /// <summary>Whether another file holds the same bytes.</summary>
    internal bool IsSameAs(string other) => DiskError.Guard(other, () =>
    {
        using var file = new FileStream(other, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length != Length)
        {
            return false;
        }

        _stream.Position = 0;
        using var sha = SHA256.Create();
        var mine = sha.ComputeHash(_stream);
        var theirs = sha.ComputeHash(file);
        _stream.Position = Length;
        return mine.AsSpan().SequenceEqual(theirs);
    });

    /// <summary>Gives the file its final name, in one step, in place of what is there.</summary>
    /// <returns>False where the file is gone: another run has put its own in place.</returns>
    internal bool TryRename(string target, DateTime? date)
    {
        try
        {
            // While the file is still open and locked: nobody can begin to write to it in between.
#if NET
            if (date is { } day)
            {
                File.SetLastWriteTimeUtc(_stream.SafeFileHandle, day);
            }

            File.Move(Path, target, overwrite: true);
#else
            // Here the date can only be set by name, and closing the file would set it again.
            AtomicMove.Replace(Path, target);
            _stream.Dispose();
            if (date is { } day)
            {
                File.SetLastWriteTimeUtc(target, day);
            }
#endif
            IsRenamed = true;
            if (_notePath.Length > 0)
            {
                File.Delete(_notePath);
            }

            return true;
        }
        catch (FileNotFoundException) when (_notePath.Length == 0)
        {
            return false;
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            throw DiskError.Of(exception, target);
        }
    }

    /// <summary>Removes the part and its note.</summary>
    internal void Delete()
    {
        DiskError.Guard(Path, () => File.Delete(Path));
        if (_notePath.Length > 0)
        {
            DiskError.Guard(_notePath, () => File.Delete(_notePath));
        }
    }

    /// <summary>Removes the part and its note if the file system lets it: something went wrong already, and that is what must be told.</summary>
    internal void TryDelete()
    {
        try
        {
            Delete();
        }
        catch (CivitaiException)
        {
            // A part is never taken for a file, and the next run does away with it.
            _stream.Dispose();
        }
    }

    /// <summary>Removes what a broken-off download left of a file that is there.</summary>
    internal static void DeleteLeftovers(string basePath)
    {
        foreach (var extension in (string[])[Extension, NoteExtension])
        {
            try
            {
                using (new FileStream(basePath + extension, FileMode.Open, FileAccess.ReadWrite, Share))
                {
                    File.Delete(basePath + extension);
                }
            }
            catch (Exception exception) when (DiskError.Is(exception))
            {
                // Not there, or another run is at work on it: it is that run's, or the next one's.
            }
        }
    }

    public void Dispose() => _stream.Dispose();

    // On Windows a file can only be renamed while it is open if its deletion is shared; nobody can open it for reading or writing all the same. Elsewhere
    // sharing nothing is what takes the lock.
    private static FileShare Share => System.IO.Path.DirectorySeparatorChar == '\\' ? FileShare.Delete : FileShare.None;

    /// <summary>Opens a part.</summary>
    /// <returns>Null while somebody else has it.</returns>
    private static FileStream? TryOpen(string path, long? length)
    {
        try
        {
            // A part that is a link was not made here, and following it could lead anywhere.
            if (File.Exists(path) && (File.GetAttributes(path) & FileAttributes.ReparsePoint) == FileAttributes.ReparsePoint)
            {
                File.Delete(path);
            }

            if (!File.Exists(path))
            {
                return Create(path, length);
            }

            var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, Share, bufferSize: 1, FileOptions.None);
            if (IsStillAt(path, stream))
            {
                return stream;
            }

            stream.Dispose();
            return null;
        }
        catch (FileNotFoundException)
        {
            // It was renamed just now.
            return null;
        }
        catch (IOException exception) when (DiskError.IsInUse(exception) || (File.Exists(path) && IsExisting(exception)))
        {
            return null;
        }
    }

    // EEXIST on Linux and macOS, ERROR_FILE_EXISTS on Windows: somebody else made it a moment before.
    private static bool IsExisting(IOException exception) => exception.HResult is 17 or unchecked((int)0x80070050);

    private static FileStream Create(string path, long? length)
    {
#if NET
        var reservation = length is > 0 and <= LargestReservation ? length.Value : 0;
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = Share,
                BufferSize = 0,
                // Reserves the blocks without changing the length, so that the length goes on telling what has come.
                PreallocationSize = reservation,
            });
        }
        catch (IOException exception) when (reservation > 0 && !File.Exists(path) && DiskError.HasNoRoom(path, reservation))
        {
            throw DiskError.Full(exception);
        }
#else
        // This framework cannot reserve blocks.
        _ = length;
        return new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, Share, bufferSize: 1, FileOptions.None);
#endif
    }

#if NET
    /// <summary>
    /// Whether a path still leads to the file that was opened by it. On Unix opening and locking are two steps: between them the run that held the lock may have
    /// given the file its final name, and then it must not be written to any more. A date that nobody else would set tells.
    /// </summary>
    private static bool IsStillAt(string path, FileStream stream)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        var before = File.GetLastWriteTimeUtc(stream.SafeFileHandle);
        // Whole, even seconds: the coarsest that a file system keeps.
#pragma warning disable CA5394 // No secret hangs on it.
        var mark = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(2L * Random.Shared.Next(100_000_000));
#pragma warning restore CA5394
        File.SetLastWriteTimeUtc(stream.SafeFileHandle, mark);
        var isStill = File.GetLastWriteTimeUtc(path) == mark;
        File.SetLastWriteTimeUtc(stream.SafeFileHandle, before);
        return isStill;
    }

#else
    private static bool IsStillAt(string path, FileStream stream) => path.Length > 0 && stream.CanRead;
#endif
}
