using System.Management.Automation;
using Civitai;
using CivitaiPS.Pipeline;

namespace CivitaiPS.Commands;

/// <summary>Shows how this runspace reaches the service. Sends nothing.</summary>
[Cmdlet(VerbsCommon.Get, "CivitaiConnection", HelpUri = HelpPages.GetCivitaiConnection)]
[OutputType(typeof(Connection))]
public sealed class GetCivitaiConnectionCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing() => WriteObject(ConnectionState.Describe(this));
}
