using System;
using System.Management.Automation;
using System.Security;
using Civitai;
using CivitaiPS.Loading;
using CivitaiPS.Parameters;
using CivitaiPS.Pipeline;

namespace CivitaiPS.Commands;

/// <summary>Sets up how this runspace reaches the service, and checks the key.</summary>
[Cmdlet(VerbsCommunications.Connect, "Civitai", HelpUri = HelpPages.ConnectCivitai)]
[OutputType(typeof(Connection))]
public sealed class ConnectCivitaiCommand : CivitaiCommand
{
    /// <summary>The API key. Without it and without <see cref="BaseUri"/>, the one that the environment holds.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? ApiKey { get; set; }

    /// <summary>The address of the service: scheme, host and port. Without it, the one that the environment names, else https://civitai.com.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? BaseUri { get; set; }

    /// <summary>The proxy to go through; without it, the platform's.</summary>
    [Parameter]
    [ValidateNotNull]
    [ValidateProxyAddress]
    public Uri? Proxy { get; set; }

    /// <summary>What the proxy is told.</summary>
    [Parameter]
    [ValidateNotNull]
    [Credential]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>Tells the proxy the user's own credentials.</summary>
    [Parameter]
    public SwitchParameter ProxyUseDefaultCredentials { get; set; }

    /// <summary>Goes through no proxy at all.</summary>
    [Parameter]
    public SwitchParameter NoProxy { get; set; }

    /// <summary>Seconds that a request may take up to its headers, and that a body may be silent.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int TimeoutSec { get; set; } = 100;

    /// <summary>Retries after the first try, for the service and for media alike.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaximumRetryCount { get; set; } = 5;

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            var settings = Settings();
            Engine.Client.Validate(settings);
            var account = settings.ApiKey is null ? null : Wait(Engine.Client.GetAccountAsync(settings, Activity, Cancellation));
            ConnectionState.Set(settings, account);
            WriteObject(ConnectionState.Describe(this));
        }
        catch (CivitaiException exception)
        {
            ThrowTerminatingError(ErrorRecords.From(exception));
        }
    }

    private ConnectionSettings Settings()
    {
        if (NoProxy && (Proxy is not null || ProxyCredential is not null || ProxyUseDefaultCredentials))
        {
            throw Conflict("-NoProxy excludes -Proxy, -ProxyCredential and -ProxyUseDefaultCredentials.");
        }

        if (ProxyCredential is not null && ProxyUseDefaultCredentials)
        {
            throw Conflict("-ProxyCredential and -ProxyUseDefaultCredentials exclude each other.");
        }

        if (ApiKey is { Length: 0 })
        {
            throw new CivitaiException(CivitaiError.Unauthorized, "The API key is empty.")
            {
                Target = MyInvocation.MyCommand.Name,
                RecommendedAction = "Give a key, or leave -ApiKey out to go without one.",
            };
        }

        return new ConnectionSettings
        {
            BaseUri = BaseUri ?? ConnectionState.AddressFromEnvironment(),
            ApiKey = Key(),
            Proxy = Proxy,
            ProxyCredential = ProxyCredential?.GetNetworkCredential(),
            ProxyUseDefaultCredentials = ProxyUseDefaultCredentials,
            NoProxy = NoProxy,
            Timeout = TimeSpan.FromSeconds(TimeoutSec),
            MaximumRetryCount = MaximumRetryCount,
        };
    }

    private CivitaiException Conflict(string message) => new(CivitaiError.ParameterConflict, message)
    {
        Target = MyInvocation.MyCommand.Name,
    };

    /// <summary>A copy, since the caller may dispose of what was given. The environment's key was not meant for an address typed here.</summary>
    private SecureString? Key()
    {
        if (ApiKey is null)
        {
            return BaseUri is null ? ConnectionState.KeyFromEnvironment() : null;
        }

        var key = ApiKey.Copy();
        key.MakeReadOnly();
        return key;
    }
}
