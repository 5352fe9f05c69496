using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Civitai.Client.Http;

namespace Civitai.Client.Downloads;

/// <summary>Saves images into one folder: plans on the caller's thread, fetches on others.</summary>
internal sealed class ImageSaver : IImageSaver
{
    // What running downloads are given to close their files when everything is stopped.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    // Of a name, beside itself: ".part.info", ".json.new" or an extension.
    private const int LongestExtension = 10;

    private readonly SaveOptions _options;
    private readonly HttpSession _session;
    private readonly IActivity _activity;
    private readonly FileNameTemplate? _template;
    private readonly ArchiveLedger? _ledger;
    private readonly FolderIndex _folders;
    private readonly NameReservations _names = new();
    private readonly TransferMeter _meter;
    private readonly RateLimiter? _rateLimit;
    private readonly SemaphoreSlim _places;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, Task> _running = new(StringComparer.OrdinalIgnoreCase);
    private readonly int? _width;
    private readonly string _suffix;

    internal ImageSaver(ConnectionSettings connection, SaveOptions options, IActivity activity)
        : this(new HttpSession(connection, activity), options, activity)
    {
    }

    internal ImageSaver(HttpSession session, SaveOptions options, IActivity activity, TimeProvider? time = null)
    {
        _options = options;
        _activity = activity;
        _template = options.FileName is null ? null : FileNameTemplate.Parse(options.FileName);
        _ledger = options.Archive is null ? null : ArchiveLedger.Open(options.Archive);
        _folders = new FolderIndex(options.Folder);
        _meter = new TransferMeter(options.ThrottleLimit);
        _rateLimit = options.RateLimit is { } limit ? new RateLimiter(limit, time ?? TimeProvider.System) : null;
        _places = new SemaphoreSlim(options.ThrottleLimit);
        _session = session;
        _width = options.Width is { } width ? MediaAddress.WidthOnLadder(width) : null;
        _suffix = _width is { } pixels ? FormattableString.Invariant($"@{pixels}") : string.Empty;
    }

    /// <inheritdoc/>
    public SavePlan Plan(Image image, string? name)
    {
        if (string.IsNullOrEmpty(image.Url))
        {
            throw new CivitaiException(CivitaiError.InputNotSupported, "The image " + image + " has no Url, so there is nothing to save it from.") { Target = image };
        }

        var key = MediaKey.Of(image);
        var wanted = name is not null ? FileNameTemplate.ReadName(name)
            : _template is not null ? _template.Expand(image, key)
            : key.Text;
        var reserve = LongestExtension + _suffix.Length + key.Text.Length + " ()".Length;
        var path = SafeName.OfPath(wanted, _options.Folder.Length, reserve);
        var slash = path.LastIndexOf('/');
        var relative = slash < 0 ? string.Empty : path.Substring(0, slash);
        var plain = slash < 0 ? path : path.Substring(slash + 1);
        var folder = _folders[relative];

        // A template without {Id} can hold the same digits by chance.
        var isOwn = (name is not null || _template is null || _template.HasId) && key.IsIn(path);
        var main = plain + _suffix;
        var other = plain + " (" + key.Text + ")" + _suffix;
        var isKnown = _ledger is not null && _ledger.Contains(LedgerKey.Of(key, _width));
        if (isKnown && !_options.Force)
        {
            // The ledger says that it was saved, not that a file which only has its name is this image's.
            var there = folder.FindMedia(isOwn ? main : other);
            return new SaveTicket(image, key, SaveStatus.InArchive, folder, main) { Own = there };
        }

        var claim = NameClaim.Taken;
        if (isOwn || folder.FindMedia(other) is null)
        {
            claim = _names.Claim(relative, main, key);
        }

        var chosen = main;
        if (claim == NameClaim.Taken)
        {
            chosen = other;
            isOwn = true;
            claim = _names.Claim(relative, other, key);
        }

        var file = folder.Find(chosen);
        var media = file is { FileName: not null } ? file : null;
        if (media is not null && isOwn && !_options.Force)
        {
            return new SaveTicket(image, key, SaveStatus.AlreadyExists, folder, chosen) { Own = media };
        }

        if (_session.CheckMediaAddress(image.Url, image, out _) is { } refusal)
        {
            throw refusal;
        }

        if (media is not null && !isOwn)
        {
            // Whether it is this image's, only the bytes can tell.
            _ = _names.Claim(relative, other, key);
            return new SaveTicket(image, key, null, folder, other)
            {
                Rival = media,
                IsRepeated = claim == NameClaim.Repeated,
                MayHavePart = folder.Find(other) is { HasLeftover: true },
            };
        }

        return new SaveTicket(image, key, null, folder, chosen)
        {
            Own = media,
            OtherName = isOwn ? null : other,
            IsRepeated = claim == NameClaim.Repeated,
            MayHavePart = file is { HasLeftover: true },
        };
    }

