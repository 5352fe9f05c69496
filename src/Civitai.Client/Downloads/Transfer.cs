using System;
using System.Buffers;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Downloads;

/// <summary>
/// The bytes of one file on their way to disk: gathered in one buffer, told and hashed as they go by, and written when the buffer is full. A file that fits into the
/// buffer touches the disk only once, when it is whole; a longer or slower one gets a part that a later run can go on with.
/// </summary>
internal sealed class Transfer : IDisposable
{
    private const int BufferLength = 256 * 1024;

    private readonly string _basePath;
    private readonly MediaScanner _scanner = new();
    private readonly IncrementalHash? _hash;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
    private int _buffered;
    private PartFile? _part;
    private PartNote? _note;

    /// <summary>Begins with nothing.</summary>
    /// <param name="basePath">The path of the file without extension.</param>
    /// <param name="hash">Whether the SHA-256 is wanted.</param>
    internal Transfer(string basePath, bool hash)
    {
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
    internal long KeptLength => _part is { IsRenamed: false } && CanResume && !_scanner.IsRefused ? Length - _buffered : 0;

    /// <summary>Whether the file came whole before anything of it was written.</summary>
    internal bool IsInMemory { get; private set; }

    /// <summary>What the bytes are.</summary>
    internal MediaScanner Scanner => _scanner;

    /// <summary>Where the next bytes go to.</summary>
    internal Memory<byte> Space => _buffer.AsMemory(_buffered);

    /// <summary>Takes up what an earlier run left, if it is of one of the addresses.</summary>
    internal async Task TakeUpAsync(Func<string, bool> isWanted, CancellationToken cancellationToken)
    {
        _part = await PartFile.OpenAsync(_basePath, length: null, cancellationToken).ConfigureAwait(false);
        var note = _part.ReadNote();
        if (note is { HasValidator: true } && isWanted(note.Url) && _part.Length > 0 && (note.Length is not { } total || _part.Length <= total))
        {
            _note = note;
            _part.ReadAll(_buffer, Watch);
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

        _part ??= await PartFile.OpenAsync(_basePath, _note?.Length, cancellationToken).ConfigureAwait(false);
        if (_buffered == Length)
        {
            // The file's first bytes: whatever is in the part is another version's.
            _part.Begin(_note ?? throw new InvalidOperationException("No answer has begun."));
        }

        var count = _buffered;
        _buffered = 0;
        _part.Write(_buffer, count);
    }

    /// <summary>Leaves what has come for another attempt, or another run, to go on with, if that can be.</summary>
    internal async Task KeepAsync()
    {
        if (!CanResume || _scanner.IsRefused)
        {
            return;
        }

        try
        {
            await WriteAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Another run holds the part, and this is no time to wait for it. The bytes stay in the buffer for another attempt.
        }
    }

    /// <summary>Removes all that was written.</summary>
    internal void Remove() => _part?.Delete();

    /// <summary>The SHA-256 of all that has come. Ends the hashing.</summary>
    internal string? Sha256() => _hash is null ? null : HashSoFar();

    /// <summary>The SHA-256 of all that has come, whether it was wanted from the beginning or not.</summary>
    internal string FingerprintOfAll()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (_part is not null && _buffered != Length)
        {
            var kept = ArrayPool<byte>.Shared.Rent(BufferLength);
            _part.ReadAll(kept, (bytes, count) => hash.AppendData(bytes, 0, count));
            ArrayPool<byte>.Shared.Return(kept);
        }

        hash.AppendData(_buffer, 0, _buffered);
        return Hexadecimal.Of(hash.GetHashAndReset());
    }

    /// <summary>Puts what has come on disk as a whole file, ready to be renamed.</summary>
    internal async Task<PartFile> CompleteAsync(CancellationToken cancellationToken)
    {
        if (_part is null || IsInMemory)
        {
            // A second time, if another run took the first away.
            _part?.Dispose();
            _part = null;
            _part = PartFile.CreateWhole(_basePath, Length);
            IsInMemory = true;
            _part.Write(_buffer, _buffered);
        }
        else
        {
            await WriteAsync(cancellationToken).ConfigureAwait(false);
        }

        return _part;
    }

    public void Dispose()
    {
        if (_part is { IsRenamed: false } part && (IsInMemory || !CanResume || _scanner.IsRefused))
        {
            // Nobody could go on with it.
            part.TryDelete();
        }

        _part?.Dispose();
        _hash?.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void Watch(byte[] bytes, int count)
    {
        _scanner.Append(bytes.AsSpan(0, count));
        _hash?.AppendData(bytes, 0, count);
        Length += count;
    }

    private string HashSoFar() => Hexadecimal.Of(_hash!.GetHashAndReset());
}
