using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Downloads;

/// <summary>
/// What has been saved, wherever the files went since: a text file that only ever grows, a line an image. An entry is <c>+KEY;</c>. One that was cut off by a crash lacks its
/// end, and whatever is written behind it begins with its own <c>+</c>: neither makes another entry of it.
/// </summary>
internal sealed class ArchiveLedger : IDisposable
{
    /// <summary>
    /// A million entries are read once a session, in the first call of these methods: they cannot wait to be found worth optimising. The name of
    /// this option, AggressiveOptimization, is not known to the older framework, which passes over it.
    /// </summary>
    internal const MethodImplOptions OptimizedAtOnce = (MethodImplOptions)512;

    private const string FirstLine = "# CivitaiPS archive 1";
    private const byte Start = (byte)'+';
    private const byte Stop = (byte)';';

    // "+123456789;" and the end of the line. It only has to be near: the set grows where there are more.
    private const int UsualEntryLength = 12;
    private const int LongestEntry = 64;

    // No more places are made at once: what a file's length promises need not be in it.
    private const int MostExpected = 4_000_000;

    private static readonly TimeSpan LockTime = TimeSpan.FromSeconds(30);

    private readonly DiskContext _disk;
    private readonly string _path;
    private readonly LedgerKeySet _entries;
    private readonly CancellationTokenSource _closing = new();
    private readonly object _batchLock = new();
    private Batch? _next;
    private bool _isWriting;

    private ArchiveLedger(DiskContext disk, string path, LedgerKeySet entries)
    {
        _disk = disk;
        _path = path;
        _entries = entries;
    }

    /// <summary>The number of entries.</summary>
    internal int Count => _entries.Count;

    /// <summary>The bytes that the entries take in memory.</summary>
    internal long Bytes => _entries.Bytes;

    /// <summary>Reads an archive, and makes sure that entries can be written to it: one that does not exist is made.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="path">The full path.</param>
    /// <param name="isWhatIf">Whether nothing may be made or written: then one that does not exist is empty.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="CivitaiException"><see cref="CivitaiError.ArchiveInvalid"/>.</exception>
    internal static async Task<ArchiveLedger> OpenAsync(DiskContext disk, string path, bool isWhatIf, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            throw Invalid(path, "it is a folder", null);
        }

