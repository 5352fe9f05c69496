using System;
using System.IO;

namespace Civitai.Client.Downloads;

/// <summary>
/// What the saver asks of the file system, one call each. The members are virtual so that tests can take the place of a disk that refuses, forgets or fails.
/// </summary>
internal class FileOperations
{
    /// <summary>The file system as it is.</summary>
    internal static FileOperations Default { get; } = new();

    // On Windows a file can be renamed while it is open only if its deletion is shared; nobody can open it for reading or writing all the same. Elsewhere sharing
    // nothing is what takes the lock.
    private static FileShare Exclusive => Path.DirectorySeparatorChar == '\\' ? FileShare.Delete : FileShare.None;

#if NET
    // Only so much is set aside at once: a length that lies must not fill the disk.
    private const long LargestReservation = 1L << 30;
#endif

    /// <summary>Creates a file that must not exist yet (no link is followed) and locks it.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="length">The bytes to set aside for it, or 0. The file's length stays 0.</param>
    internal virtual FileStream CreateNew(string path, long length)
    {
#if NET
        var reservation = length is > 0 and <= LargestReservation ? length : 0;
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = Exclusive,
                BufferSize = 0,
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
        return new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, Exclusive, bufferSize: 1, FileOptions.None);
#endif
    }

    /// <summary>Opens an existing file for this run alone.</summary>
    internal virtual FileStream OpenExclusive(string path) =>
        new(path, FileMode.Open, FileAccess.ReadWrite, Exclusive, bufferSize: 1, FileOptions.None);

    /// <summary>Opens an existing file for reading, whoever else has it open.</summary>
    internal virtual FileStream OpenRead(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1, FileOptions.None);

    /// <summary>Sets a file's date.</summary>
    /// <param name="stream">The open file, or null where it is closed. The older framework can set the date of a closed file only.</param>
    /// <param name="path">The file's path.</param>
    /// <param name="date">The date in UTC.</param>
    internal virtual void SetLastWriteTime(FileStream? stream, string path, DateTime date)
    {
#if NET
        if (stream is not null)
        {
            File.SetLastWriteTimeUtc(stream.SafeFileHandle, date);
            return;
        }
#endif
        File.SetLastWriteTimeUtc(path, date);
    }

    /// <summary>Has a file's bytes written to the disk itself, so that they survive a power cut.</summary>
    internal virtual void Flush(FileStream stream) => stream.Flush(flushToDisk: true);

    /// <summary>
    /// Has a folder's names written to the disk itself. On Windows nothing is done: no user may flush a folder there, and NTFS logs renames in their order.
    /// </summary>
    internal virtual void FlushFolder(string path)
    {
        if (UnixFile.IsAvailable)
        {
            UnixFile.FlushFolder(path);
        }
    }

    /// <summary>Renames a file to a name that must not exist yet, in one step.</summary>
    /// <returns>False where the name exists.</returns>
    internal virtual bool TryMoveNew(string source, string target)
    {
        if (UnixFile.IsAvailable)
        {
            return UnixFile.TryMoveNew(source, target);
        }

        try
        {
            File.Move(source, target);
            return true;
        }
        catch (IOException exception) when (DiskError.IsExisting(exception))
        {
            return false;
        }
    }

    /// <summary>Renames a file in place of whatever has the name, in one step. A link of that name is replaced, not followed.</summary>
    internal virtual void Replace(string source, string target)
    {
#if NET
        File.Move(source, target, overwrite: true);
#else
        AtomicMove.Replace(source, target);
#endif
    }

    /// <summary>Deletes a file, if it exists.</summary>
    internal virtual void Delete(string path) => File.Delete(path);
}
