using System;
using System.Globalization;
using System.Management.Automation;
using Civitai;

namespace CivitaiPS.Parameters;

/// <summary>
/// Makes a <see cref="Sidecar"/> of one name or several. The parameter itself is an object, because PowerShell completes an enum by all of its names and asks no completer.
/// </summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class SidecarTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        LanguagePrimitives.TryConvertTo<Sidecar>(inputData, CultureInfo.InvariantCulture, out var sidecar) && sidecar is >= Sidecar.None and <= (Sidecar.Json | Sidecar.Text)
            ? sidecar
            : throw new ArgumentTransformationMetadataException("\"" + inputData + "\" is not a valid sidecar. Specify Json, Text, or both: -Sidecar Json, Text.");
}
