using Microsoft.Win32.SafeHandles;

namespace PowerCutTest;

/// <summary>What is on a disk after its power was cut.</summary>
internal static class CutDisk
{
    /// <summary>Writes what the disk holds.</summary>
    /// <param name="before">What it held at first.</param>
    /// <param name="events">What happened to it.</param>
    /// <param name="count">How much of that came before the cut.</param>
    /// <param name="cache">What decides which of the writes since the last flush were still in the disk's own cache and are lost; null for a disk without one.</param>
    /// <param name="path">Where the copy is made.</param>
    internal static void Write(string before, IReadOnlyList<DiskEvent> events, int count, Random? cache, string path)
    {
        File.Copy(before, path, overwrite: true);
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        var safe = count;
        while (safe > 0 && events[safe - 1].Bytes is not null)
        {
            safe--;
        }

        for (var index = 0; index < count; index++)
        {
            if (events[index].Bytes is { } bytes && (index < safe || cache is null || cache.Next(2) == 0))
            {
                Write(file, events[index].Offset, bytes);
            }
        }
    }

    private static void Write(SafeFileHandle file, long offset, byte[] bytes) => RandomAccess.Write(file, bytes, offset);
}
