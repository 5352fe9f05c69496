using System.Reflection;
using System.Runtime.Loader;
using Civitai;
using EngineHost;

namespace Benchmarks.Rows;

/// <summary>One build of the engine as the module ships it, without commands around it, in a load context of its own.</summary>
internal sealed class EngineFlavour : IActivity
{
    private readonly ICivitaiClient _client;

    public EngineFlavour(string framework)
    {
        var folder = Path.Combine(BuiltModule.Folder, "lib", framework);
        var context = new AssemblyLoadContext(framework);

        // All at once, as the module does: what is in the context already is not looked for among the framework's.
        foreach (var file in Directory.GetFiles(folder, "*.dll"))
        {
            context.LoadFromAssemblyPath(file);
        }

        var engine = context.LoadFromAssemblyPath(Path.Combine(folder, "Civitai.Client.dll"));
        _client = (ICivitaiClient)Activator.CreateInstance(engine.GetType("Civitai.Client.CivitaiClient", throwOnError: true)!)!;
    }

    public void WriteVerbose(string message)
    {
    }

    public void WriteWarning(CivitaiWarning warning, string message)
    {
    }

    public void WriteError(CivitaiException exception) => throw exception;

    /// <summary>Reads a listing and drops it.</summary>
    public void Drain(Uri gallery, int count)
    {
        var query = new ImageQuery { NsfwLevel = ImageNsfwLevel.Explicit, First = count };
        using var feed = _client.OpenFeed(new ConnectionSettings { BaseUri = gallery }, query, this);
        var read = 0;
        do
        {
            while (feed.TryRead(out _))
            {
                read++;
            }
        }
        while (feed.WaitToReadAsync(CancellationToken.None).GetAwaiter().GetResult());
        if (read != count)
        {
            throw new InvalidOperationException("The listing ended early.");
        }
    }
}
