using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;

namespace CivitaiPS.Loading;

/// <summary>
/// Loads the engine so that neither it nor what it depends on can meet another module's copies: on PowerShell 7 in an
/// AssemblyLoadContext of its own, on Windows PowerShell 5.1 through a resolver that answers the module's own assemblies only.
/// </summary>
internal static class EngineAssembly
{
    private const string Name = "Civitai.Client";

    /// <summary>Whether this is Windows PowerShell 5.1.</summary>
    internal static bool IsDotNetFramework => LoadContextType is null;

    /// <summary>Asked for by name: the type is not in netstandard2.0, and this assembly is the same on every edition.</summary>
    private static Type? LoadContextType => Type.GetType("System.Runtime.Loader.AssemblyLoadContext, System.Private.CoreLib");

    internal static Assembly Load()
    {
        var lib = Path.Combine(Path.GetDirectoryName(typeof(EngineAssembly).Assembly.Location)!, "lib");
        return LoadContextType is { } contextType
            ? LoadIntoOwnContext(contextType, FolderOfThisSystem(Path.Combine(lib, "net8.0")))
            : LoadWithResolver(Path.Combine(lib, "netstandard2.0"));
    }

    /// <summary>
    /// The same assemblies, compiled ahead of time for this system, where there are any. The code in them is for .NET 10, which is PowerShell 7.6: older ones
    /// would compile everything themselves all the same, and get the plain assemblies.
    /// </summary>
    private static string FolderOfThisSystem(string folder)
    {
        const int dotnetOfTheCode = 10;
        if (Environment.Version.Major < dotnetOfTheCode || AppDomain.CurrentDomain.GetData("RUNTIME_IDENTIFIER") is not string system)
        {
            return folder;
        }

        var compiled = Path.Combine(folder, system);
        return File.Exists(Path.Combine(compiled, Name + ".dll")) ? compiled : folder;
    }

    private static Assembly LoadIntoOwnContext(Type contextType, string folder)
    {
        var context = Activator.CreateInstance(contextType, Name, false)!;
        var load = (Func<string, Assembly>)Delegate.CreateDelegate(
            typeof(Func<string, Assembly>),
            context,
            contextType.GetMethod("LoadFromAssemblyPath", [typeof(string)])!);

        // All at once, before anything runs: what is in the context already is never looked for in the default one, where another
        // module may have loaded an older Polly.
        Assembly? engine = null;
        foreach (var file in Directory.GetFiles(folder, "*.dll"))
        {
            var assembly = load(file);
            if (string.Equals(assembly.GetName().Name, Name, StringComparison.Ordinal))
            {
                engine = assembly;
            }
        }

        return engine ?? throw new FileNotFoundException("The module is not complete: " + Name + ".dll is missing.", Path.Combine(folder, Name + ".dll"));
    }

    private static Assembly LoadWithResolver(string folder)
    {
        var files = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in Directory.GetFiles(folder, "*.dll"))
        {
            files.Add(Path.GetFileNameWithoutExtension(file), file);
        }

        // The nouns stand one floor up, and are loaded: this assembly uses them.
        var nouns = typeof(Civitai.ICivitaiClient).Assembly;
        files.Add(nouns.GetName().Name!, nouns.Location);

        // Windows PowerShell has no binding redirects for modules, and the packages ask for each other in versions other than those
        // shipped: answered by simple name, for requests of the module's own assemblies only.
        AppDomain.CurrentDomain.AssemblyResolve += (_, request) =>
            request.RequestingAssembly is { IsDynamic: false } requester
            && IsIn(folder, requester)
            && files.TryGetValue(new AssemblyName(request.Name).Name!, out var file)
                ? Assembly.LoadFrom(file)
                : null;

        return Assembly.LoadFrom(files[Name]);
    }

    private static bool IsIn(string folder, Assembly assembly) =>
        string.Equals(Path.GetDirectoryName(assembly.Location), folder, StringComparison.OrdinalIgnoreCase);
}
