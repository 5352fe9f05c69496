using System.Diagnostics;

namespace PowerCutTest;

/// <summary>A file mounted as a disk; unmounted when disposed of.</summary>
internal sealed class LoopMount : IDisposable
{
    private LoopMount(string path)
    {
        Path = path;
    }

    internal string Path { get; }

    /// <summary>Mounts a file.</summary>
    internal static LoopMount Mount(string image, string path, string options)
    {
        Directory.CreateDirectory(path);
        Run("mount", "-o", "loop," + options, image, path);
        return new LoopMount(path);
    }

    /// <summary>Makes a file system in a new file.</summary>
    internal static void Format(string image, long length, string type)
    {
        using (var file = File.Create(image))
        {
            file.SetLength(length);
        }

        Run("mkfs." + type, "-q", image);
    }

    public void Dispose() => Run("umount", Path);

    /// <summary>Runs a program of the system.</summary>
    /// <exception cref="IOException">It failed, or is not there.</exception>
    internal static void Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
            var complaint = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new IOException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {complaint.Trim()}");
            }
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new IOException($"{program} is not there: {exception.Message}", exception);
        }
    }
}
