using System;

namespace Civitai.Client.Json;

/// <summary>Walks the elements of a JSON array that is there whole, handing out slices.</summary>
internal ref struct ArrayWalker
{
    private readonly ReadOnlySpan<byte> _json;
    private int _index;
    private bool _started;

    internal ArrayWalker(ReadOnlySpan<byte> json)
    {
        _json = json;
        _index = JsonText.SkipWhiteSpace(json, 0);
        IsBroken = _index >= json.Length || json[_index] != (byte)'[';
        _index++;
    }

    /// <summary>Whether this is no array, or the walk came to something that is not JSON.</summary>
    internal bool IsBroken { get; private set; }

    /// <summary>The element.</summary>
    internal ReadOnlySpan<byte> Value { get; private set; }

    internal bool MoveNext()
    {
        if (IsBroken)
        {
            return false;
        }

        _index = JsonText.SkipWhiteSpace(_json, _index);
        if (_index < _json.Length && _json[_index] == (byte)']')
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
        if (_index >= _json.Length || _json[_index] is (byte)',' or (byte)'}' or (byte)']' or (byte)':')
        {
            return Break();
        }

        var start = _index;
        var value = ValueScanner.StartAt(_json[_index++]);
        if (!value.MoveToEnd(_json, ref _index))
        {
            return Break();
        }

        Value = _json.Slice(start, _index - start);
        return true;
    }

    private bool Break()
    {
        IsBroken = true;
        return false;
    }
}
