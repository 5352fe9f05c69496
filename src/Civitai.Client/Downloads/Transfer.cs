using System;
using System.Buffers;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Downloads;

/// <summary>
/// The bytes of one file on their way to disk: gathered in one buffer, told and hashed as they go by, and written when the buffer is full. A file that fits into the
/// buffer touches the disk only once, when it is whole; a longer or slower one gets a part that a later run can resume. Where another run has the part, the bytes go to a
/// temporary file of this run's own.
/// </summary>
internal sealed class Transfer : IDisposable
{
    // No piece of a part is longer, so that a part can be checked with one such buffer.
    private const int BufferLength = 256 * 1024;

    private readonly DiskContext _disk;
    private readonly IndexedFolder _folder;
    private readonly string _basePath;
    private readonly MediaScanner _scanner = new();
    private readonly IncrementalHash? _hash;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
    private int _buffered;
    private PartFile? _part;
    private AtomicFile? _own;
    private PartNote? _note;

    /// <summary>Begins with nothing.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="folder">The file's folder.</param>
    /// <param name="basePath">The path of the file without extension.</param>
    /// <param name="hash">Whether the SHA-256 is wanted.</param>
    internal Transfer(DiskContext disk, IndexedFolder folder, string basePath, bool hash)
    {
        _disk = disk;
        _folder = folder;
        _basePath = basePath;
        _hash = hash ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    }

    /// <summary>Bytes that have come, from the first one on.</summary>
    internal long Length { get; private set; }

    /// <summary>What the bytes are of, where an answer said so.</summary>
    internal PartNote? Note => _note;

    /// <summary>Whether the rest can be asked for.</summary>
    internal bool CanResume => Length > 0 && _note is { HasValidator: true };

    /// <summary>Bytes on disk that another run can resume after; 0 where nobody can.</summary>
    internal long KeptLength => _part is { File.IsMoved: false } && CanResume && !_scanner.IsRefused ? Length - _buffered : 0;

    /// <summary>Whether another run had the part, and was waited for.</summary>
    internal bool HasWaited { get; private set; }

    /// <summary>What the bytes are.</summary>
    internal MediaScanner Scanner => _scanner;

    /// <summary>Where the next bytes go to.</summary>
    internal Memory<byte> Space => _buffer.AsMemory(_buffered);

    /// <summary>Takes up what an earlier run left, if it is of one of the addresses.</summary>
    /// <param name="isWanted">Whether an address is one of them.</param>
    /// <param name="waits">Whether another run that has the part is waited for: what it saves must be the same file.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    internal async Task TakeUpAsync(Func<string, bool> isWanted, bool waits, CancellationToken cancellationToken)
    {
        _part = await PartFile.TakeUpAsync(_disk, _folder, _basePath, waits ? () => HasWaited = true : null, cancellationToken).ConfigureAwait(false);
        if (_part is null)
        {
            return;
        }

        _note = await _part.ResumeAsync(
            note => note.HasValidator && isWanted(note.Url),
            _buffer,
            Watch,
            cancellationToken).ConfigureAwait(false);
        if (_note is null || _note.Length < Length)
        {
            // Not emptied but removed: what cannot be read any more is nothing to go on with.
            Discard();
            _part.Delete();
            _part.Dispose();
            _part = null;
        }
    }

    /// <summary>Throws away what has come and begins anew.</summary>
    internal void Begin(PartNote note)
    {
        Discard();
        _note = note;
    }

    /// <summary>Throws away what has come.</summary>
    internal void Discard()
    {
        _scanner.Reset();
        if (_hash is not null)
        {
            _ = HashSoFar();
        }

        _buffered = 0;
        Length = 0;
        _note = null;
    }

    /// <summary>Takes the bytes that were read into <see cref="Space"/>.</summary>
    internal void Append(int count)
    {
        var data = _buffer.AsSpan(_buffered, count);
        _scanner.Append(data);
        if (_hash is not null)
        {
#if NET
            _hash.AppendData(data);
#else
            _hash.AppendData(_buffer, _buffered, count);
#endif
        }

        _buffered += count;
        Length += count;
    }

