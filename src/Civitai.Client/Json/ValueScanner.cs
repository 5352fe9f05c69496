using System;
#if NET
using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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
#if NET
        if (_depth > 0 && MoveThroughBlocks(bytes, ref index))
        {
            return true;
        }

#endif
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

                var found = IndexOfQuoteOrBackslash(bytes.Slice(index));
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

    private static int IndexOfQuoteOrBackslash(ReadOnlySpan<byte> bytes)
    {
        // Names and most values end before a search in whole vectors has begun.
        const int Short = 16;
        var length = Math.Min(bytes.Length, Short);
        for (var i = 0; i < length; i++)
        {
            if (bytes[i] is (byte)'"' or (byte)'\\')
            {
                return i;
            }
        }

        if (bytes.Length <= Short)
        {
            return -1;
        }

        var found = bytes.Slice(Short).IndexOfAny((byte)'"', (byte)'\\');
        return found < 0 ? -1 : found + Short;
    }

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

#if NET
    /// <summary>
    /// Goes on through an object or array 64 bytes at a time, without a step for each string or bracket: which quotes are escaped and which
    /// brackets are text is worked out for all of them at once. A block in which a backslash stands outside a string is no JSON, and is left to
    /// the loop that goes byte by byte, so that both always find the same end.
    /// </summary>
    private bool MoveThroughBlocks(ReadOnlySpan<byte> bytes, ref int index)
    {
        const int BlockLength = 64;
        var depth = _depth;
        var inString = _inString ? ulong.MaxValue : 0;
        var escapes = _afterBackslash ? 1UL : 0;
        var ended = false;
        while (bytes.Length - index >= BlockLength)
        {
            ref var first = ref MemoryMarshal.GetReference(bytes.Slice(index, BlockLength));
            var low = Vector256.LoadUnsafe(ref first);
            var high = Vector256.LoadUnsafe(ref first, (nuint)Vector256<byte>.Count);
            var backslashes = Matches(low, high, (byte)'\\');
            var escaped = escapes;
            var escapesNext = 0UL;
            if (backslashes != 0)
            {
                escaped = Escaped(backslashes, escapes, out escapesNext);
            }

            // Each bit is flipped by every quote at or before it.
            var text = Matches(low, high, (byte)'"') & ~escaped;
            text ^= text << 1;
            text ^= text << 2;
            text ^= text << 4;
            text ^= text << 8;
            text ^= text << 16;
            text ^= text << 32;
            text ^= inString;
            if ((backslashes & ~text) != 0)
            {
                break;
            }

            // '[' and '{' differ in one bit, and so do ']' and '}'.
            var bit = Vector256.Create((byte)0x20);
            low |= bit;
            high |= bit;
            var opens = Matches(low, high, (byte)'{') & ~text;
            var closes = Matches(low, high, (byte)'}') & ~text;
            if (BitOperations.PopCount(closes) >= depth)
            {
                for (var brackets = opens | closes; brackets != 0; brackets &= brackets - 1)
                {
                    var at = BitOperations.TrailingZeroCount(brackets);
                    depth += (opens >> at & 1) != 0 ? 1 : -1;
                    if (depth == 0)
                    {
                        index += at + 1;
                        ended = true;
                        break;
                    }
                }

                if (ended)
                {
                    break;
                }
            }
            else
            {
                depth += BitOperations.PopCount(opens) - BitOperations.PopCount(closes);
            }

            inString = (ulong)((long)text >> 63);
            escapes = escapesNext;
            index += BlockLength;
        }

        _depth = depth;
        _inString = !ended && inString != 0;
        _afterBackslash = !ended && escapes != 0;
        return ended;
    }

    private static ulong Matches(Vector256<byte> low, Vector256<byte> high, byte value)
    {
        var wanted = Vector256.Create(value);
        return Vector256.Equals(low, wanted).ExtractMostSignificantBits()
            | ((ulong)Vector256.Equals(high, wanted).ExtractMostSignificantBits() << 32);
    }

    /// <summary>The bytes that a backslash before them takes the meaning of: behind each odd run of backslashes (as simdjson finds them).</summary>
    private static ulong Escaped(ulong backslashes, ulong escapes, out ulong escapesNext)
    {
        const ulong EvenBits = 0x5555_5555_5555_5555;
        backslashes &= ~escapes;
        var behind = (backslashes << 1) | escapes;
        var oddStarts = backslashes & ~EvenBits & ~behind;
        var sequences = unchecked(oddStarts + backslashes);
        escapesNext = sequences < backslashes ? 1UL : 0;
        return (EvenBits ^ (sequences << 1)) & behind;
    }
#endif
}
