using System;
using System.Linq;
using System.Management.Automation;

namespace CivitaiPS.Parameters;

/// <summary>Refuses what cannot be a user name on the service, which would refuse the whole request.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class ValidateUsernameAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        if (element is not string name || !IsValid(name))
        {
            throw new ValidationMetadataException("\"" + element + "\" is no user name of Civitai: these have letters (a-z, A-Z), digits and _ only.");
        }
    }

    internal static bool IsValid(string name) =>
        name.Length > 0 && name.All(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_');
}
