using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Downloads;

/// <summary>
/// Gives a complete file its name, and its sidecars theirs. Bytes are on the disk before any of them has a name. A name that holds the image's id is the image's own and
/// replaces what has it; any other is taken only where it is free, which of two runs one finds out, and the other takes <c>NAME (Id)</c>.
/// </summary>
internal sealed class FileCommitter
{
    // What somebody takes away again and again is given up on.
    private const int MaximumTries = 10;

    private readonly DiskContext _disk;
    private readonly Sidecar _sidecars;
    private readonly bool _replacesSame;

    /// <summary>Prepares for one run.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="sidecars">What is written beside each file.</param>
    /// <param name="replacesSame">Whether a file of the same bytes is replaced all the same (<c>-Force</c>).</param>
    internal FileCommitter(DiskContext disk, Sidecar sidecars, bool replacesSame)
    {
        _disk = disk;
        _sidecars = sidecars;
        _replacesSame = replacesSame;
    }

    /// <summary>Gives what was downloaded its name.</summary>
    /// <returns>The path, and whether the file is new: otherwise one with the same bytes was there and stays.</returns>
    /// <exception cref="CivitaiException"><see cref="CivitaiError.FileWriteFailed"/>.</exception>
    internal async Task<(string Path, bool IsNew)> CommitAsync(SaveTicket ticket, Transfer transfer, CancellationToken cancellationToken)
    {
        var extension = MediaFormats.ExtensionOf(transfer.Scanner.Format!.Value);
        using var sidecars = SidecarSet.Create(_disk, ticket.Folder, ticket.BasePath, ticket.Image, _sidecars);
        var place = new Place(ticket.BasePath, ticket.OtherName is null);
        for (var tries = 0; tries < MaximumTries; tries++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await transfer.CompleteAsync(cancellationToken).ConfigureAwait(false) is not { } file)
            {
                break;
            }

            if (await FindSameAsync(ticket, file, cancellationToken).ConfigureAwait(false) is { } same)
            {
                if (!_replacesSame)
                {
                    transfer.Remove();
                    return (same, false);
                }

                (place, extension) = (new Place(WithoutExtension(same), IsOwn: true) { KeepsSidecars = true }, Path.GetExtension(same));
            }

            await FlushAsync(ticket, file, sidecars, cancellationToken).ConfigureAwait(false);
            ticket.Folder.EnsureInside();
            while (true)
            {
                var result = await MoveAsync(file, place, extension, sidecars, cancellationToken).ConfigureAwait(false);
                if (result == AtomicFile.MoveResult.Moved)
                {
                    transfer.End();
#if !NET
                    // Here the date can only be set by name, and closing the file would set it again.
                    file.Close();
                    if (ticket.FileDate is { } date)
                    {
                        file.SetDate(date);
                    }
#endif
                    return (place.BasePath + extension, true);
                }

                if (result == AtomicFile.MoveResult.Gone)
                {
                    _disk.Activity.WriteVerbose("Another program removed '" + file.Path + "' before it had its name.");
                    break;
                }

                var target = place.BasePath + extension;
                if (File.Exists(target) && await SavedFile.IsSameAsync(_disk, target, file, cancellationToken).ConfigureAwait(false))
                {
                    if (!_replacesSame)
                    {
                        transfer.Remove();
                        return (target, false);
                    }

                    place = place with { IsOwn = true, KeepsSidecars = true };
                    continue;
                }

                place = new Place(Path.Combine(ticket.Folder.Path, ticket.OtherName!), IsOwn: true);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        var path = place.BasePath + extension;

        // The other run has finished it with the part that this one had.
        return SavedFile.IsThere(path, out _)
            ? (path, false)
            : throw DiskError.Of(new FileNotFoundException("another program removed it while it was being saved"), path);
    }

    private static async Task FlushAsync(SaveTicket ticket, AtomicFile file, SidecarSet sidecars, CancellationToken cancellationToken)
    {
#if NET
        if (ticket.FileDate is { } date)
        {
            file.SetDate(date);
        }
#endif
        try
        {
            var flush = file.FlushAsync(cancellationToken);
            await sidecars.FlushAsync(cancellationToken).ConfigureAwait(false);
            await flush.ConfigureAwait(false);
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            throw DiskError.Of(exception, ticket.BasePath);
        }
    }

    private static async Task<AtomicFile.MoveResult> MoveAsync(AtomicFile file, Place place, string extension, SidecarSet sidecars, CancellationToken cancellationToken)
    {
        // The sidecars' names are the same whatever the format: they decide who has the name where it is not the image's own.
        if (!place.IsOwn && !await sidecars.TryClaimAsync(place.BasePath, cancellationToken).ConfigureAwait(false))
        {
            return AtomicFile.MoveResult.Exists;
        }

        var result = await file.MoveAsync(place.BasePath + extension, replaces: place.IsOwn, cancellationToken).ConfigureAwait(false);
        if (result == AtomicFile.MoveResult.Moved && place.IsOwn)
        {
            await (place.KeepsSidecars ? sidecars.AddMissingAsync(place.BasePath, cancellationToken) : sidecars.ReplaceAsync(place.BasePath, cancellationToken)).ConfigureAwait(false);
        }

        return result;
    }

    // What stood under the wanted name before this run, whoever's it is.
    private async Task<string?> FindSameAsync(SaveTicket ticket, AtomicFile file, CancellationToken cancellationToken)
    {
        for (var known = ticket.Rival; known is not null; known = known.Other)
        {
            var path = Path.Combine(ticket.Folder.Path, known.FileName!);
            if (await SavedFile.IsSameAsync(_disk, path, file, cancellationToken).ConfigureAwait(false))
            {
                return path;
            }
        }

        return null;
    }

    private static string WithoutExtension(string path) => path.Substring(0, path.Length - Path.GetExtension(path).Length);

    /// <summary>Where a file may go.</summary>
    /// <param name="BasePath">The path without extension.</param>
    /// <param name="IsOwn">Whether the name is the image's own, so that it replaces what has it.</param>
    private readonly record struct Place(string BasePath, bool IsOwn)
    {
        /// <summary>Whether sidecars that stand there stay.</summary>
        internal bool KeepsSidecars { get; init; }
    }
}
