using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Civitai.Client.Http;

namespace Civitai.Client.Downloads;

/// <summary>Saves images into one folder: plans on the caller's thread, fetches on others.</summary>
internal sealed class ImageSaver : IImageSaver
{
    // How long Dispose waits for running downloads to close their files.
    private static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(5);

    // Bytes to reserve for the longest suffix of a name: ".part.info".
    private const int LongestExtension = 10;

    private readonly SaveOptions _options;
    private readonly HttpSession _session;
    private readonly IActivity _activity;
    private readonly DiskContext _disk;
    private readonly FileCommitter _committer;
    private readonly FileNameTemplate? _template;
    private readonly FolderIndex _folders;
    private readonly NameReservations _names = new();
    private readonly TransferMeter _meter;
    private readonly RateLimiter? _rateLimit;
    private readonly SemaphoreSlim _places;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, Task> _running = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, string> _elsewhere = new(StringComparer.Ordinal);
    private readonly int? _width;
    private readonly string _suffix;
    private ArchiveLedger? _ledger;

    internal ImageSaver(ConnectionSettings connection, SaveOptions options, IActivity activity)
        : this(new HttpSession(connection, activity), options, activity)
    {
    }

    internal ImageSaver(HttpSession session, SaveOptions options, IActivity activity, FileOperations? files = null, TimeProvider? time = null)
    {
        _options = options;
        _activity = activity;
        _disk = new DiskContext(files ?? FileOperations.Default, activity, time ?? TimeProvider.System);
        _committer = new FileCommitter(_disk, options.Sidecar, options.Force);
        _template = options.FileName is null ? null : FileNameTemplate.Parse(options.FileName);
        _folders = new FolderIndex(options.Folder);
        _meter = new TransferMeter(options.ThrottleLimit);
        _rateLimit = options.RateLimit is { } limit ? new RateLimiter(limit, _disk.Time) : null;
        _places = new SemaphoreSlim(options.ThrottleLimit);
        _session = session;
        _width = options.Width is { } width ? MediaAddress.WidthOnLadder(width) : null;
        _suffix = _width is { } pixels ? FormattableString.Invariant($"@{pixels}") : string.Empty;
    }

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        EnsureFolder();
        if (_options.Archive is { } archive)
        {
            _ledger = await ArchiveLedger.OpenAsync(_disk, archive, _options.WhatIf, cancellationToken).ConfigureAwait(false);
        }
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
            var there = FindSaved(folder, isOwn ? main : other);
            return new SaveTicket(image, key, SaveStatus.InArchive, folder, main) { Own = there, IsRepeated = _names.IsClaimed(relative, main, key) };
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

        if (isOwn && !_options.Force && FindSaved(folder, chosen) is { } saved)
        {
            return new SaveTicket(image, key, SaveStatus.AlreadyExists, folder, chosen) { Own = saved, Replaced = folder.FindMedia(chosen), MayHavePart = folder.Find(chosen) is { HasLeftover: true } };
        }

        if (_session.CheckMediaAddress(image.Url, image, out _) is { } refusal)
        {
            throw refusal;
        }

        var media = folder.FindMedia(chosen);
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
            Replaced = media,
            OtherName = isOwn ? null : other,
            IsRepeated = claim == NameClaim.Repeated,
            MayHavePart = folder.Find(chosen) is { HasLeftover: true },
        };
    }

    /// <inheritdoc/>
    public Task<SavedImage> SaveAsync(SavePlan plan, CancellationToken cancellationToken)
    {
        var ticket = (SaveTicket)plan;
        if (ticket.Found is { } found && !_options.Hash && _options.Sidecar == Sidecar.None && (_ledger is null || found == SaveStatus.InArchive)
            && !ticket.IsRepeated && !ticket.MayHavePart && !ticket.Folder.HasLeftovers && Report(ticket, found) is { } saved)
        {
            // The usual case of a second run: no thread is changed for it.
            Tell(saved);
            return Task.FromResult(saved);
        }

        // Queue for the name and the slot synchronously, so that duplicates and requests keep the order of the calls.
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isFirst = _running.TryAdd(ticket.BasePath, done.Task);
        var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);

        // A save that is still waiting for its file name must not take a download slot: the save that holds the name may itself be waiting for one.
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
            Task.WaitAll([.. _running.Values], ShutdownTime);
