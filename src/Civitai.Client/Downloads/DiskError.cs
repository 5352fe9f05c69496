using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;

namespace Civitai.Client.Downloads;

/// <summary>What went wrong with the file system, in words.</summary>
internal static class DiskError
{
    // The codes that .NET leaves in HResult: the system's own number on Unix, 0x8007 and the number on Windows.
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int WindowsLockViolation = unchecked((int)0x80070021);
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int UnixNoSpace = 28;
    private const int LinuxQuota = 122;
    private const int MacQuota = 69;
    private const int LinuxNameTooLong = 36;
    private const int MacNameTooLong = 63;

    /// <summary>Whether an exception is the file system's.</summary>
    internal static bool Is(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or NotSupportedException or System.Security.SecurityException;

    /// <summary>Whether a file could not be opened because somebody else has it open.</summary>
    internal static bool IsInUse(IOException exception) =>
        exception.HResult is WindowsSharingViolation or WindowsLockViolation or LinuxWouldBlock or MacWouldBlock;

    /// <summary>Whether the disk has less room than a file wants.</summary>
    internal static bool HasNoRoom(string path, long wanted)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace < wanted;
        }
        catch (Exception exception) when (Is(exception) || exception is ArgumentException)
        {
            // A place without a drive, such as a share: nobody knows.
            return false;
        }
    }

    /// <summary>A failure to reserve room says only in words that the disk is full; this one says it as a failure to write does.</summary>
    internal static IOException Full(IOException exception) => new(exception.Message, WindowsDiskFull);

    /// <summary>The error to throw.</summary>
    internal static CivitaiException Of(Exception exception, string path)
    {
        var why = exception switch
        {
            UnauthorizedAccessException when Directory.Exists(path) => "a folder of this name is there",
            UnauthorizedAccessException => "there is no permission to write it",
            PathTooLongException => "its name is too long for the file system",
            DirectoryNotFoundException => "its folder is not there",
            IOException { HResult: WindowsDiskFull or WindowsHandleDiskFull or UnixNoSpace } => "the disk is full",
            IOException { HResult: LinuxQuota or MacQuota } => "the quota of the disk is used up",
            IOException { HResult: LinuxNameTooLong or MacNameTooLong } => "its name is too long for the file system",
            IOException when Directory.Exists(path) => "a folder of this name is there",
            IOException io when IsInUse(io) => "another program has it open",
            _ => exception.Message,
        };
        return new CivitaiException(CivitaiError.FileWriteFailed, "The file '" + path + "' could not be written: " + why.TrimEnd('.') + ".", exception)
        {
            Target = path,
        };
    }

    /// <summary>Does something to a file and makes every error of the file system one of the module.</summary>
    [SuppressMessage("Design", "MA0038", Justification = "It is static.")]
    internal static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (Is(exception))
        {
            throw Of(exception, path);
        }
    }

    /// <summary>Does something to a file and makes every error of the file system one of the module.</summary>
    internal static void Guard(string path, Action action) => Guard(path, () =>
    {
        action();
        return true;
    });
}
