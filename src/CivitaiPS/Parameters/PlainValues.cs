using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using Civitai;

namespace CivitaiPS.Parameters;

/// <summary>
/// Copies values without anything of PowerShell in them: text, numbers, dates, lists and dictionaries. Bounded, since a hashtable may hold itself: what is too deep, or
/// too much, is its text.
/// </summary>
internal sealed class PlainValues
{
    // As deep as generation data is read, with what stands around it.
    private const int DeepestValue = 40;

    // Far more than the largest workflow has.
    private const int MostValues = 1_000_000;

    private int _left = MostValues;

    /// <summary>Copies a value.</summary>
    internal object? Of(object? value) => Of(value, 0);

    private object? Of(object? value, int depth)
    {
        var plain = RecordValues.Unwrap(value);
        switch (plain)
        {
            case null or string or bool or DateTime or DateTimeOffset or decimal or double or float:
                return plain;
            case Enum:
                return plain.ToString();
            case byte or sbyte or short or ushort or int or uint or long or ulong:
                // An enum that came through a file or a job is a number whose text is its name.
                return value is PSObject wrapped && wrapped.TypeNames.Any(name => name.StartsWith("Deserialized.", StringComparison.Ordinal)) ? value.ToString() : plain;
            case IGenerationFields meta:
                return Of(meta.Fields, depth);
            case ImageStats:
                return null;
            case var _ when depth >= DeepestValue || --_left < 0:
                return plain.ToString();
            case IDictionary dictionary:
                var fields = new Dictionary<string, object?>(StringComparer.Ordinal);
                foreach (DictionaryEntry entry in dictionary)
                {
                    fields[Convert.ToString(RecordValues.Unwrap(entry.Key), CultureInfo.InvariantCulture) ?? string.Empty] = Of(entry.Value, depth + 1);
                }

                return fields;
            case IEnumerable<KeyValuePair<string, object?>> pairs:
                return pairs.ToDictionary(pair => pair.Key, pair => Of(pair.Value, depth + 1), StringComparer.Ordinal);
            case IEnumerable list:
                return list.Cast<object?>().Select(item => Of(item, depth + 1)).ToList();
            case PSObject record:
                var members = new Dictionary<string, object?>(StringComparer.Ordinal);
                foreach (var property in RecordProperties.Of(record).All)
                {
                    members[property.Key] = Of(property.Value, depth + 1);
                }

                return members;
            default:
                return Convert.ToString(plain, CultureInfo.InvariantCulture);
        }
    }
}
