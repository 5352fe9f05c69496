#if !NET
using System.ComponentModel;
using System.IO;
using System.Runtime.InteropServices;

namespace Civitai.Client.Downloads;

/// <summary>Renaming in place of another file in one step, which the older framework has no name for. On Windows PowerShell it is Windows that is asked.</summary>
internal static class AtomicMove
{
    private const uint ReplaceExisting = 1;

    internal static void Replace(string source, string target)
    {
        if (Path.DirectorySeparatorChar == '\\')
        {
            if (!MoveFileExW(source, target, ReplaceExisting))
            {
                var error = new Win32Exception();
                throw new IOException(error.Message, unchecked((int)0x80070000) | error.NativeErrorCode);
            }
        }
        else if (File.Exists(target))
        {
            File.Replace(source, target, null);
        }
        else
        {
            File.Move(source, target);
        }
    }

    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool MoveFileExW(string existing, string target, uint flags);
}
#endif
