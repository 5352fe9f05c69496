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
    private const int WindowsFileExists = unchecked((int)0x80070050);
    private const int WindowsAlreadyExists = unchecked((int)0x800700B7);
    private const int WindowsInvalidFunction = unchecked((int)0x80070001);
    private const int WindowsNotSupported = unchecked((int)0x80070032);
    private const int UnixExists = 17;
    private const int UnixInvalid = 22;
    private const int UnixReadOnly = 30;
    private const int LinuxNotImplemented = 38;
    private const int MacNotImplemented = 78;
    private const int LinuxNotSupported = 95;
    private const int MacNotSupported = 45;

    /// <summary>Whether an exception is the file system's.</summary>
    internal static bool Is(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or NotSupportedException or System.Security.SecurityException;

    /// <summary>Whether a file could not be opened because somebody else has it open.</summary>
    internal static bool IsInUse(IOException exception) =>
        exception.HResult is WindowsSharingViolation or WindowsLockViolation or LinuxWouldBlock or MacWouldBlock;

    /// <summary>Whether a file could not be created because its name exists.</summary>
    internal static bool IsExisting(IOException exception) => exception.HResult is UnixExists or WindowsFileExists or WindowsAlreadyExists;

    /// <summary>Whether the file system does not know a call, or does not let anybody make it: setting a date on some mounts, flushing on others.</summary>
    internal static bool IsUnsupported(Exception exception) =>
        exception is NotSupportedException or UnauthorizedAccessException
            or IOException
        {
            HResult: UnixInvalid or LinuxNotImplemented or MacNotImplemented or LinuxNotSupported or MacNotSupported or WindowsInvalidFunction or WindowsNotSupported
        };

    /// <summary>Whether a renaming that failed may succeed a moment later: a virus scanner or an indexer has the file, or the file system does not rename what is open.</summary>
    internal static bool MayPass(Exception exception, string target) =>
        exception is UnauthorizedAccessException or IOException
        and not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException)
        && !IsPermanent(exception.HResult)
        && !Directory.Exists(target);

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

    /// <summary>The error of a file that could not be written.</summary>
    internal static CivitaiException Of(Exception exception, string path) =>
        new(CivitaiError.FileWriteFailed, "The file '" + path + "' could not be written: " + Reason(exception, path) + ".", exception) { Target = path };

    /// <summary>The error of a file that could not be read.</summary>
    internal static CivitaiException OfReading(Exception exception, string path) =>
        new(CivitaiError.FileUnreadable, "The file '" + path + "' could not be read: " + Reason(exception, path) + ".", exception) { Target = path };

    /// <summary>Why the file system refused, in a clause without a full stop.</summary>
    internal static string Reason(Exception exception, string path)
    {
        var why = exception switch
        {
            UnauthorizedAccessException when Directory.Exists(path) => "a folder of this name exists",
            UnauthorizedAccessException => "access is denied",
            PathTooLongException => "its name is too long for the file system",
            DirectoryNotFoundException => "its folder does not exist",
            FileNotFoundException => "it does not exist",
            IOException { HResult: WindowsDiskFull or WindowsHandleDiskFull or UnixNoSpace } => "the disk is full",
            IOException { HResult: LinuxQuota or MacQuota } => "the quota of the disk is used up",
            IOException { HResult: LinuxNameTooLong or MacNameTooLong } => "its name is too long for the file system",
            IOException { HResult: UnixReadOnly } => "the file system is read-only",
            IOException when Directory.Exists(path) => "a folder of this name exists",
            IOException io when IsInUse(io) => "another program has it open",
            _ => exception.Message,
        };
        return why.TrimEnd('.');
    }

    private static bool IsPermanent(int code) =>
        code is WindowsDiskFull or WindowsHandleDiskFull or UnixNoSpace or LinuxQuota or MacQuota or LinuxNameTooLong or MacNameTooLong or UnixReadOnly;

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
