using System.ComponentModel;
using System.Diagnostics;

namespace Civitai.Client.Tests.OddDisks;

/// <summary>Programs of the operating system, which need not be there.</summary>
internal static class SystemProgram
{
    /// <summary>Runs a program.</summary>
    /// <returns>Whether it is there and succeeded.</returns>
    internal static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
