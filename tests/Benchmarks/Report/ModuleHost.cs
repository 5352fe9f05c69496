using EngineHost;

namespace Benchmarks.Report;

/// <summary>The built module in the engine in this process: warm after its first rounds.</summary>
internal sealed class ModuleHost : IDisposable
{
    private readonly EngineSession _session = new();

    public ModuleHost()
    {
        _session.Import();
    }

    /// <summary>Points the module at a gallery.</summary>
    public void Connect(GalleryProcess gallery) => Invoke("Connect-Civitai -BaseUri " + gallery.Address.GetLeftPart(UriPartial.Authority) + " | Out-Null");

    /// <summary>Runs a script that must not fail.</summary>
    /// <returns>What it wrote last, as a number.</returns>
    public long Invoke(string script, params object[] input)
    {
        var result = _session.Invoke(script, input);
        if (result.Errors.Count > 0)
        {
            throw new InvalidOperationException(script + ": " + result.Errors[0]);
        }

        return result.Output.Count == 0 ? 0 : Convert.ToInt64(result.Output[^1].BaseObject, System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Dispose() => _session.Dispose();
}
