using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PowerShellTool;

namespace EngineHost;

/// <summary>
/// A runspace of the PowerShell engine in this very process, with the commands that the engine's package carries and what is imported into it. It is for tests
/// and measurements that have to be inside: they stop a pipeline at a given moment, hold typed objects, share a clock or a gate with the gallery, look for
/// open files, or time one call. Whatever a user would type runs in the real PowerShell instead.
/// </summary>
public sealed class EngineSession : IDisposable
{
    /// <summary>Opens a runspace.</summary>
    /// <param name="languageMode">The language mode of scripts.</param>
    public EngineSession(PSLanguageMode languageMode = PSLanguageMode.FullLanguage)
    {
        var state = InitialSessionState.CreateDefault2();
        state.LanguageMode = languageMode;
        if (OperatingSystem.IsWindows())
        {
            // The engine obeys the machine's policy for scripts; what is hosted here are commands and views of this repository.
            state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Bypass;
        }

        Runspace = RunspaceFactory.CreateRunspace(state);
        Runspace.Open();
    }

    /// <summary>The runspace.</summary>
    public Runspace Runspace { get; }

    /// <summary>Imports a module.</summary>
    /// <param name="path">Its manifest or assembly; the built module when null.</param>
    /// <exception cref="RuntimeException">The module cannot be loaded.</exception>
    public void Import(string? path = null)
    {
        using var shell = PowerShell.Create(Runspace);
        shell.AddCommand("Import-Module").AddParameter("Name", path ?? BuiltModule.Manifest).AddParameter("ErrorAction", ActionPreference.Stop);
        shell.Invoke();
    }

    /// <summary>Runs a script to its end.</summary>
    /// <param name="script">What to run.</param>
    /// <param name="input">What <c>$input</c> holds.</param>
    /// <returns>Everything that it wrote.</returns>
    public EngineResult Invoke(string script, params object[] input)
    {
        using var run = Begin(script, input);
        return run.Wait();
    }

    /// <summary>Starts a script and comes back at once.</summary>
    /// <param name="script">What to run.</param>
    /// <param name="input">What <c>$input</c> holds.</param>
    /// <returns>The running script.</returns>
    public EngineRun Begin(string script, params object[] input) => new(Runspace, script, input);

    /// <inheritdoc/>
    public void Dispose() => Runspace.Dispose();
}
