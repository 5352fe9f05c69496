using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace Civitai.Client.Downloads;

/// <summary>
/// What .NET has no call for on Unix: a rename that fails where the name exists (its own looks first and renames then, which two runs can do at once), and
/// the flushing of a folder.
/// </summary>
internal static class UnixFile
{
    private const int CurrentFolder = -100;
    private const uint NoReplace = 1;
    private const uint Exclusive = 4;
    private const int ReadOnly = 0;
    private const int NoPermission = 1;
    private const int NotThere = 2;
    private const int AccessDenied = 13;
    private const int Exists = 17;
    private const int OtherDevice = 18;
    private const int Invalid = 22;
    private const int TooManyLinks = 31;

#if NET
    private static readonly bool IsLinux = OperatingSystem.IsLinux();
    private static readonly bool IsMac = OperatingSystem.IsMacOS();
#else
    private static readonly bool IsLinux = RuntimeInformation.IsOSPlatform(OSPlatform.Linux);
    private static readonly bool IsMac = RuntimeInformation.IsOSPlatform(OSPlatform.OSX);
#endif

    /// <summary>Whether this system has these calls.</summary>
    internal static bool IsAvailable => IsLinux || IsMac;

    /// <summary>Renames a file to a name that must not exist yet.</summary>
    /// <returns>False where the name exists.</returns>
    internal static bool TryMoveNew(string source, string target)
    {
        var from = Text(source);
        var to = Text(target);
        var error = Rename(from, to);
        if (IsUnsupported(error))
        {
            // Network file systems have links where they have no such rename.
            error = Result(link(from, to));
            if (error == 0)
            {
                File.Delete(source);
            }
            else if (IsUnsupported(error) || error is NoPermission or AccessDenied or OtherDevice or TooManyLinks)
            {
                return TryMoveToReserved(source, target);
            }
        }

        return error switch
        {
            0 => true,
            Exists => false,
            NotThere => throw new FileNotFoundException(Message(error), source),
            NoPermission or AccessDenied => throw new UnauthorizedAccessException(Message(error)),
            _ => throw new IOException(Message(error), error),
        };
    }

    /// <summary>Flushes a folder. Where the folder cannot be opened or flushed, the error is thrown; the caller knows that it decides nothing.</summary>
    internal static void FlushFolder(string path)
    {
        var folder = open(Text(path), ReadOnly | CloseOnExecute);
        if (folder < 0)
        {
            var error = Marshal.GetLastWin32Error();
            throw new IOException(Message(error), error);
        }

        try
        {
            var error = Result(fsync(folder));
            if (error is not (0 or Invalid))
            {
                throw new IOException(Message(error), error);
            }
        }
        finally
        {
            _ = close(folder);
        }
    }

    // FAT has neither. The name is taken by an empty file, which nobody takes for a saved one, and that is replaced.
    private static bool TryMoveToReserved(string source, string target)
    {
        try
        {
            new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1).Dispose();
        }
        catch (IOException exception) when (DiskError.IsExisting(exception))
        {
            return false;
        }

        try
        {
            FileOperations.Default.Replace(source, target);
            return true;
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            File.Delete(target);
            throw;
        }
    }

    private static int Rename(byte[] source, byte[] target)
    {
        try
        {
            return Result(IsLinux ? renameat2(CurrentFolder, source, CurrentFolder, target, NoReplace) : renamex_np(source, target, Exclusive));
        }
        catch (EntryPointNotFoundException)
        {
            // An older C library.
            return NotSupported;
        }
    }

    private static int CloseOnExecute => IsLinux ? 0x80000 : 0x1000000;

    private static int NotSupported => IsLinux ? 95 : 45;

    private static bool IsUnsupported(int error) => error == Invalid || error == NotSupported || error == (IsLinux ? 38 : 78);

    private static int Result(int result) => result == 0 ? 0 : Marshal.GetLastWin32Error();

    private static byte[] Text(string path) => Encoding.UTF8.GetBytes(path + "\0");

    private static string Message(int error) =>
#if NET
        Marshal.GetPInvokeErrorMessage(error);
#else
        new System.ComponentModel.Win32Exception(error).Message;
#endif

#pragma warning disable SA1300, IDE1006 // The names are the C library's.
    [DllImport("libc", SetLastError = true, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int renameat2(int sourceFolder, byte[] source, int targetFolder, byte[] target, uint flags);

    [DllImport("libc", SetLastError = true, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int renamex_np(byte[] source, byte[] target, uint flags);

    [DllImport("libc", SetLastError = true, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int link(byte[] source, byte[] target);

    [DllImport("libc", SetLastError = true, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open(byte[] path, int flags);

    [DllImport("libc", SetLastError = true, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fsync(int file);

    [DllImport("libc", SetLastError = true, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int close(int file);
#pragma warning restore SA1300, IDE1006
}
