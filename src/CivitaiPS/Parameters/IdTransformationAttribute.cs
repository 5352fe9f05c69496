using System;
using System.Collections;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using CivitaiPS.Pipeline;

namespace CivitaiPS.Parameters;

/// <summary>Says of what is no id where the id stands: PowerShell's own error would say only that it is not a number.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class IdTransformationAttribute : ArgumentTransformationAttribute
{
    private const int LongestText = 60;

    /// <summary>Describes the id.</summary>
    /// <param name="noun">What has the id, for instance <c>model</c>.</param>
    /// <param name="place">A sentence about where the id is found.</param>
    public IdTransformationAttribute(string noun, string place)
    {
        Noun = noun;
        Place = place;
    }

    /// <summary>What has the id.</summary>
    public string Noun { get; }

    /// <summary>A sentence about where the id is found.</summary>
    public string Place { get; }

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        foreach (var item in Unwrap(inputData) is IEnumerable list and not string ? list.Cast<object?>() : [inputData])
        {
            if (!IsPlausible(Unwrap(item)))
            {
                throw new ArgumentTransformationMetadataException("\"" + PlainText.OneLine(Convert.ToString(Unwrap(item), CultureInfo.InvariantCulture)!, LongestText) + "\" is not a valid " + Noun + " id. " + Place);
            }
        }

        return inputData;
    }

    /// <summary>Text must be a whole number, and a fraction is not rounded to somebody else's id. Everything else is PowerShell's to convert or to refuse.</summary>
    private static bool IsPlausible(object? value) => value switch
    {
        string text => long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        double number => Math.Floor(number) == number,
        float number => Math.Floor(number) == number,
        decimal number => decimal.Truncate(number) == number,
        Uri => false,
        _ => true,
    };

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
