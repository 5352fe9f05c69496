using System.Runtime.InteropServices;

namespace Playground;

/// <summary>A console window of Windows obeys escape sequences only when it is told to.</summary>
internal static class WindowsTerminal
{
    private const int StandardOutput = -11;
    private const uint ProcessedOutput = 0x1;
    private const uint VirtualTerminalProcessing = 0x4;

    /// <summary>Prepares the console window.</summary>
    /// <returns>Whether escape sequences work; elsewhere than on Windows they do.</returns>
    public static bool Prepare()
    {
        if (!OperatingSystem.IsWindows())
        {
            return true;
        }

        var console = GetStdHandle(StandardOutput);
        return GetConsoleMode(console, out var mode) && SetConsoleMode(console, mode | ProcessedOutput | VirtualTerminalProcessing);
    }

    [DllImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint GetStdHandle(int handle);

    [DllImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GetConsoleMode(nint console, out uint mode);

    [DllImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool SetConsoleMode(nint console, uint mode);
}
