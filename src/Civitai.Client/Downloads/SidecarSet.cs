using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Downloads;

/// <summary>What is written beside a saved file (the complete item, the infotext), under temporary names until it is known beside which file.</summary>
internal sealed class SidecarSet : IDisposable
{
    internal const string JsonExtension = ".json";
    internal const string TextExtension = ".txt";

    private readonly DiskContext _disk;
    private readonly Image _image;
    private readonly List<(string Extension, byte[] Content, AtomicFile File)> _sidecars = [];

    private SidecarSet(DiskContext disk, Image image)
    {
        _disk = disk;
        _image = image;
    }

    /// <summary>Writes the sidecars of an image under temporary names.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="folder">The folder that they will stand in.</param>
    /// <param name="basePath">The path of the media file without extension, as an error names it.</param>
    /// <param name="image">The image.</param>
    /// <param name="which">Which are wanted.</param>
    internal static SidecarSet Create(DiskContext disk, IndexedFolder folder, string basePath, Image image, Sidecar which)
    {
        var set = new SidecarSet(disk, image);
        try
        {
            if ((which & Sidecar.Json) == Sidecar.Json)
            {
                var json = image.ToJson() is { } text ? JsonIndenter.Indent(Encoding.UTF8.GetBytes(text)) : RecordJson.Of(image);
                set.Add(folder, basePath, JsonExtension, json);
            }

            // An image without generation data has no infotext.
            if ((which & Sidecar.Text) == Sidecar.Text && ((image.GetContent() as RecordContent)?.Infotext ?? image.Meta?.ToString()) is { Length: > 0 } infotext)
            {
                set.Add(folder, basePath, TextExtension, Encoding.UTF8.GetBytes(infotext));
            }

            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    /// <summary>Has all of them written to the disk itself.</summary>
    internal async Task FlushAsync(CancellationToken cancellationToken)
    {
        foreach (var flush in _sidecars.Select(sidecar => sidecar.File.FlushAsync(cancellationToken)).ToArray())
        {
            await flush.ConfigureAwait(false);
        }
    }

    /// <summary>Puts them beside a file whose name is the image's own, in place of earlier ones.</summary>
    internal async Task ReplaceAsync(string basePath, CancellationToken cancellationToken)
    {
        foreach (var (extension, _, file) in _sidecars)
        {
            await MoveAsync(file, basePath + extension, replaces: true, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Puts those beside a file that have no name taken there; the others stay as they are.</summary>
    internal async Task AddMissingAsync(string basePath, CancellationToken cancellationToken)
    {
        foreach (var (extension, _, file) in _sidecars)
        {
            var path = basePath + extension;
            if (await MoveAsync(file, path, replaces: false, cancellationToken).ConfigureAwait(false) == AtomicFile.MoveResult.Exists && Directory.Exists(path))
            {
                throw DiskError.Of(new IOException("a folder of this name exists"), path);
            }
        }
    }

    /// <summary>
    /// Takes the names beside a file whose name does not hold the id, and with them the name itself: of two runs only one gets them.
    /// </summary>
    /// <returns>False where one of the names is taken, by a file of the user's or by another image. Those that were put in place are moved on by <see cref="ReplaceAsync"/>.</returns>
    internal async Task<bool> TryClaimAsync(string basePath, CancellationToken cancellationToken)
    {
        foreach (var (extension, content, file) in _sidecars)
        {
            if (await MoveAsync(file, basePath + extension, replaces: false, cancellationToken).ConfigureAwait(false) == AtomicFile.MoveResult.Exists
                && !IsOfImage(basePath + extension, content))
            {
                return false;
            }
        }

        return true;
    }

    public void Dispose()
    {
        foreach (var (_, _, file) in _sidecars)
        {
            file.Dispose();
        }
    }

    private static async Task<AtomicFile.MoveResult> MoveAsync(AtomicFile file, string target, bool replaces, CancellationToken cancellationToken)
    {
        var result = await file.MoveAsync(target, replaces, cancellationToken).ConfigureAwait(false);
        return result == AtomicFile.MoveResult.Gone
            ? throw DiskError.Of(new FileNotFoundException("another program removed it while it was being written"), target)
            : result;
    }

    private void Add(IndexedFolder folder, string basePath, string extension, byte[] content)
    {
        var file = AtomicFile.Create(_disk, folder, 0, basePath + extension);
        _sidecars.Add((extension, content, file));
        try
        {
            file.Write(content, content.Length);
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            throw DiskError.Of(exception, basePath + extension);
        }
    }

    /// <summary>Whether a sidecar that exists is this image's: another run may be saving the same image at this moment.</summary>
    private bool IsOfImage(string path, byte[] content)
    {
        try
        {
            if (!SavedFile.HasBytes(path))
            {
                return false;
            }

            using var file = _disk.Files.OpenRead(path);
            if (file.Length > Math.Max(content.Length, LongestRecord))
            {
                return false;
            }

            using var copy = new MemoryStream();
            file.CopyTo(copy);
            var bytes = copy.ToArray();
            return bytes.AsSpan().SequenceEqual(content) || (path.EndsWith(JsonExtension, StringComparison.Ordinal) && IsRecordOfImage(bytes));
        }
        catch (Exception exception) when (DiskError.Is(exception) || exception is JsonException)
        {
            _disk.Activity.WriteVerbose("The file '" + path + "' is taken for another image's: " + exception.Message);
            return false;
        }
    }

    // Of a workflow the largest are some MB.
    private const long LongestRecord = 64L * 1024 * 1024;

    private bool IsRecordOfImage(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            var isId = reader.ValueTextEquals("id"u8) || reader.ValueTextEquals("Id"u8);
            var isUrl = _image.Id <= 0 && (reader.ValueTextEquals("url"u8) || reader.ValueTextEquals("Url"u8));
            if (!reader.Read())
            {
                return false;
            }

            if ((isId && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var id) && id == _image.Id)
                || (isUrl && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(_image.Url)))
            {
                return true;
            }
        }

        return false;
    }
}
