using System.Collections.Concurrent;
using Civitai.Client.Downloads;

namespace Civitai.Client.Tests.Downloads;

/// <summary>A disk that does what a test says before it does what it is asked, and keeps a list of it.</summary>
internal sealed class FlakyFiles : FileOperations
{
    /// <summary>What was asked for, in order: <c>flush 5.png</c>, <c>move a b</c>, …; names without folders.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Is called before each of these calls; what it throws is what the disk answers.</summary>
    public Action<string>? Before { get; set; }

    internal override FileStream CreateNew(string path, long length)
    {
        Note("create " + Name(path));
        return base.CreateNew(path, length);
    }

    internal override FileStream OpenExclusive(string path)
    {
        Note("open " + Name(path));
        return base.OpenExclusive(path);
    }

    internal override FileStream OpenRead(string path)
    {
        Note("read " + Name(path));
        return base.OpenRead(path);
    }

    internal override void SetLastWriteTime(FileStream? stream, string path, DateTime date)
    {
        Note("date " + Name(path));
        base.SetLastWriteTime(stream, path, date);
    }

    internal override void Flush(FileStream stream)
    {
        Note("flush " + Name(stream.Name));
        base.Flush(stream);
    }

    internal override void FlushFolder(string path)
    {
        Note("flush folder");
        base.FlushFolder(path);
    }

    internal override bool TryMoveNew(string source, string target)
    {
        Note("move " + Name(source) + " " + Name(target));
        return base.TryMoveNew(source, target);
    }

    internal override void Replace(string source, string target)
    {
        Note("replace " + Name(source) + " " + Name(target));
        base.Replace(source, target);
    }

    internal override void Delete(string path)
    {
        Note("delete " + Name(path));
        base.Delete(path);
    }

    // One name for all temporary files: what is between its beginning and its end is random.
    private static string Name(string path) => AtomicFile.IsTemporaryName(Path.GetFileName(path)) ? "temporary" : Path.GetFileName(path);

    private void Note(string call)
    {
        Calls.Enqueue(call);
        Before?.Invoke(call);
    }
}
