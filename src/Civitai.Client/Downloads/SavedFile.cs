using System;
using System.Buffers;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Downloads;

/// <summary>Looks at files that exist: whether they are what a finished name promises, and whether two are the same.</summary>
internal static class SavedFile
{
    private const int BufferLength = 128 * 1024;
    private static readonly TimeSpan LockTime = TimeSpan.FromSeconds(2);

    /// <summary>Whether a path leads to a file with bytes in it. A pipe or a device has none that are known, and opening it could wait for ever.</summary>
    internal static bool HasBytes(string path) => new FileInfo(path) is { Exists: true, Length: > 0 };

    /// <summary>Whether a file is there as a saved one: not empty, no link to nowhere, and with the signature of a media format.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="length">The file's length in bytes.</param>
    internal static bool IsThere(string path, out long length)
    {
        length = 0;
        if (!HasBytes(path))
        {
            return false;
        }

        var head = ArrayPool<byte>.Shared.Rent(MediaSniffer.MaximumLength);
        try
        {
#if NET
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            length = RandomAccess.GetLength(file);
            var count = RandomAccess.Read(file, head.AsSpan(0, MediaSniffer.MaximumLength), 0);
#else
            using var file = FileOperations.Default.OpenRead(path);
            length = file.Length;
            var count = file.Read(head, 0, MediaSniffer.MaximumLength);
#endif
            return MediaSniffer.TryTell(head.AsSpan(0, count), isAll: true, out var format)
                && (format == MediaFormat.Mp3 ? IsSound(path) : format is not null);
        }
        catch (Exception exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException) && DiskError.Is(exception))
        {
            // It cannot be read just now, or not by this user: its length is all that is known, and it is not ours to replace.
            var file = new FileInfo(path);
            length = file.Exists ? file.Length : 0;
            return length > 0;
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            length = 0;
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(head);
        }
    }

    // Sound may stand behind tags and zeros, and a file that a power cut left may be zeros alone: only what follows tells.
    private static bool IsSound(string path)
    {
        var scanner = new MediaScanner();
        var buffer = new byte[4096];
        using var file = FileOperations.Default.OpenRead(path);
        int count;
        while (scanner.Format is null && !scanner.IsRefused && (count = file.Read(buffer, 0, buffer.Length)) > 0)
        {
            scanner.Append(buffer.AsSpan(0, count));
        }

        if (scanner.Format is null && !scanner.IsRefused)
        {
            scanner.End();
        }

        return scanner.Format is not null;
    }

    /// <summary>Reads a file to its end.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="path">The full path.</param>
    /// <param name="hash">Whether the SHA-256 is wanted.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>Whether the file ends as its format must, and its SHA-256 in lower-case digits.</returns>
    /// <exception cref="CivitaiException"><see cref="CivitaiError.FileUnreadable"/>.</exception>
    internal static async Task<(bool IsWhole, string? Sha256)> ReadAsync(DiskContext disk, string path, bool hash, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            using var sha = hash ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
            using var file = disk.Files.OpenRead(path);
            var scanner = new MediaScanner();
            int count;
            while ((count = await file.ReadAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false)) > 0)
            {
                scanner.Append(buffer.AsSpan(0, count));
                sha?.AppendData(buffer, 0, count);
            }

            scanner.End();
            return (scanner.Format is not null && scanner.IsWhole, sha is null ? null : Hexadecimal.Of(sha.GetHashAndReset()));
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            throw DiskError.OfReading(exception, path);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Whether a file that exists has the same bytes as one that was just downloaded.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="path">The file that exists. One that is gone or cannot be read is another.</param>
    /// <param name="downloaded">The other.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    internal static async Task<bool> IsSameAsync(DiskContext disk, string path, AtomicFile downloaded, CancellationToken cancellationToken)
    {
        if (!HasBytes(path))
        {
            return false;
        }

        // A run that gives the file its name just now has it locked for another moment.
        var wait = new BoundedWait(disk, "another program has '" + path + "' open", LockTime);
        while (true)
        {
            try
            {
                using var file = disk.Files.OpenRead(path);
                return file.Length == downloaded.Length && await IsSameAsync(file, downloaded, cancellationToken).ConfigureAwait(false);
            }
            catch (IOException exception) when (DiskError.IsInUse(exception))
            {
                if (!await wait.PauseAsync(cancellationToken).ConfigureAwait(false))
                {
                    return false;
                }
            }
            catch (Exception exception) when (DiskError.Is(exception))
            {
                disk.Activity.WriteVerbose("The file '" + path + "' could not be compared: " + DiskError.Reason(exception, path) + ".");
                return false;
            }
        }
    }

    private static async Task<bool> IsSameAsync(FileStream file, AtomicFile downloaded, CancellationToken cancellationToken)
    {
        var theirs = ArrayPool<byte>.Shared.Rent(BufferLength);
        var ours = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            for (var at = 0L; at < downloaded.Length;)
            {
                var count = await file.ReadAsync(theirs.AsMemory(0, BufferLength), cancellationToken).ConfigureAwait(false);
                if (count == 0
                    || await downloaded.ReadAsync(at, ours, count, cancellationToken).ConfigureAwait(false) != count
                    || !ours.AsSpan(0, count).SequenceEqual(theirs.AsSpan(0, count)))
                {
                    return false;
                }

                at += count;
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(theirs);
            ArrayPool<byte>.Shared.Return(ours);
        }
    }
}