    /// <inheritdoc/>
    public Task<SavedImage> SaveAsync(SavePlan plan, CancellationToken cancellationToken)
    {
        var ticket = (SaveTicket)plan;
        if (ticket.Found is { } found && !_options.Hash && _options.Sidecar == Sidecar.None && (_ledger is null || found == SaveStatus.InArchive)
            && Report(ticket, found) is { } saved)
        {
            // The usual case of a second run: no thread is changed for it.
            Tell(saved);
            return Task.FromResult(saved);
        }

        // In line before anything runs, for the name and for a place: the first of two that are the same comes first, and requests go out in the order of the calls.
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isFirst = _running.TryAdd(ticket.BasePath, done.Task);
        var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);

        // Whoever still waits for the name must not stand in line for a place: the one that has the name may be behind.
        var place = isFirst && ticket.NeedsDownload && !ticket.IsRepeated ? _places.WaitAsync(linked.Token) : null;
        return Task.Run(() => SaveInTurnAsync(ticket, done, isFirst, place, linked), CancellationToken.None);
    }

    /// <inheritdoc/>
    public SaveProgress GetProgress() => _meter.Read(_session.WaitLeft);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Cancel();
        try
        {
            // Bounded: a file system that hangs must not hang the session.
#pragma warning disable VSTHRD002 // Nothing of these downloads runs on the caller's thread.
            Task.WaitAll([.. _running.Values], Farewell);
#pragma warning restore VSTHRD002
        }
        catch (AggregateException exception)
        {
            // Each failure was reported to whoever waited for it.
            _activity.WriteVerbose("Stopped with " + exception.InnerExceptions.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) + " downloads under way.");
        }

        _stopping.Dispose();
        _ledger?.Dispose();
    }

    private void Tell(SavedImage skipped) => _activity.WriteVerbose(
        skipped.Status == SaveStatus.InArchive ? "Skipped " + skipped + ": the archive has it." : "Skipped " + skipped + ": it is there as '" + skipped.Path + "'.");

    // One image after the other where two have one name: the second is the first one, piped again.
    private async Task<SavedImage> SaveInTurnAsync(SaveTicket ticket, TaskCompletionSource<bool> done, bool isFirst, Task? place, CancellationTokenSource linked)
    {
        var path = ticket.BasePath;
        while (!isFirst && !_running.TryAdd(path, done.Task))
        {
            if (_running.TryGetValue(path, out var before))
            {
                await before.ConfigureAwait(false);
            }
        }

        try
        {
            using (linked)
            {
                return await SaveOneAsync(ticket, place, linked.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            _running.TryRemove(path, out _);
            done.SetResult(true);
        }
    }

    private async Task<SavedImage> SaveOneAsync(SaveTicket ticket, Task? place, CancellationToken cancellationToken)
    {
        // One that waited for its name may come after everything was stopped.
        cancellationToken.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        if (ticket.Found is { } found && Report(ticket, found) is { } there)
        {
            Tell(there);
            return await FinishAsync(ticket, there, clock, cancellationToken).ConfigureAwait(false);
        }

        if (ticket.IsRepeated && !_options.Force && FileOf(ticket.Folder, ticket.Name) is { } earlier)
        {
            var repeated = new SavedImage(ticket.Image) { Path = earlier, Status = SaveStatus.AlreadyExists };
            Tell(repeated);
            return await FinishAsync(ticket, repeated, clock, cancellationToken).ConfigureAwait(false);
        }

        await (place ?? _places.WaitAsync(cancellationToken)).ConfigureAwait(false);
        var hasPlace = true;
        try
        {
            clock.Restart();
            ticket.Folder.Make();
            using var transfer = new Transfer(ticket.BasePath, _options.Hash);
            var download = await DownloadAsync(ticket, transfer, cancellationToken).ConfigureAwait(false);

            // The next one's, while this file is being put on disk: its request goes out first.
            _places.Release();
            hasPlace = false;
            await Task.Yield();
            var saved = await PlaceAsync(ticket, download, transfer, cancellationToken).ConfigureAwait(false);
            return await FinishAsync(ticket, saved, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            throw DiskError.Of(exception, ticket.BasePath);
        }
        finally
        {
            if (hasPlace)
            {
                _places.Release();
            }
        }
    }

    private async Task<Download> DownloadAsync(SaveTicket ticket, Transfer transfer, CancellationToken cancellationToken)
    {
        var (url, videoUrl) = AddressOf(ticket.Image);
        var progress = _meter.Begin(ticket.Name);
        try
        {
            var download = new Download(_session, _activity, ticket.Image, url, videoUrl, transfer, progress)
            {
                AllowsDamaged = _options.AllowDamaged,
                RateLimit = _rateLimit,
            };
            await download.RunAsync(ticket.MayHavePart || PartFile.IsThere(ticket.BasePath), cancellationToken).ConfigureAwait(false);
            return download;
        }
        catch (CivitaiException exception)
        {
            throw WithKept(exception, url, transfer);
        }
        finally
        {
            progress.End();
        }
    }

    /// <summary>An error of a download with what was kept, and with the URL in its cause: it is too long for a message, and may hold a secret.</summary>
    private CivitaiException WithKept(CivitaiException exception, string url, Transfer transfer) =>
        new(exception.Error, exception.Message, new System.Net.Http.HttpRequestException("GET " + _session.ShownUrl(url), exception.InnerException))
        {
            Target = exception.Target,
            RecommendedAction = exception.RecommendedAction,
            StatusCode = exception.StatusCode,
            KeptBytes = transfer.KeptLength > 0 ? transfer.KeptLength : null,
            TotalBytes = transfer.KeptLength > 0 ? transfer.Note?.Length : null,
        };

    private (string Url, string? VideoUrl) AddressOf(Image image)
    {
        var url = image.Url!;
        var isVideo = MediaAddress.IsVideo(image);
        if (_width is not { } width)
        {
            return (url, isVideo ? MediaAddress.OfVideo(url) : null);
        }

        url = MediaAddress.OfWidth(url, width, isVideo) ?? throw new CivitaiException(
            CivitaiError.MediaUnavailable,
            "The image's URL is not one that the service makes other widths of.")
        {
            Target = image,
            RecommendedAction = "Save it without -Width.",
        };
        return (url, isVideo ? url : null);
    }

    /// <summary>Gives the whole file its name.</summary>
    private async Task<SavedImage> PlaceAsync(SaveTicket ticket, Download download, Transfer transfer, CancellationToken cancellationToken)
    {
        var format = transfer.Scanner.Format!.Value;
        var extension = MediaFormats.ExtensionOf(format);
        var sha256 = transfer.Sha256();
        var status = download.IsDamaged ? SaveStatus.Damaged : download.WasResumed ? SaveStatus.Resumed : SaveStatus.Downloaded;
        string target;
        while (true)
        {
            var file = await transfer.CompleteAsync(cancellationToken).ConfigureAwait(false);
            target = ticket.BasePath + extension;
            var rival = RivalOf(ticket, file, target, out var isSame);
            if (isSame)
            {
                if (_options.Force)
                {
                    target = rival!;
                }
                else
                {
                    file.Delete();
                    target = rival!;
                    status = SaveStatus.AlreadyExists;
                    break;
                }
            }
            else if (rival is not null && ticket.OtherName is { } other)
            {
                target = System.IO.Path.Combine(ticket.Folder.Path, other) + extension;
            }

            if (file.TryRename(target, ticket.FileDate))
            {
                RemoveOtherFormats(ticket, target);
                break;
            }
        }

        return new SavedImage(ticket.Image)
        {
            Path = target,
            Status = status,
            Format = MediaFormats.OfExtension(target),
            Length = transfer.Length,
            Sha256 = sha256,
            Attempts = download.Attempts,
        };
    }

    /// <summary>The file, under a name that is not this image's own, that stands in the way.</summary>
    private static string? RivalOf(SaveTicket ticket, PartFile file, string target, out bool isSame)
    {
        isSame = false;
        string? rival = null;
        for (var known = ticket.Rival; known is not null; known = known.Other)
        {
            rival = System.IO.Path.Combine(ticket.Folder.Path, known.FileName!);
            if (File.Exists(rival) && file.IsSameAs(rival))
            {
                isSame = true;
                return rival;
            }
        }

        // Another run, or another program, may have put one there since the folder was read.
        if (ticket.OtherName is not null && ticket.Own is null && File.Exists(target))
        {
            isSame = file.IsSameAs(target);
            return target;
        }

        return rival;
    }

    // A file of the same image in another format has been replaced by this one.
    private void RemoveOtherFormats(SaveTicket ticket, string target)
    {
        if (!_options.Force)
        {
            return;
        }

        for (var own = ticket.Own; own is not null; own = own.Other)
        {
            var path = System.IO.Path.Combine(ticket.Folder.Path, own.FileName!);
            if (!string.Equals(path, target, StringComparison.OrdinalIgnoreCase))
            {
                DiskError.Guard(path, () => File.Delete(path));
            }
        }
    }

    /// <summary>What follows once the file is there: sidecars, ledger, report.</summary>
    private async Task<SavedImage> FinishAsync(SaveTicket ticket, SavedImage saved, Stopwatch clock, CancellationToken cancellationToken)
    {
        var path = saved.Path;
        var length = saved.Length;
        var sha256 = saved.Sha256;
        if (path is not null)
        {
            length ??= DiskError.Guard(path, () => new FileInfo(path).Length);
            if (_options.Hash)
            {
                sha256 ??= await HashAsync(path, cancellationToken).ConfigureAwait(false);
            }

            if (_options.Sidecar != Sidecar.None)
            {
                WriteSidecars(ticket, path, isNew: saved.Status is SaveStatus.Downloaded or SaveStatus.Resumed or SaveStatus.Damaged);
            }
        }

        if (_ledger is not null && saved.Status != SaveStatus.InArchive)
        {
            await _ledger.AddAsync(ticket.Key, _width, cancellationToken).ConfigureAwait(false);
        }

        if (ticket.MayHavePart || (ticket.Found is not null && ticket.Own is { HasLeftover: true }))
        {
            PartFile.DeleteLeftovers(ticket.BasePath);
        }

        return new SavedImage(saved)
        {
            Path = path,
            Status = saved.Status,
            Length = length,
            Format = saved.Format ?? (path is null ? null : MediaFormats.OfExtension(path)),
            Sha256 = sha256,
            Attempts = saved.Attempts,
            Elapsed = clock.Elapsed,
        };
    }

    private void WriteSidecars(SaveTicket ticket, string path, bool isNew)
    {
        var basePath = path.Substring(0, path.Length - System.IO.Path.GetExtension(path).Length);
        var which = _options.Sidecar;
        if (!isNew)
        {
            // What stands beside a file that was there stays as it is.
            which &= ~((File.Exists(basePath + SidecarWriter.JsonExtension) ? Sidecar.Json : Sidecar.None)
                | (File.Exists(basePath + SidecarWriter.TextExtension) ? Sidecar.Text : Sidecar.None));
        }

        SidecarWriter.Write(ticket.Image, basePath, which);
    }

    /// <summary>The report of a file that is there; null where it has gone since the folder was read.</summary>
    private static SavedImage? Report(SaveTicket ticket, SaveStatus found)
    {
        var path = ticket.Own is { FileName: { } fileName } ? System.IO.Path.Combine(ticket.Folder.Path, fileName) : null;
        var file = path is null ? null : new FileInfo(path);
        if (file is { Exists: false })
        {
            (path, file) = (null, null);
        }

        if (file is null && found == SaveStatus.AlreadyExists)
        {
            return null;
        }

        return new SavedImage(ticket.Image)
        {
            Path = path,
            Status = found,
            Length = file?.Length,
            Format = path is null ? null : MediaFormats.OfExtension(path),
        };
    }

    private static string? FileOf(IndexedFolder folder, string name)
    {
        foreach (var extension in MediaFormats.KnownExtensions)
        {
            var path = System.IO.Path.Combine(folder.Path, name + extension);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            int count;
            while ((count = await file.ReadAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(buffer, 0, count);
            }

            return Hexadecimal.Of(hash.GetHashAndReset());
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            throw DiskError.Of(exception, path);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
