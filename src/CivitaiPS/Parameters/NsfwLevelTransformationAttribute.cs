using System;
using System.Management.Automation;
using Civitai;

namespace CivitaiPS.Parameters;

/// <summary>Accepts the service's own spelling of the highest level, <c>X</c>.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class NsfwLevelTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value is string text && string.Equals(text.Trim(), "X", StringComparison.OrdinalIgnoreCase) ? ImageNsfwLevel.Explicit : inputData;
    }
}