        var wait = new BoundedWait(disk, InUse(path), LockTime);
        while (true)
        {
            try
            {
                // One that cannot be made or written is found now, and not after the downloads.
                using var file = isWhatIf ? OpenExisting(path) : OpenForEntries(path);
                if (file is null)
                {
                    return new ArchiveLedger(disk, path, new LedgerKeySet(0));
                }

                var ledger = new ArchiveLedger(disk, path, await Task.Run(() => Read(path, file, cancellationToken), CancellationToken.None).ConfigureAwait(false));
                if (!isWhatIf && file.Length <= FirstLine.Length)
                {
                    Append(disk, file, string.Empty);
                    await disk.FlushFolderAsync(Path.GetDirectoryName(path)!, cancellationToken).ConfigureAwait(false);
                }

                return ledger;
            }
            catch (IOException exception) when (DiskError.IsInUse(exception))
            {
                // Another run is writing entries.
                if (!await wait.PauseAsync(cancellationToken).ConfigureAwait(false))
                {
                    throw Invalid(path, DiskError.Reason(exception, path), exception);
                }
            }
            catch (Exception exception) when (DiskError.Is(exception))
            {
                throw Invalid(path, DiskError.Reason(exception, path), exception);
            }
        }
    }

    /// <summary>Whether an image has been saved in a width.</summary>
    internal bool Contains(LedgerKey key)
    {
        lock (_entries)
        {
            return _entries.Contains(key);
        }
    }

    /// <summary>Notes an image as saved. Entries that come while others are written go to the disk together.</summary>
    /// <exception cref="CivitaiException"><see cref="CivitaiError.ArchiveInvalid"/>.</exception>
    internal Task AddAsync(MediaKey key, int? width, CancellationToken cancellationToken)
    {
        var entry = LedgerKey.Of(key, width);
        if (Contains(entry))
        {
            return Task.CompletedTask;
        }

        Batch batch;
        var isFirst = false;
        lock (_batchLock)
        {
            batch = _next ??= new Batch();
            batch.Keys.Add(entry);
            _ = batch.Lines.Append((char)Start).Append(LedgerKey.TextOf(key, width)).Append((char)Stop).Append('\n');
            if (!_isWriting)
            {
                isFirst = _isWriting = true;
            }
        }

        if (isFirst)
        {
            _ = Task.Run(WriteAllAsync, CancellationToken.None);
        }

        return batch.Written.Task.WaitAsync(cancellationToken);
    }

    public void Dispose() => _closing.Cancel();

    private async Task WriteAllAsync()
    {
        while (true)
        {
            Batch batch;
            lock (_batchLock)
            {
                if (_next is null)
                {
                    _isWriting = false;
                    return;
                }

                batch = _next;
                _next = null;
            }

            try
            {
                await WriteAsync(batch.Lines.ToString(), _closing.Token).ConfigureAwait(false);
                lock (_entries)
                {
                    foreach (var key in batch.Keys)
                    {
                        _ = _entries.Add(key);
                    }
                }

                _ = batch.Written.TrySetResult(true);
            }
            catch (OperationCanceledException)
            {
                _ = batch.Written.TrySetCanceled(_closing.Token);
            }
            catch (Exception exception)
            {
                // Nobody else would tell those who wait.
                _ = batch.Written.TrySetException(exception);
            }
        }
    }

    private async Task WriteAsync(string lines, CancellationToken cancellationToken)
    {
        var wait = new BoundedWait(_disk, InUse(_path), LockTime);
        while (true)
        {
            try
            {
                await _disk.Queue.RunAsync(() => OpenAndAppend(lines), cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (IOException exception) when (DiskError.IsInUse(exception))
            {
                if (!await wait.PauseAsync(cancellationToken).ConfigureAwait(false))
                {
                    throw Invalid(_path, DiskError.Reason(exception, _path), exception);
                }
            }
            catch (Exception exception) when (DiskError.Is(exception))
            {
                throw Invalid(_path, DiskError.Reason(exception, _path), exception);
            }
        }
    }

    private void OpenAndAppend(string lines)
    {
        using var file = OpenForEntries(_path);
        Append(_disk, file, lines);
    }

    // Open for this run alone as long as entries are written, so that two runs take turns.
    private static FileStream OpenForEntries(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (DirectoryNotFoundException) when (Path.GetDirectoryName(path) is { Length: > 0 } folder && !Directory.Exists(folder))
        {
            _ = Directory.CreateDirectory(folder);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
    }

    private static FileStream? OpenExisting(string path)
    {
        if (File.Exists(path))
        {
            return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        }

        var folder = Path.GetDirectoryName(path);
        while (folder is { Length: > 0 } && !Directory.Exists(folder))
        {
            if (File.Exists(folder))
            {
                throw new IOException("'" + folder + "' is a file");
            }

            folder = Path.GetDirectoryName(folder);
        }

        return null;
    }

    private static void Append(DiskContext disk, FileStream file, string line)
    {
        // A first line that was cut off holds no entry yet and is written again.
        var needsFirstLine = file.Length <= FirstLine.Length;
        if (needsFirstLine)
        {
            file.SetLength(0);
            line = FirstLine + "\n" + line;
        }
        else
        {
            file.Position = file.Length - 1;
            if (file.ReadByte() != '\n')
            {
                line = "\n" + line;
            }
        }

        var bytes = Encoding.ASCII.GetBytes(line);
        file.Position = file.Length;
        file.Write(bytes, 0, bytes.Length);
        try
        {
            disk.Files.Flush(file);
        }
        catch (Exception exception) when (DiskError.IsUnsupported(exception))
        {
            disk.ReportOnce("The archive '" + file.Name + "' cannot be flushed to the disk: " + DiskError.Reason(exception, file.Name) + ".");
        }
    }

    /// <summary>Reads the entries.</summary>
    /// <param name="path">What an error names.</param>
    /// <param name="file">The whole of it, from its beginning.</param>
    /// <param name="cancellationToken">Ends the reading between two blocks.</param>
    internal static LedgerKeySet Read(string path, Stream file, CancellationToken cancellationToken)
    {
        LedgerKeySet? entries = null;
        var buffer = new byte[256 * 1024];
        var kept = 0;
        int count;
        while ((count = file.Read(buffer, kept, buffer.Length - kept)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var data = buffer.AsSpan(0, kept + count);
            if (entries is null)
            {
                if (!TrySkipFirstLine(ref data))
                {
                    if (file.Position < file.Length && data.Length < 2 * FirstLine.Length)
                    {
                        kept = data.Length;
                        continue;
                    }

                    throw Invalid(path, "it is not a CivitaiPS archive (the header '" + FirstLine + "' is missing)", null);
                }

                // Only now: a file that is no archive costs no memory, however long it is.
                entries = new LedgerKeySet((int)Math.Min(MostExpected, file.Length / UsualEntryLength));
            }

            var end = data.LastIndexOf(Stop) + 1;
            ReadEntries(data.Slice(0, end), entries);

            // What is longer than any entry was never one.
            var rest = data.Slice(end);
            rest = rest.Length > LongestEntry ? rest.Slice(rest.Length - LongestEntry) : rest;
            rest.CopyTo(buffer);
            kept = rest.Length;
        }

        return entries ?? new LedgerKeySet(0);
    }

    private static bool TrySkipFirstLine(ref Span<byte> data)
    {
        var text = data.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? data.Slice(3) : data;
        Span<byte> first = Encoding.ASCII.GetBytes(FirstLine);
        if (text.StartsWith(first) && text.Length > first.Length && text[first.Length] is (byte)'\n' or (byte)'\r')
        {
            data = text.Slice(first.Length);
            return true;
        }

        // Cut off while it was made: nothing is in it yet.
        if (text.Length <= first.Length && first.StartsWith(text))
        {
            data = default;
            return true;
        }

        return false;
    }

    [MethodImpl(OptimizedAtOnce)]
    private static void ReadEntries(ReadOnlySpan<byte> data, LedgerKeySet entries)
    {
        for (var at = 0; at < data.Length; at++)
        {
            if (data[at] != Start)
            {
                continue;
            }

            // Nearly every entry is an id.
            var id = 0UL;
            var end = at + 1;
            while (end < data.Length && (uint)(data[end] - '0') <= 9)
            {
                id = (id * 10) + (ulong)(uint)(data[end] - '0');
                end++;
            }

            if (end - at - 1 is > 0 and <= 18 && end < data.Length && data[end] == Stop && id != 0)
            {
                _ = entries.Add(LedgerKey.OfId(id));
                at = end;
            }
            else if (data.Slice(at + 1).IndexOfAny(Start, Stop) is >= 0 and var length
                && data[at + 1 + length] == Stop
                && LedgerKey.TryParse(data.Slice(at + 1, length), out var key))
            {
                _ = entries.Add(key);
                at += 1 + length;
            }
        }
    }

    private static CivitaiException Invalid(string path, string why, Exception? exception) =>
        new(CivitaiError.ArchiveInvalid, "The archive '" + path + "' cannot be used: " + why + ".", exception)
        {
            Target = path,
            RecommendedAction = "Specify a file that Save-CivitaiImage -Archive has made, or one that does not exist yet, in a folder that can be written to.",
        };

    private static string InUse(string path) => "another program has the archive '" + path + "' open";

    /// <summary>Entries that are written at once.</summary>
    private sealed class Batch
    {
        internal List<LedgerKey> Keys { get; } = [];

        internal StringBuilder Lines { get; } = new();

        internal TaskCompletionSource<bool> Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
