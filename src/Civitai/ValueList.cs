using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Civitai;

/// <summary>A read-only list that prints its members, so that a column of a CSV file holds the values and not a type's name.</summary>
/// <typeparam name="T">The type of the members.</typeparam>
public sealed class ValueList<T> : IReadOnlyList<T>
{
    private readonly T[] _values;

    /// <summary>Makes a list of a copy of the values.</summary>
    public ValueList(IEnumerable<T> values)
    {
        _values = values.ToArray();
    }

    /// <inheritdoc/>
    public int Count => _values.Length;

    /// <inheritdoc/>
    public T this[int index] => _values[index];

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _values.GetEnumerator();

    /// <summary>The members in the invariant culture, with <c>", "</c> between them.</summary>
    public override string ToString() =>
        string.Join(", ", _values.Select(value => string.Format(CultureInfo.InvariantCulture, "{0}", value)));
}
