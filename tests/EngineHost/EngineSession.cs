using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using PowerShellTool;

namespace EngineHost;

/// <summary>A runspace of the PowerShell engine, with the commands that the engine itself carries and what is imported into it.</summary>
public sealed class EngineSession : IDisposable
{
    /// <summary>Opens a runspace.</summary>
    /// <param name="host">Who shows what is written to the screen and answers prompts; nobody when null.</param>
    /// <param name="languageMode">The language mode of scripts.</param>
    public EngineSession(PSHost? host = null, PSLanguageMode languageMode = PSLanguageMode.FullLanguage)
    {
        var state = InitialSessionState.CreateDefault2();
        state.LanguageMode = languageMode;
        if (OperatingSystem.IsWindows())
        {
            // The engine obeys the machine's policy for scripts; what is hosted here are commands and views of this repository.
            state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Bypass;
        }

        Runspace = host is null ? RunspaceFactory.CreateRunspace(state) : RunspaceFactory.CreateRunspace(host, state);
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
