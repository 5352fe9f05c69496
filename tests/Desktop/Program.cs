using System;
using System.IO;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Desktop;

/// <summary>Starts the drive once the module's own copy of the nouns can be found.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        if (args.Length != 3)
        {
            Console.Error.WriteLine("usage: Desktop <module folder> <base address> <folder for pictures>");
            return 2;
        }

        var module = Path.GetFullPath(args[0]);

        // PowerShell does this for the assemblies that the manifest names.
        Assembly.LoadFrom(Path.Combine(module, "Civitai.dll"));

        // For this program alone, which is compiled against them; the engine's own requests are for the module's resolver to answer.
        AppDomain.CurrentDomain.AssemblyResolve += (_, request) =>
            request.RequestingAssembly == typeof(Program).Assembly && new AssemblyName(request.Name).Name == "Civitai" ? Assembly.LoadFrom(Path.Combine(module, "Civitai.dll")) : null;
        return Drive(module, args[1], args[2]);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Drive(string module, string address, string folder) => new EngineDrive(module).Run(new Uri(address), folder);
}
