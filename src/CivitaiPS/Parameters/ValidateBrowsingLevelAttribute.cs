using System;
using System.Management.Automation;
using Civitai;

namespace CivitaiPS.Parameters;

/// <summary>Refuses sets of levels that the service cannot be asked for: it takes an empty one for PG.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class ValidateBrowsingLevelAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is not BrowsingLevel levels || (int)levels is < 1 or > 31)
        {
            throw new ValidationMetadataException("The levels are one or more of PG, PG13, R, X and XXX: a sum from 1 to 31.");
        }
    }
}
