using System;
using System.Collections.Generic;
using System.IO;

namespace Civitai.Client.Downloads;

/// <summary>A folder's files as they were when it was first looked at: read once, and known by name without extension and without case.</summary>
internal sealed class IndexedFolder
{
    private readonly Dictionary<string, IndexedFile> _files = new(StringComparer.OrdinalIgnoreCase);
    private volatile bool _isMade;

    /// <summary>Reads a folder, which need not be there.</summary>
    internal IndexedFolder(string path)
    {
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
            throw new CivitaiException(CivitaiError.FileWriteFailed, "The folder '" + path + "' cannot be read: " + exception.Message.TrimEnd('.') + ".", exception) { Target = path };
        }
    }

    /// <summary>The full path.</summary>
    internal string Path { get; }

    /// <summary>What is there under a name, or null.</summary>
    /// <param name="name">The name without extension.</param>
    internal IndexedFile? Find(string name) => _files.TryGetValue(name, out var file) ? file : null;

    /// <summary>What media is there under a name, or null.</summary>
    /// <param name="name">The name without extension.</param>
    internal IndexedFile? FindMedia(string name) => Find(name) is { FileName: not null } file ? file : null;

    /// <summary>Makes the folder if it is not there.</summary>
    internal void Make()
    {
        if (!_isMade)
        {
            DiskError.Guard(Path, () => Directory.CreateDirectory(Path));
            _isMade = true;
        }
    }

    private void Add(string fileName)
    {
        if (MediaFormats.KnownExtensionAtEnd(fileName) is { } extension)
        {
            AddMedia(fileName, fileName.Substring(0, fileName.Length - extension.Length));
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
        if (!_files.TryGetValue(name, out var entry))
        {
            entry = new IndexedFile();
            _files.Add(name, entry);
        }

        return entry;
    }
}
