using System;
using System.Management.Automation;
using CivitaiPS.Loading;

namespace CivitaiPS.Parameters;

/// <summary>Accepts the URL of a proxy: absolute, without credentials, with a scheme that this edition of PowerShell speaks to a proxy.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class ValidateProxyAddressAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (WhyNot((arguments is PSObject wrapped ? wrapped.BaseObject : arguments) as Uri, EngineAssembly.IsDotNetFramework) is { } reason)
        {
            throw new ValidationMetadataException(reason);
        }
    }

    /// <summary>What is wrong with the URL, as a sentence that does not repeat it (it may hold a password), or null.</summary>
    private static string? WhyNot(Uri? address, bool isDotNetFramework)
    {
        if (address is not { IsAbsoluteUri: true } || !HasValidHost(address) || address.Scheme is not ("http" or "https" or "socks4" or "socks4a" or "socks5"))
        {
            return "The URL of a proxy must be absolute and begin with http://, https:// or socks5://, for instance http://proxy:8080.";
        }

        if (address.UserInfo.Length > 0)
        {
            return "The URL of a proxy must not contain a user name or a password. Use -ProxyCredential instead.";
        }

        // The transport of .NET Framework takes other schemes and then talks plain HTTP to them, or fails at the first request.
        return isDotNetFramework && address.Scheme != "http"
            ? "In Windows PowerShell the URL of a proxy must begin with http://. PowerShell 7 supports https:// and socks5:// too."
            : null;
    }

    private static bool HasValidHost(Uri address)
    {
        try
        {
            return address.IdnHost.Length > 0;
        }
        catch (UriFormatException)
        {
            // Accepted by Uri, but a name that no name server can be asked for.
            return false;
        }
    }
}
