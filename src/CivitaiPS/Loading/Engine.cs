using System;
using System.Threading;

namespace CivitaiPS.Loading;

/// <summary>The engine of this edition of PowerShell, loaded when it is first needed.</summary>
internal static class Engine
{
    private static readonly Lazy<Civitai.ICivitaiClient> Loaded = new(Load, LazyThreadSafetyMode.ExecutionAndPublication);

    internal static Civitai.ICivitaiClient Client => Loaded.Value;

    private static Civitai.ICivitaiClient Load()
    {
        var assembly = EngineAssembly.Load();
        return (Civitai.ICivitaiClient)Activator.CreateInstance(assembly.GetType("Civitai.Client.CivitaiClient", throwOnError: true)!)!;
    }
}
