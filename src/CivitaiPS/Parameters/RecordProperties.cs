using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace CivitaiPS.Parameters;

/// <summary>
/// The properties of a record, whatever holds them: a row of a CSV file, a hashtable, what came out of JSON, a file or a job. On the pipeline thread only: members of a
/// record may be script.
/// </summary>
internal sealed class RecordProperties
{
    private RecordProperties(List<KeyValuePair<string, object?>> all)
    {
        All = all;
    }

    /// <summary>The properties in their order, with their values as they came.</summary>
    internal IReadOnlyList<KeyValuePair<string, object?>> All { get; }

    /// <summary>The value of the first property that is there and is not null of several names that mean the same; case does not matter.</summary>
    internal object? this[params string[] names]
    {
        get
        {
            foreach (var name in names)
            {
                foreach (var property in All)
                {
                    if (property.Value is not null && string.Equals(property.Key, name, StringComparison.OrdinalIgnoreCase))
                    {
                        return property.Value;
                    }
                }
            }

            return null;
        }
    }

    /// <summary>Reads the properties of a record.</summary>
    internal static RecordProperties Of(object record)
    {
        var properties = new List<KeyValuePair<string, object?>>();
        if (RecordValues.Unwrap(record) is IDictionary dictionary)
        {
            foreach (DictionaryEntry entry in dictionary)
            {
                if (RecordValues.Unwrap(entry.Key) is string key)
                {
                    properties.Add(new KeyValuePair<string, object?>(key, entry.Value));
                }
            }

            return new RecordProperties(properties);
        }

        foreach (var property in PSObject.AsPSObject(record).Properties)
        {
            if (property.IsGettable && TryGet(property, out var value))
            {
                properties.Add(new KeyValuePair<string, object?>(property.Name, value));
            }
        }

        return new RecordProperties(properties);
    }

    /// <summary>Reads the properties of what is in a property, or null where that has none: text, a number, a list.</summary>
    internal static RecordProperties? OfValue(object? value) => RecordValues.Unwrap(value) switch
    {
        null or string or IConvertible => null,
        IEnumerable and not IDictionary => null,
        _ => Of(value!),
    };

    /// <summary>Whether it has all of these properties, in just this spelling.</summary>
    internal bool HasAll(params string[] names) => Array.TrueForAll(names, name => All.Any(property => string.Equals(property.Key, name, StringComparison.Ordinal)));

    private static bool TryGet(PSPropertyInfo property, out object? value)
    {
        try
        {
            value = property.Value;
            return true;
        }
        catch (GetValueException)
        {
            // A property that fails is one that the record has not got.
            value = null;
            return false;
        }
    }
}
