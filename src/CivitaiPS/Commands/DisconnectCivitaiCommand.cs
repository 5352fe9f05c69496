using System.Management.Automation;
using CivitaiPS.Pipeline;

namespace CivitaiPS.Commands;

/// <summary>Forgets the connection of this runspace, key included. From here on the environment and the defaults count again.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "Civitai", HelpUri = HelpPages.DisconnectCivitai)]
public sealed class DisconnectCivitaiCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing() => ConnectionState.Remove();
}
