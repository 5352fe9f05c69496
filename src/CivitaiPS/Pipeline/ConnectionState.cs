using System;
using System.Management.Automation;
using Civitai;

namespace CivitaiPS.Pipeline;

/// <summary>The connection that commands use.</summary>
internal static class ConnectionState
{
    internal static ConnectionSettings Current(PSCmdlet command)
    {
        _ = command;
        var address = Environment.GetEnvironmentVariable("CIVITAI_BASE_URL");
        return string.IsNullOrEmpty(address) ? new ConnectionSettings() : new ConnectionSettings { BaseUri = new Uri(address) };
    }
}
