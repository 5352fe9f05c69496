using System;
using System.Collections.Generic;

namespace Civitai.Client.Json;

/// <summary>
/// Takes a page (<c>{"items":[…],"metadata":{…}}</c>, in any order and with anything beside) apart while it arrives: each item is handed out
/// as bytes of its own as soon as its last byte is there.
/// </summary>
internal sealed class PageScanner
{
    /// <summary>The longest item, in bytes: far above any that the service sends (ComfyUI workflows are of hundreds of kilobytes), well below what would exhaust memory.</summary>
    internal const int MaximumItemLength = 16 * 1024 * 1024;

    /// <summary>The most bytes of a page that are not in its items: cursors and counts, of some hundred bytes.</summary>
    internal const int MaximumOtherLength = 4 * 1024 * 1024;

    /// <summary>The most items of a page: the service gives 200.</summary>
    internal const int MaximumItems = 5_000;

    private readonly List<byte> _part = [];
    private State _state = State.BeforeRoot;
    private Keep _keep;
    private ValueScanner _value;
    private string _name = string.Empty;
    private long _length;
    private long _itemLength;
    private int _items;

    private enum State
    {
        BeforeRoot,
        BeforeFirstName,
        BeforeName,
        InName,
        BeforeColon,
        BeforeValue,
        InValue,
        AfterValue,
        BeforeFirstItem,
        BeforeItem,
        InItem,
        AfterItem,
        Ended,
    }

    private enum Keep
    {
        Nothing,
        Everything,
    }

    /// <summary>Whether the page's last bracket has been seen.</summary>
    internal bool HasEnded => _state == State.Ended;

    /// <summary>Whether there was a list of items.</summary>
    internal bool HasItems { get; private set; }

    /// <summary>The <c>metadata</c> value, or null where there was none.</summary>
    internal byte[]? Metadata { get; private set; }

    /// <summary>What is wrong with the page, or null.</summary>
    internal string? Fault { get; private set; }

    /// <summary>Goes on through the next bytes.</summary>
    /// <param name="bytes">What has arrived.</param>
    /// <param name="items">Takes each complete item.</param>
    /// <returns>False when this is no page; <see cref="Fault"/> says why.</returns>
    internal bool Scan(ReadOnlySpan<byte> bytes, Action<byte[]> items)
    {
        var index = 0;
        while (index < bytes.Length && Fault is null)
        {
            if (_state is State.InName or State.InValue or State.InItem)
            {
                ScanValue(bytes, ref index, index, items);
                continue;
            }

            var b = bytes[index];
            if (JsonText.IsWhiteSpace(b))
            {
                index++;
                continue;
            }

            if (StartsValue(b))
            {
                var start = index++;
                _value = ValueScanner.StartAt(b);
                ScanValue(bytes, ref index, start, items);
                continue;
            }

            Step(b);
            index++;
        }

        _length += bytes.Length;
        if (Fault is null && _length - _itemLength > MaximumOtherLength)
        {
            Fault = "what is not in its items is larger than 4 MB";
        }

        return Fault is null;
    }

    /// <summary>Whether a value begins at this byte; sets what to do with it.</summary>
    private bool StartsValue(byte b)
    {
        switch (_state)
        {
            case State.BeforeFirstName or State.BeforeName when b == (byte)'"':
                (_state, _keep) = (State.InName, Keep.Everything);
                return true;
            case State.BeforeValue when _name == "items" && b == (byte)'[' && !HasItems:
                return false;
            case State.BeforeValue when b is not ((byte)',' or (byte)'}' or (byte)']' or (byte)':'):
                (_state, _keep) = (State.InValue, _name == "metadata" ? Keep.Everything : Keep.Nothing);
                return true;
            case State.BeforeFirstItem or State.BeforeItem when b is not ((byte)',' or (byte)'}' or (byte)']' or (byte)':'):
                (_state, _keep) = (State.InItem, Keep.Everything);
                return true;
            default:
                return false;
        }
    }

    private void Step(byte b)
    {
        switch (_state)
        {
            case State.BeforeRoot when b == (byte)'{':
                _state = State.BeforeFirstName;
                break;
            case State.BeforeFirstName or State.AfterValue when b == (byte)'}':
                _state = State.Ended;
                break;
            case State.AfterValue when b == (byte)',':
                _state = State.BeforeName;
                break;
            case State.BeforeColon when b == (byte)':':
                _state = State.BeforeValue;
                break;
            case State.BeforeValue when b == (byte)'[':
                HasItems = true;
                _state = State.BeforeFirstItem;
                break;
            case State.BeforeFirstItem or State.AfterItem when b == (byte)']':
                _state = State.AfterValue;
                break;
            case State.AfterItem when b == (byte)',':
                _state = State.BeforeItem;
                break;
            case State.Ended:
                Fault = "something follows the end of the page";
                break;
            default:
                Fault = _state == State.BeforeRoot ? "it does not begin as a JSON object" : "it is not JSON";
                break;
        }
    }

    private void ScanValue(ReadOnlySpan<byte> bytes, ref int index, int start, Action<byte[]> items)
    {
        var ended = _value.MoveToEnd(bytes, ref index);
        var piece = bytes.Slice(start, index - start);
        if (_state == State.InItem)
        {
            _itemLength += piece.Length;
        }

        if (!ended)
        {
            if (_keep == Keep.Everything)
            {
                KeepPart(piece);
            }

            return;
        }

        switch (_state)
        {
            case State.InName:
                _name = JsonText.ReadString(Whole(piece)) ?? string.Empty;
                _state = State.BeforeColon;
                break;
            case State.InValue:
                if (_keep == Keep.Everything)
                {
                    Metadata = Whole(piece);
                }

                _state = State.AfterValue;
                break;
            default:
                items(Whole(piece));
                _state = State.AfterItem;
                if (++_items > MaximumItems)
                {
                    Fault = "it has more than 5,000 items";
                }

                break;
        }
    }

    private void KeepPart(ReadOnlySpan<byte> piece)
    {
        if (_part.Count + piece.Length > MaximumItemLength)
        {
            Fault = "one item of it is larger than 16 MB";
            return;
        }

#if NET
        System.Collections.Generic.CollectionExtensions.AddRange(_part, piece);
#else
        _part.AddRange(piece.ToArray());
#endif
    }

    private byte[] Whole(ReadOnlySpan<byte> lastPiece)
    {
        if (_part.Count == 0)
        {
            return lastPiece.ToArray();
        }

        var whole = new byte[_part.Count + lastPiece.Length];
        _part.CopyTo(whole);
        lastPiece.CopyTo(whole.AsSpan(_part.Count));
        _part.Clear();
        return whole;
    }
}
