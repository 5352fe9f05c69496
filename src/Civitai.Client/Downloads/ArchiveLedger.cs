using System;
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

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _path;
    private readonly LedgerKeySet _entries;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private bool _folderIsMade;

    private ArchiveLedger(string path, LedgerKeySet entries)
    {
        _path = path;
        _entries = entries;
    }

    /// <summary>The number of entries.</summary>
    internal int Count => _entries.Count;

    /// <summary>The bytes that the entries take in memory.</summary>
    internal long Bytes => _entries.Bytes;

    /// <summary>Reads a ledger. One that is not there yet is empty; it is made by the first entry.</summary>
    /// <exception cref="CivitaiException"><see cref="CivitaiError.ArchiveInvalid"/>.</exception>
    internal static ArchiveLedger Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw Invalid(path, "it is a folder", null);
        }

        if (!File.Exists(path))
        {
            return new ArchiveLedger(path, new LedgerKeySet(0));
        }

        var since = DateTime.UtcNow;
        while (true)
        {
            try
            {
                using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
                return new ArchiveLedger(path, Read(path, file));
            }
            catch (IOException exception) when (DiskError.IsInUse(exception) && DateTime.UtcNow - since < Patience)
            {
                // Another run is writing an entry.
                Thread.Sleep(Pause);
            }
            catch (Exception exception) when (DiskError.Is(exception))
            {
                throw Invalid(path, exception.Message.TrimEnd('.'), exception);
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

    /// <summary>Notes an image as saved.</summary>
    /// <exception cref="CivitaiException"><see cref="CivitaiError.ArchiveInvalid"/>.</exception>
    internal async Task AddAsync(MediaKey key, int? width, CancellationToken cancellationToken)
    {
        var entry = LedgerKey.Of(key, width);
        if (Contains(entry))
        {
            return;
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await AppendAsync((char)Start + LedgerKey.TextOf(key, width) + (char)Stop + "\n", cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }

        lock (_entries)
        {
            _ = _entries.Add(entry);
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task AppendAsync(string line, CancellationToken cancellationToken)
    {
        var since = DateTime.UtcNow;
        while (true)
        {
            try
            {
                if (!_folderIsMade && Path.GetDirectoryName(_path) is { Length: > 0 } folder)
                {
                    Directory.CreateDirectory(folder);
                    _folderIsMade = true;
                }

                // Open for this run alone as long as the entry is written, so that two runs take turns.
                using var file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
                Append(file, line);
                return;
            }
            catch (IOException exception) when (DiskError.IsInUse(exception) && DateTime.UtcNow - since < Patience)
            {
                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (DiskError.Is(exception))
            {
                throw Invalid(_path, exception.Message.TrimEnd('.'), exception);
            }
        }
    }

    private static void Append(FileStream file, string line)
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
        file.Write(bytes, 0, bytes.Length);
    }

    /// <summary>Reads the entries.</summary>
    /// <param name="path">What an error names.</param>
    /// <param name="file">The whole of it, from its beginning.</param>
    internal static LedgerKeySet Read(string path, Stream file)
    {
        var entries = new LedgerKeySet((int)Math.Min(int.MaxValue, file.Length / UsualEntryLength));
        var buffer = new byte[256 * 1024];
        var kept = 0;
        var isFirst = true;
        int count;
        while ((count = file.Read(buffer, kept, buffer.Length - kept)) > 0)
        {
            var data = buffer.AsSpan(0, kept + count);
            if (isFirst)
            {
                if (!TrySkipFirstLine(ref data))
                {
                    if (file.Position < file.Length && data.Length < 2 * FirstLine.Length)
                    {
                        kept = data.Length;
                        continue;
                    }

                    throw Invalid(path, "it does not begin with '" + FirstLine + "', as one that this module has written does", null);
                }

                isFirst = false;
            }

            var end = data.LastIndexOf(Stop) + 1;
            ReadEntries(data.Slice(0, end), entries);

            // What is longer than any entry was never one.
            var rest = data.Slice(end);
            rest = rest.Length > LongestEntry ? rest.Slice(rest.Length - LongestEntry) : rest;
            rest.CopyTo(buffer);
            kept = rest.Length;
        }

        return entries;
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
            RecommendedAction = "Name a file that Save-CivitaiImage -Archive has made, or one that is not there yet.",
        };
}
