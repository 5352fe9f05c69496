using System;
using System.Text;

namespace Civitai.Client.Json;

/// <summary>Walks the properties of a JSON object that is there whole, handing out slices.</summary>
internal ref struct ObjectWalker
{
    private readonly ReadOnlySpan<byte> _json;
    private int _index;
    private bool _started;

    internal ObjectWalker(ReadOnlySpan<byte> json)
    {
        _json = json;
        _index = JsonText.SkipWhiteSpace(json, 0);
        IsBroken = _index >= json.Length || json[_index] != (byte)'{';
        _index++;
    }

    /// <summary>Whether this is no object, or the walk came to something that is not JSON.</summary>
    internal bool IsBroken { get; private set; }

    /// <summary>Where <see cref="Value"/> begins.</summary>
    internal int ValueStart { get; private set; }

    /// <summary>The property's name in UTF-8, its escapes resolved; empty where it cannot be decoded.</summary>
    internal ReadOnlySpan<byte> Utf8Name { get; private set; }

    /// <summary>The property's value.</summary>
    internal ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The property's name; null where it cannot be decoded.</summary>
    internal readonly string? Name => IsEscaped ? JsonText.ReadString(QuotedName) : JsonText.Decode(Utf8Name);

    private bool IsEscaped { get; set; }

    private ReadOnlySpan<byte> QuotedName { get; set; }

    internal bool MoveNext()
    {
        if (IsBroken)
        {
            return false;
        }

        _index = JsonText.SkipWhiteSpace(_json, _index);
        if (_index < _json.Length && _json[_index] == (byte)'}')
        {
            return false;
        }

        if (_started)
        {
            if (_index >= _json.Length || _json[_index] != (byte)',')
            {
                return Break();
            }

            _index = JsonText.SkipWhiteSpace(_json, _index + 1);
        }

        _started = true;
        if (_index >= _json.Length || _json[_index] != (byte)'"')
        {
            return Break();
        }

        var start = _index++;
        var name = ValueScanner.StartAt((byte)'"');
        if (!name.MoveToEnd(_json, ref _index))
        {
            return Break();
        }

        QuotedName = _json.Slice(start, _index - start);
        Utf8Name = QuotedName.Slice(1, QuotedName.Length - 2);
        IsEscaped = Utf8Name.IndexOf((byte)'\\') >= 0;
        if (IsEscaped)
        {
            // No writer of the service escapes the names it knows; another one that stands between may.
            Utf8Name = JsonText.ReadString(QuotedName) is { } decoded ? Encoding.UTF8.GetBytes(decoded) : [];
        }

        _index = JsonText.SkipWhiteSpace(_json, _index);
        if (_index >= _json.Length || _json[_index] != (byte)':')
        {
            return Break();
        }

        _index = JsonText.SkipWhiteSpace(_json, _index + 1);
        if (_index >= _json.Length || _json[_index] is (byte)',' or (byte)'}' or (byte)']' or (byte)':')
        {
            return Break();
        }

        ValueStart = _index;
        var value = ValueScanner.StartAt(_json[_index++]);
        if (!value.MoveToEnd(_json, ref _index))
        {
            return Break();
        }

        Value = _json.Slice(ValueStart, _index - ValueStart);
        return true;
    }

    private bool Break()
    {
        IsBroken = true;
        return false;
    }
}