    /// <summary>Whether the bytes must be written before more can come.</summary>
    internal bool IsFull => _buffered == _buffer.Length;

    /// <summary>Writes what has come into the part.</summary>
    internal async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (_buffered == 0)
        {
            return;
        }

        if (_part is null && _own is null)
        {
            _part = PartFile.TryCreate(_disk, _folder, _basePath, _note?.Length ?? 0);
            _own = _part is null ? AtomicFile.Create(_disk, _folder, _note?.Length ?? 0, _basePath) : null;
        }

        if (_buffered == Length)
        {
            // The file's first bytes: whatever is in the part is another version's.
            if (_part is not null)
            {
                await _part.BeginAsync(_note ?? throw new InvalidOperationException("No answer has begun."), cancellationToken).ConfigureAwait(false);
            }

            _own?.SetLength(0);
        }

        var count = _buffered;
        _buffered = 0;
        if (_part is not null)
        {
            _part.Write(_buffer, count);
        }
        else
        {
            Guard(() => _own!.Write(_buffer, count));
        }
    }

    /// <summary>Leaves what has come for another attempt, or another run, to resume, if that can be.</summary>
    internal async Task KeepAsync(CancellationToken cancellationToken)
    {
        if (!CanResume || _scanner.IsRefused)
        {
            return;
        }

        await WriteAsync(cancellationToken).ConfigureAwait(false);
        if (_part is not null && !cancellationToken.IsCancellationRequested)
        {
            await _part.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes all that was written.</summary>
    internal void Remove()
    {
        _part?.Delete();
        _part?.Dispose();
        _part = null;
        _own?.Dispose();
        _own = null;
    }

    /// <summary>The SHA-256 of all that has come. Ends the hashing.</summary>
    internal string? Sha256() => _hash is null ? null : HashSoFar();

    /// <summary>The SHA-256 of all that has come, whether it was wanted from the beginning or not.</summary>
    internal async Task<string> FingerprintOfAllAsync(CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (Written is { } file && _buffered != Length)
        {
            var kept = ArrayPool<byte>.Shared.Rent(BufferLength);
            try
            {
                int count;
                for (var at = 0L; (count = await file.ReadAsync(at, kept, kept.Length, cancellationToken).ConfigureAwait(false)) > 0; at += count)
                {
                    hash.AppendData(kept, 0, count);
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(kept);
            }
        }

        hash.AppendData(_buffer, 0, _buffered);
        return Hexadecimal.Of(hash.GetHashAndReset());
    }

    /// <summary>Puts what has come into a file that has only to be flushed and renamed.</summary>
    /// <returns>Null where the bytes cannot be had again: the file was moved away or removed.</returns>
    internal async Task<AtomicFile?> CompleteAsync(CancellationToken cancellationToken)
    {
        if (_buffered < Length)
        {
            await WriteAsync(cancellationToken).ConfigureAwait(false);
            return Written is { } written && File.Exists(written.Path) ? written : null;
        }

        // It came whole before anything of it was written, or is written a second time because somebody removed it.
        Remove();
        var own = _own = AtomicFile.Create(_disk, _folder, Length, _basePath);
        Guard(() => own.Write(_buffer, _buffered));
        return own;
    }

    /// <summary>Removes what belongs to the part of a file that has its name now.</summary>
    internal void End() => _part?.DeleteJournal();

    public void Dispose()
    {
        if (_part is { File.IsMoved: false } part && (!CanResume || _scanner.IsRefused))
        {
            // It cannot be resumed.
            part.Delete();
        }

        _part?.Dispose();
        _own?.Dispose();
        _hash?.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private AtomicFile? Written => _part?.File ?? _own;

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            throw DiskError.Of(exception, _basePath);
        }
    }

    private void Watch(byte[] bytes, int count)
    {
        _scanner.Append(bytes.AsSpan(0, count));
        _hash?.AppendData(bytes, 0, count);
        Length += count;
    }

    private string HashSoFar() => Hexadecimal.Of(_hash!.GetHashAndReset());
}
