using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading;

namespace Civitai.Client.Downloads;

/// <summary>
/// A folder's files as they were when it was first looked at: read once, and known by name without extension, without case and in one Unicode form (a Mac
/// decomposes the accents of names, the others do not).
/// </summary>
internal sealed class IndexedFolder
{
    private readonly Dictionary<string, IndexedFile> _files = new(StringComparer.OrdinalIgnoreCase);
    private readonly FolderIndex _index;
    private readonly string _relative;
    private List<string>? _leftovers;
    private volatile bool _isMade;

    /// <summary>Reads a folder, which need not exist.</summary>
    internal IndexedFolder(FolderIndex index, string relative, string path)
    {
        _index = index;
        _relative = relative;
        Path = path;
        try
        {
            foreach (var file in Directory.EnumerateFiles(path))
            {
                _isMade = true;
                Add(System.IO.Path.GetFileName(file));
            }
        }
        catch (DirectoryNotFoundException)
        {
            // It is made when the first file comes.
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            throw File.Exists(path)
                ? new CivitaiException(CivitaiError.FileWriteFailed, "The folder '" + path + "' cannot be made: a file of this name exists.", exception) { Target = path }
                : new CivitaiException(CivitaiError.FileUnreadable, "The folder '" + path + "' cannot be read: " + Reason(exception) + ".", exception) { Target = path };
        }

        static string Reason(Exception exception) => exception is UnauthorizedAccessException ? "access is denied" : exception.Message.TrimEnd('.');
    }

    /// <summary>The full path.</summary>
    internal string Path { get; }

    /// <summary>What is there under a name, or null.</summary>
    /// <param name="name">The name without extension.</param>
    internal IndexedFile? Find(string name) => _files.TryGetValue(Composed(name), out var file) ? file : null;

    /// <summary>What media is there under a name, or null.</summary>
    /// <param name="name">The name without extension.</param>
    internal IndexedFile? FindMedia(string name) => Find(name) is { FileName: not null } file ? file : null;

    /// <summary>Whether runs that were killed have left temporary files.</summary>
    internal bool HasLeftovers => Volatile.Read(ref _leftovers) is not null;

    /// <summary>Makes the folder if it does not exist, and removes what killed runs have left in it.</summary>
    /// <param name="disk">The disk.</param>
    internal void Make(DiskContext disk)
    {
        if (!_isMade)
        {
            Create(disk);
            _isMade = true;
        }

        foreach (var leftover in Interlocked.Exchange(ref _leftovers, null) ?? [])
        {
            AtomicFile.RemoveLeftover(disk, System.IO.Path.Combine(Path, leftover));
        }
    }

    /// <summary>Creates and locks a file in the folder, which is made again if somebody has removed it. No file of the name may exist.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="path">The full path.</param>
    /// <param name="length">The bytes to set aside, or 0.</param>
    internal FileStream CreateNew(DiskContext disk, string path, long length)
    {
        EnsureInside();
        FileStream file;
        try
        {
            file = disk.Files.CreateNew(path, length);
        }
        catch (DirectoryNotFoundException)
        {
            Create(disk);
            file = disk.Files.CreateNew(path, length);
        }

        try
        {
            // Nothing has been written yet, should the folder have been replaced between the one and the other.
            EnsureInside();
            return file;
        }
        catch (CivitaiException)
        {
            disk.Files.Delete(path);
            file.Dispose();
            throw;
        }
    }

    /// <summary>Checks that the folder is still inside the one that was given: somebody may have put a link in its place.</summary>
    /// <exception cref="CivitaiException"><see cref="CivitaiError.FileWriteFailed"/>.</exception>
    internal void EnsureInside() => _index.EnsureInside(_relative);

    private void Create(DiskContext disk)
    {
        EnsureInside();
        var parents = new List<string>();
        for (var folder = Path; !Directory.Exists(folder) && System.IO.Path.GetDirectoryName(folder) is { Length: > 0 } parent; folder = parent)
        {
            parents.Add(parent);
        }

        DiskError.Guard(Path, () => Directory.CreateDirectory(Path));
        foreach (var parent in parents)
        {
            // A file in a folder that the disk does not know yet would be lost with it.
            disk.FlushFolder(parent);
        }
    }

    private void Add(string fileName)
    {
        if (MediaFormats.KnownExtensionAtEnd(fileName) is { } extension)
        {
            AddMedia(fileName, fileName.Substring(0, fileName.Length - extension.Length));
        }
        else if (AtomicFile.IsTemporaryName(fileName))
        {
            (_leftovers ??= []).Add(fileName);
        }
        else if (fileName.EndsWith(PartFile.Extension, StringComparison.Ordinal))
        {
            Entry(fileName.Substring(0, fileName.Length - PartFile.Extension.Length)).HasLeftover = true;
        }
        else if (fileName.EndsWith(PartFile.NoteExtension, StringComparison.Ordinal))
        {
            Entry(fileName.Substring(0, fileName.Length - PartFile.NoteExtension.Length)).HasLeftover = true;
        }
    }

    private void AddMedia(string fileName, string name)
    {
        var entry = Entry(name);
        if (entry.FileName is null)
        {
            entry.FileName = fileName;
        }
        else
        {
            entry.Other = new IndexedFile { FileName = fileName, Other = entry.Other };
        }
    }

    private IndexedFile Entry(string name)
    {
        name = Composed(name);
        if (!_files.TryGetValue(name, out var entry))
        {
            entry = new IndexedFile();
            _files.Add(name, entry);
        }

        return entry;
    }

    // Nearly every name is of ASCII alone, and the same in every form.
    private static string Composed(string name)
    {
        foreach (var c in name)
        {
            if (c >= 128)
            {
                return Normalized(name);
            }
        }

        return name;
    }

    private static string Normalized(string name)
    {
        try
        {
            return name.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            // Bytes that are no text: no name that is made here has such.
            return name;
        }
    }
}
