using System;
using System.Globalization;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Downloads;

/// <summary>
/// A file that gets its name in one step, when its bytes are on the disk: written under a name of this run's own, flushed, renamed. Media, sidecars and the notes of
/// parts are all written so. A part (<see cref="PartFile"/>) has a name that runs share, and becomes the file in the same way.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    /// <summary>The temporary names begin and end in these. What is between is random for a run, and a number.</summary>
    internal const string Prefix = "civitai-";

    /// <inheritdoc cref="Prefix"/>
    internal const string Extension = ".part.tmp";

    private const int MaximumNames = 100;

    // What holds a file for a moment (a virus scanner, an indexer) is done by then.
    private static readonly TimeSpan RenameTime = TimeSpan.FromSeconds(2);

    private static readonly string Run = NewToken();
    private static long _count;

    private readonly DiskContext _disk;
    private readonly bool _isTemporary;
    private FileStream? _stream;

    private AtomicFile(DiskContext disk, string path, FileStream stream, bool isTemporary)
    {
        _disk = disk;
        Path = path;
        _stream = stream;
        _isTemporary = isTemporary;
        Length = stream.Length;
        stream.Position = Length;
    }

    /// <summary>How a renaming ended.</summary>
    internal enum MoveResult
    {
        /// <summary>The file has the name.</summary>
        Moved,

        /// <summary>The name exists, and was not to be replaced.</summary>
        Exists,

        /// <summary>The file itself is gone: somebody removed it.</summary>
        Gone,
    }

    /// <summary>The present path.</summary>
    internal string Path { get; private set; }

    /// <summary>The bytes in it.</summary>
    internal long Length { get; private set; }

    /// <summary>Whether it has its final name.</summary>
    internal bool IsMoved { get; private set; }

    /// <summary>Creates a file under a temporary name of this run. It is removed when it is disposed of without having been moved.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="folder">The folder of the final name; it is made if it does not exist.</param>
    /// <param name="length">The bytes to set aside, or 0.</param>
    /// <param name="shownPath">The path that an error names: the temporary one means nothing to a user.</param>
    /// <exception cref="CivitaiException"><see cref="CivitaiError.FileWriteFailed"/>.</exception>
    internal static AtomicFile Create(DiskContext disk, IndexedFolder folder, long length, string shownPath)
    {
        for (var tries = 0; ; tries++)
        {
            var name = string.Format(CultureInfo.InvariantCulture, "{0}{1}-{2}{3}", Prefix, Run, Interlocked.Increment(ref _count), Extension);
            var path = System.IO.Path.Combine(folder.Path, name);
            try
            {
                return new AtomicFile(disk, path, folder.CreateNew(disk, path, length), isTemporary: true);
            }
            catch (IOException exception) when (DiskError.IsExisting(exception) && tries < MaximumNames)
            {
                // Somebody has thought of the same name; the next one is as good.
            }
            catch (Exception exception) when (DiskError.Is(exception))
            {
                throw DiskError.Of(exception, shownPath);
            }
        }
    }

    /// <summary>Takes a part, which is open and locked, for the file that it will become. It stays where it is unless it is moved or deleted.</summary>
    internal static AtomicFile OfPart(DiskContext disk, string path, FileStream part) => new(disk, path, part, isTemporary: false);

    /// <summary>Whether a file name is a temporary one, of this run or another.</summary>
    internal static bool IsTemporaryName(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Extension, StringComparison.Ordinal);

    /// <summary>
    /// Removes a temporary file that a killed run has left. A run at work holds its files locked, on a network share on whatever machine, so that one which can be opened
    /// exclusively is nobody's. Where a file system has no locks, a file of a run at work may be taken; that run notices and writes it again.
    /// </summary>
    internal static void RemoveLeftover(DiskContext disk, string path)
    {
        try
        {
            if ((File.GetAttributes(path) & FileAttributes.ReparsePoint) != FileAttributes.ReparsePoint)
            {
                using (disk.Files.OpenExclusive(path))
                {
                    disk.Files.Delete(path);
                    return;
                }
            }

            // A link of this name is nobody's file, wherever it leads.
            disk.Files.Delete(path);
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            disk.Activity.WriteVerbose("The temporary file '" + path + "' stays: " + DiskError.Reason(exception, path) + ".");
        }
    }

    /// <summary>Writes the next bytes.</summary>
    internal void Write(byte[] buffer, int count)
    {
        Open.Write(buffer, 0, count);
        Length += count;
    }

    /// <summary>Cuts the file off.</summary>
    internal void SetLength(long length)
    {
        // Not one that has the length: that would give back the blocks that were just set aside for it.
        if (Open.Length != length)
        {
            Open.SetLength(length);
        }

        Open.Position = length;
        Length = length;
    }

    /// <summary>Reads from a position on, at most so many bytes; fewer only at the end.</summary>
    internal async Task<int> ReadAsync(long position, byte[] buffer, int count, CancellationToken cancellationToken)
    {
        using var reopened = _stream is null ? _disk.Files.OpenRead(Path) : null;
        var stream = reopened ?? Open;
        stream.Position = position;
        var read = 0;
        while (read < count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var some = await stream.ReadAsync(buffer.AsMemory(read, count - read), cancellationToken).ConfigureAwait(false);
            if (some == 0)
            {
                break;
            }

            read += some;
        }

        stream.Position = Length;
        return read;
    }

    /// <summary>Sets the date that the file is to have, where the file system lets it: the bytes do not need it.</summary>
    internal void SetDate(DateTime date)
    {
        try
        {
            _disk.Files.SetLastWriteTime(_stream, Path, date);
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            _disk.ReportOnce("Dates cannot be set in '" + System.IO.Path.GetDirectoryName(Path) + "': " + DiskError.Reason(exception, Path) + ". Files keep the time of their download.");
        }
    }

    /// <summary>Has the bytes written to the disk itself.</summary>
    internal Task FlushAsync(CancellationToken cancellationToken) => _disk.Queue.RunAsync(Flush, cancellationToken);

    /// <summary>
    /// Gives the file a name, in one step, while it is still open and locked. Where that fails it is closed and tried again for a moment.
    /// </summary>
    /// <param name="target">The name.</param>
    /// <param name="replaces">Whether whatever has the name is replaced.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="CivitaiException"><see cref="CivitaiError.FileWriteFailed"/>.</exception>
    internal async Task<MoveResult> MoveAsync(string target, bool replaces, CancellationToken cancellationToken)
    {
        BoundedWait? wait = null;
        while (true)
        {
            try
            {
                if (replaces)
                {
                    _disk.Files.Replace(Path, target);
                }
                else if (!_disk.Files.TryMoveNew(Path, target))
                {
                    return MoveResult.Exists;
                }

                IsMoved = true;
                Path = target;
                return MoveResult.Moved;
            }
            catch (Exception exception) when (DiskError.Is(exception))
            {
                if (!File.Exists(Path))
                {
                    return exception is DirectoryNotFoundException && !Directory.Exists(System.IO.Path.GetDirectoryName(target)) ? throw DiskError.Of(exception, target) : MoveResult.Gone;
                }

                wait ??= new BoundedWait(_disk, "'" + target + "' cannot be given its name yet (" + DiskError.Reason(exception, target) + ")", RenameTime);
                Close();
                if (!DiskError.MayPass(exception, target) || !await wait.PauseAsync(cancellationToken).ConfigureAwait(false))
                {
                    throw DiskError.Of(exception, target);
                }
            }
        }
    }

    /// <summary>Removes the file, if the file system lets it.</summary>
    internal void Delete()
    {
        try
        {
            _disk.Files.Delete(Path);
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            // It has no name that could be taken for a saved file, and the next run removes it.
            _disk.Activity.WriteVerbose("The file '" + Path + "' stays: " + DiskError.Reason(exception, Path) + ".");
        }
    }

    public void Dispose()
    {
        if (_isTemporary && !IsMoved)
        {
            Delete();
        }

        Close();
    }

    /// <summary>Opens a file again that had to be closed to be renamed, to write on.</summary>
    internal void Reopen()
    {
        if (_stream is null)
        {
            if ((File.GetAttributes(Path) & FileAttributes.ReparsePoint) == FileAttributes.ReparsePoint)
            {
                throw new IOException("it has been replaced by a link");
            }

            _stream = _disk.Files.OpenExclusive(Path);
            _stream.Position = Length;
        }
    }

    /// <summary>Closes the file, which gives the lock back.</summary>
    internal void Close()
    {
        _stream?.Dispose();
        _stream = null;
    }

    private FileStream Open => _stream ?? throw new InvalidOperationException("The file is closed.");

    private void Flush()
    {
        try
        {
            // Cancelled and disposed of meanwhile: there is nothing to keep.
            if (_stream is { } stream)
            {
                _disk.Files.Flush(stream);
            }
        }
        catch (Exception exception) when (DiskError.IsUnsupported(exception))
        {
            _disk.ReportOnce("Files in '" + System.IO.Path.GetDirectoryName(Path) + "' cannot be flushed to the disk: " + DiskError.Reason(exception, Path) + ".");
        }
    }

    private static string NewToken()
    {
        var bytes = new byte[8];
        using (var random = RandomNumberGenerator.Create())
        {
            random.GetBytes(bytes);
        }

        return Hexadecimal.Of(bytes);
    }
}