#pragma warning restore VSTHRD002
        }
        catch (AggregateException exception)
        {
            // Each failure was reported to whoever waited for it.
            _activity.WriteVerbose("Stopped with " + exception.InnerExceptions.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) + " downloads under way.");
        }

        _stopping.Dispose();
        _ledger?.Dispose();
        _disk.Dispose();
    }

    private void EnsureFolder()
    {
        for (var folder = _options.Folder; folder is { Length: > 0 } && !Directory.Exists(folder); folder = System.IO.Path.GetDirectoryName(folder))
        {
            if (File.Exists(folder))
            {
                throw new CivitaiException(
                    CivitaiError.PathNotFolder,
                    folder == _options.Folder
                        ? "The path '" + folder + "' is a file, not a folder."
                        : "The folder '" + _options.Folder + "' cannot be made: '" + folder + "' is a file.")
                {
                    Target = _options.Folder,
                    RecommendedAction = "Specify a folder with -Path; it is created if it does not exist.",
                };
            }
        }
    }

    /// <summary>The file that counts as saved under a name, or null.</summary>
    private static IndexedFile? FindSaved(IndexedFolder folder, string name)
    {
        for (var file = folder.FindMedia(name); file is not null; file = file.Other)
        {
            if (SavedFile.IsThere(System.IO.Path.Combine(folder.Path, file.FileName!), out _))
            {
                return file;
            }
        }

        return null;
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
        if (await FindAsync(ticket, cancellationToken).ConfigureAwait(false) is { } there)
        {
            Tell(there);
            return await FinishAsync(ticket, there, clock, cancellationToken).ConfigureAwait(false);
        }

        await (place ?? _places.WaitAsync(cancellationToken)).ConfigureAwait(false);
        var hasPlace = true;
        try
        {
            clock.Restart();
            ticket.Folder.Make(_disk);
            using var transfer = new Transfer(_disk, ticket.Folder, ticket.BasePath, _options.Hash);
            if (await DownloadAsync(ticket, transfer, cancellationToken).ConfigureAwait(false) is not { } download)
            {
                var other = new SavedImage(ticket.Image) { Path = FileOf(ticket.Folder, ticket.Name), Status = SaveStatus.AlreadyExists };
                Tell(other);
                return await FinishAsync(ticket, other, clock, cancellationToken).ConfigureAwait(false);
            }

            // Release the slot before the file is put on disk, so that the next request is sent meanwhile.
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

    /// <summary>What is there already and can be reported without a request, or null.</summary>
    private async Task<SavedImage?> FindAsync(SaveTicket ticket, CancellationToken cancellationToken)
    {
        if (ticket.IsRepeated && !_options.Force && EarlierPath(ticket) is { } earlier)
        {
            return new SavedImage(ticket.Image) { Path = earlier, Status = ticket.Found ?? SaveStatus.AlreadyExists };
        }

        if (ticket.Found is not { } found || Report(ticket, found) is not { } there || there.Path is null || found == SaveStatus.InArchive || _ledger is null)
        {
            return ticket.Found is { } status ? Report(ticket, status) : null;
        }

        // What enters the archive is not looked at again.
        var (isWhole, sha256) = await SavedFile.ReadAsync(_disk, there.Path, _options.Hash, cancellationToken).ConfigureAwait(false);
        if (isWhole)
        {
            return new SavedImage(there) { Path = there.Path, Status = found, Length = there.Length, Format = there.Format, Sha256 = sha256 };
        }

        _activity.WriteVerbose("The file '" + there.Path + "' has no end; fetching it again.");
        return null;
    }

    private string? EarlierPath(SaveTicket ticket) =>
        _elsewhere.TryGetValue(ticket.BasePath, out var path) && File.Exists(path) ? path : FileOf(ticket.Folder, ticket.Name);

    /// <summary>Fetches the file.</summary>
    /// <returns>Null where another run, which was waited for, has saved it meanwhile.</returns>
    private async Task<Download?> DownloadAsync(SaveTicket ticket, Transfer transfer, CancellationToken cancellationToken)
    {
        var (url, videoUrl) = AddressOf(ticket.Image);
        var progress = _meter.Begin(ticket.Name);
        try
        {
            if (ticket.MayHavePart || PartFile.IsThere(ticket.BasePath))
            {
                await transfer.TakeUpAsync(wanted => wanted == url || wanted == videoUrl, waits: ticket.OtherName is null, cancellationToken).ConfigureAwait(false);
                if (transfer.HasWaited && transfer.Length == 0 && !_options.Force && FileOf(ticket.Folder, ticket.Name) is not null)
                {
                    return null;
                }
            }

            var download = new Download(_session, _activity, ticket.Image, url, videoUrl, transfer, progress)
            {
                AllowsDamaged = _options.AllowDamaged,
                RateLimit = _rateLimit,
            };
            await download.RunAsync(cancellationToken).ConfigureAwait(false);
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
        var sha256 = transfer.Sha256();
        var length = transfer.Length;
        var (path, isNew) = await _committer.CommitAsync(ticket, transfer, cancellationToken).ConfigureAwait(false);
        if (isNew)
        {
            RemoveReplaced(ticket, path);
        }

        if (!path.StartsWith(ticket.BasePath + ".", StringComparison.Ordinal))
        {
            // Should the image be piped again, this is where it is.
            _elsewhere[ticket.BasePath] = path;
        }

        return new SavedImage(ticket.Image)
        {
            Path = path,
            Status = !isNew ? SaveStatus.AlreadyExists
                : download.IsDamaged ? SaveStatus.Damaged
                : download.WasResumed ? SaveStatus.Resumed
                : SaveStatus.Downloaded,
            Format = MediaFormats.OfExtension(path),
            Length = length,
            Sha256 = sha256,
            Attempts = download.Attempts,
        };
    }

    // With -Force a file of the same image in another format has been replaced by this one, and so has one that was none.
    private static void RemoveReplaced(SaveTicket ticket, string saved)
    {
        for (var file = ticket.Replaced; file is not null; file = file.Other)
        {
            var path = System.IO.Path.Combine(ticket.Folder.Path, file.FileName!);
            if (!string.Equals(path, saved, StringComparison.OrdinalIgnoreCase))
            {
                DiskError.Guard(path, () => File.Delete(path));
            }
        }
    }

    /// <summary>What follows once the file has its name: missing sidecars, archive, report.</summary>
    private async Task<SavedImage> FinishAsync(SaveTicket ticket, SavedImage saved, Stopwatch clock, CancellationToken cancellationToken)
    {
        var path = saved.Path;
        var length = saved.Length;
        var sha256 = saved.Sha256;
        var isNew = saved.Status is SaveStatus.Downloaded or SaveStatus.Resumed or SaveStatus.Damaged;
        if (path is not null)
        {
            length ??= new FileInfo(path).Length;
            if (_options.Hash)
            {
                sha256 ??= (await SavedFile.ReadAsync(_disk, path, hash: true, cancellationToken).ConfigureAwait(false)).Sha256;
            }

            if (_options.Sidecar != Sidecar.None && !isNew)
            {
                await AddMissingSidecarsAsync(ticket, path, cancellationToken).ConfigureAwait(false);
            }

            if (isNew || (_ledger is not null && saved.Status != SaveStatus.InArchive))
            {
                // A name that the disk does not know yet must not enter the archive.
                await _disk.FlushFolderAsync(ticket.Folder.Path, cancellationToken).ConfigureAwait(false);
            }
        }

        if (_ledger is not null && saved.Status != SaveStatus.InArchive)
        {
            await _ledger.AddAsync(ticket.Key, _width, cancellationToken).ConfigureAwait(false);
        }

        if (ticket.MayHavePart)
        {
            PartFile.DeleteLeftovers(_disk, ticket.BasePath);
        }

        if (ticket.Folder.HasLeftovers)
        {
            ticket.Folder.Make(_disk);
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

    // What stands beside a file that was there stays as it is.
    private async Task AddMissingSidecarsAsync(SaveTicket ticket, string path, CancellationToken cancellationToken)
    {
        var basePath = path.Substring(0, path.Length - System.IO.Path.GetExtension(path).Length);
        var missing = _options.Sidecar
            & ~((File.Exists(basePath + SidecarSet.JsonExtension) ? Sidecar.Json : Sidecar.None)
                | (File.Exists(basePath + SidecarSet.TextExtension) ? Sidecar.Text : Sidecar.None));
        if (missing == Sidecar.None)
        {
            return;
        }

        using var sidecars = SidecarSet.Create(_disk, ticket.Folder, basePath, ticket.Image, missing);
        await sidecars.FlushAsync(cancellationToken).ConfigureAwait(false);
        await sidecars.AddMissingAsync(basePath, cancellationToken).ConfigureAwait(false);
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
            if (SavedFile.IsThere(path, out _))
            {
                return path;
            }
        }

        return null;
    }
}
