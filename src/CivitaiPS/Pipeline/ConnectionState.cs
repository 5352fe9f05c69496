using System;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security;
using Civitai;
using CivitaiPS.Loading;

namespace CivitaiPS.Pipeline;

/// <summary>
/// The connection that commands use: the one that Connect-Civitai made in this runspace, else what the environment says. Each runspace
/// has its own, and forgets it when it goes.
/// </summary>
internal sealed class ConnectionState
{
    private const string AddressVariable = "CIVITAI_BASE_URL";

    private static readonly ConditionalWeakTable<Runspace, ConnectionState> OfRunspace = new();

    private ConnectionState(ConnectionSettings settings, Account? account)
    {
        Settings = settings;
        Account = account;
    }

    private ConnectionSettings Settings { get; }

    private Account? Account { get; }

    /// <summary>How the service is reached; ends the command with CivitaiBaseUriNotAllowed when the address may not be used.</summary>
    internal static ConnectionSettings Current(PSCmdlet command)
    {
        if (OfThisRunspace() is { } state)
        {
            return state.Settings;
        }

        try
        {
            var settings = new ConnectionSettings { BaseUri = AddressFromEnvironment(), ApiKey = KeyFromEnvironment() };
            Engine.Client.Validate(settings);
            return settings;
        }
        catch (CivitaiException exception)
        {
            command.ThrowTerminatingError(ErrorRecords.From(exception));
            throw;
        }
    }

    /// <summary>The same, fit to be shown.</summary>
    internal static Connection Describe(PSCmdlet command)
    {
        var settings = Current(command);
        var state = OfThisRunspace();
        return new Connection
        {
            BaseUri = settings.BaseUri,
            HasApiKey = settings.ApiKey is not null,
            Username = state?.Account?.Username,
            UserId = state?.Account?.Id,
            Tier = state?.Account?.Tier,
            Proxy = settings.Proxy,
            NoProxy = settings.NoProxy,
            TimeoutSec = (int)Math.Ceiling(settings.Timeout.TotalSeconds),
            MaximumRetryCount = settings.MaximumRetryCount,
            IsConnected = state is not null,
        };
    }

    /// <summary>Keeps a connection for this runspace, in place of the one before.</summary>
    internal static void Set(ConnectionSettings settings, Account? account)
    {
        Remove();
        OfRunspace.Add(Runspace.DefaultRunspace, new ConnectionState(settings, account));
    }

    /// <summary>Forgets this runspace's connection, if there is one.</summary>
    internal static void Remove() => OfRunspace.Remove(Runspace.DefaultRunspace);

    /// <summary>The address that the environment names, else the service's own.</summary>
    /// <exception cref="CivitaiException">What the environment holds is no address.</exception>
    internal static Uri AddressFromEnvironment()
    {
        var text = Environment.GetEnvironmentVariable(AddressVariable)?.Trim();
        if (string.IsNullOrEmpty(text))
        {
            return ConnectionSettings.DefaultBaseUri;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var address)
            ? address
            : throw new CivitaiException(CivitaiError.BaseUriNotAllowed, "The environment variable " + AddressVariable + " does not hold an absolute address such as https://civitai.com.")
            {
                Target = AddressVariable,
                RecommendedAction = "Correct or remove " + AddressVariable + ", or give the address with Connect-Civitai -BaseUri.",
            };
    }

    /// <summary>The key that the environment holds, or null. CIVITAI_API_TOKEN is the name that other tools for the service use.</summary>
    internal static SecureString? KeyFromEnvironment()
    {
        foreach (var name in (string[])["CIVITAI_API_KEY", "CIVITAI_API_TOKEN"])
        {
            if (Environment.GetEnvironmentVariable(name)?.Trim() is { Length: > 0 } key)
            {
                var secure = new NetworkCredential(string.Empty, key).SecurePassword;
                secure.MakeReadOnly();
                return secure;
            }
        }

        return null;
    }

    private static ConnectionState? OfThisRunspace()
        => OfRunspace.TryGetValue(Runspace.DefaultRunspace, out var state) ? state : null;
}
