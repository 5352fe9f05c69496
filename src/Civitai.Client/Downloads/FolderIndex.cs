using System;
using System.Collections.Generic;
using System.IO;

namespace Civitai.Client.Downloads;

/// <summary>
/// The folders that images are saved into, each read once, when the first image asks for it. Folders are looked up by one thread at a time; whether they are still
/// where they were may be asked on any.
/// </summary>
internal sealed class FolderIndex
{
    private readonly string _root;
    private readonly bool _rootIsLink;
    private readonly Dictionary<string, IndexedFolder> _folders = new(StringComparer.Ordinal);

    internal FolderIndex(string root)
    {
        _root = root;
        _rootIsLink = IsLink(new DirectoryInfo(root));
    }

    /// <summary>A folder below the root.</summary>
    /// <param name="relative">The safe relative path with <c>/</c>, or nothing for the root itself.</param>
    /// <exception cref="CivitaiException">The folder cannot be read, or a link leads out of the root.</exception>
    internal IndexedFolder this[string relative]
    {
        get
        {
            if (!_folders.TryGetValue(relative, out var folder))
            {
                EnsureInside(relative);
                folder = new IndexedFolder(this, relative, relative.Length == 0 ? _root : Path.Combine(_root, relative.Replace('/', Path.DirectorySeparatorChar)));
                _folders.Add(relative, folder);
            }

            return folder;
        }
    }

    /// <summary>Checks that a folder is inside the root. The root may be a link if it was one from the beginning; what is below it may be one only if it stays inside.</summary>
    /// <exception cref="CivitaiException"><see cref="CivitaiError.FileWriteFailed"/>.</exception>
    internal void EnsureInside(string relative)
    {
        if (!_rootIsLink && IsLink(new DirectoryInfo(_root)))
        {
            throw new CivitaiException(
                CivitaiError.FileWriteFailed,
                "The folder '" + _root + "' has been replaced by a link since this command began. Nothing is written outside the folder that was given.")
            {
                Target = _root,
            };
        }

        if (relative.Length == 0)
        {
            return;
        }

        var path = _root;
        foreach (var segment in relative.Split('/'))
        {
            path = Path.Combine(path, segment);
            var folder = new DirectoryInfo(path);
            if (!folder.Exists && !IsLink(folder))
            {
                return;
            }

            if (IsLink(folder) && !StaysInside(folder))
            {
                throw new CivitaiException(
                    CivitaiError.FileWriteFailed,
                    "The folder '" + path + "' is a link to a location outside '" + _root + "'. Nothing is written outside the folder that was given.")
                {
                    Target = path,
                };
            }
        }
    }

    private static bool IsLink(DirectoryInfo folder) => (int)folder.Attributes != -1 && (folder.Attributes & FileAttributes.ReparsePoint) == FileAttributes.ReparsePoint;

#if NET
    private bool StaysInside(DirectoryInfo link)
    {
        try
        {
            var root = RealPath(_root);
            var target = RealPath(link.FullName);
            return target.StartsWith(root.EndsWith(Path.DirectorySeparatorChar) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // A link that leads nowhere, or round in a circle.
            return false;
        }
    }

    /// <summary>A path with every link in it followed.</summary>
    private static string RealPath(string path)
    {
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        foreach (var segment in full.Substring(real.Length).Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, segment);
            if (new DirectoryInfo(real).ResolveLinkTarget(returnFinalTarget: true) is { } target)
            {
                // The target's own path may lead through links too.
                real = RealPath(target.FullName);
            }
        }

        return real;
    }
#else
    // The older framework cannot tell where a link leads.
    private static bool StaysInside(DirectoryInfo link)
    {
        _ = link;
        return false;
    }
#endif
}
