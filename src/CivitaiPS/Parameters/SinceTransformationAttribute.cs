using System;
using System.Globalization;
using System.Management.Automation;

namespace CivitaiPS.Parameters;

/// <summary>Takes a time span as "so long ago", and refuses what is no time of this service: a bare number would be ticks of the year 1.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class SinceTransformationAttribute : ArgumentTransformationAttribute
{
    private const int FirstYear = 2000;

    private const string Accepted = "Specify a date from 2000 on, or a time span that means so long ago: -Since (New-TimeSpan -Days 7).";

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        switch (value)
        {
            case TimeSpan span when span < TimeSpan.Zero:
                throw new ArgumentTransformationMetadataException("A time span means so long ago and cannot be negative. " + Accepted);
            case TimeSpan span:
                var now = DateTime.Now;
                return Checked(span < now - DateTime.MinValue ? now - span : DateTime.MinValue);
            case DateTime date:
                return Checked(date);
            case DateTimeOffset date:
                return Checked(date.LocalDateTime);
            case string text when LanguagePrimitives.TryConvertTo<DateTime>(text, CultureInfo.InvariantCulture, out var date):
                return Checked(date);
            default:
                throw new ArgumentTransformationMetadataException("\"" + value + "\" is not a valid time. " + Accepted);
        }
    }

    private static DateTime Checked(DateTime date) =>
        date.Year >= FirstYear ? date : throw new ArgumentTransformationMetadataException("The time is before the year 2000. " + Accepted);
}
