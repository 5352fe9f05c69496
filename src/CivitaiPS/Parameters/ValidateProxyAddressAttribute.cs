using System;
using System.Management.Automation;

namespace CivitaiPS.Parameters;

/// <summary>Accepts the address of a proxy: absolute, with a scheme that a proxy speaks.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class ValidateProxyAddressAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        var address = (arguments is PSObject wrapped ? wrapped.BaseObject : arguments) as Uri;
        if (address is null || !address.IsAbsoluteUri || address.Host.Length == 0 || address.Scheme is not ("http" or "https" or "socks4" or "socks4a" or "socks5"))
        {
            throw new ValidationMetadataException("The address of a proxy must be absolute and begin with http://, https:// or socks5://, for instance http://proxy:8080.");
        }
    }
}
