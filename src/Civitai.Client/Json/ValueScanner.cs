using System;
#if NET
using System.Buffers;
#endif

namespace Civitai.Client.Json;

/// <summary>
/// Finds the end of one JSON value, in as many pieces as it arrives in. It follows strings and brackets only, so it is as fast as memory,
/// needs no stack whatever the nesting, and finds the end of a value whose inside is not JSON at all: what costs one value never costs the next.
/// </summary>
internal struct ValueScanner
{
#if NET
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);
#endif

    private int _depth;
    private bool _inString;
    private bool _afterBackslash;
    private bool _isBare;

    /// <summary>Starts a value at its first byte, which must be passed over already.</summary>
    internal static ValueScanner StartAt(byte first) => new()
    {
        _depth = first is (byte)'{' or (byte)'[' ? 1 : 0,
        _inString = first == (byte)'"',
        _isBare = first is not ((byte)'{' or (byte)'[' or (byte)'"'),
    };

    /// <summary>Goes on through the next bytes.</summary>
    /// <param name="bytes">What has arrived.</param>
    /// <param name="index">Where to go on; afterwards the first byte behind the value, or the end of the bytes.</param>
    /// <returns>Whether the value has ended. A number or literal ends where something else begins.</returns>
    internal bool MoveToEnd(ReadOnlySpan<byte> bytes, ref int index)
    {
        while (index < bytes.Length)
        {
            if (_isBare)
            {
                while (index < bytes.Length && !EndsBareValue(bytes[index]))
                {
                    index++;
                }

                return index < bytes.Length;
            }

            if (_inString)
            {
                if (_afterBackslash)
                {
                    _afterBackslash = false;
                    index++;
                    continue;
                }

                var found = bytes.Slice(index).IndexOfAny((byte)'"', (byte)'\\');
                if (found < 0)
                {
                    index = bytes.Length;
                    return false;
                }

                index += found + 1;
                if (bytes[index - 1] == (byte)'\\')
                {
                    _afterBackslash = true;
                    continue;
                }

                _inString = false;
                if (_depth == 0)
                {
                    return true;
                }
            }
            else
            {
                var found = IndexOfStructure(bytes.Slice(index));
                if (found < 0)
                {
                    index = bytes.Length;
                    return false;
                }

                index += found + 1;
                switch (bytes[index - 1])
                {
                    case (byte)'"':
                        _inString = true;
                        break;
                    case (byte)'{' or (byte)'[':
                        _depth++;
                        break;
                    default:
                        if (--_depth == 0)
                        {
                            return true;
                        }

                        break;
                }
            }
        }

        return false;
    }

    private static bool EndsBareValue(byte b) =>
        b is (byte)',' or (byte)'}' or (byte)']' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';

    private static int IndexOfStructure(ReadOnlySpan<byte> bytes)
    {
#if NET
        return bytes.IndexOfAny(Structure);
#else
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] is (byte)'"' or (byte)'{' or (byte)'}' or (byte)'[' or (byte)']')
            {
                return i;
            }
        }

        return -1;
#endif
    }
}
