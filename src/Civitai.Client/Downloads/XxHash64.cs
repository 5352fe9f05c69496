using System;
using System.Buffers.Binary;

namespace Civitai.Client.Downloads;

/// <summary>
/// XXH64 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md), over bytes as they go by: it tells bytes that a disk has lost or zeroed, at a small part of what
/// a cryptographic hash takes. Nobody's intent is guarded against.
/// </summary>
internal sealed class XxHash64
{
    private const ulong Prime1 = 0x9E3779B185EBCA87UL;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4FUL;
    private const ulong Prime3 = 0x165667B19E3779F9UL;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63UL;
    private const ulong Prime5 = 0x27D4EB2F165667C5UL;
    private const int StripeLength = 32;

    private readonly byte[] _rest = new byte[StripeLength];
    private readonly ulong _seed;
    private ulong _lane1;
    private ulong _lane2;
    private ulong _lane3;
    private ulong _lane4;
    private ulong _length;
    private int _restLength;

    /// <summary>Begins with nothing.</summary>
    internal XxHash64(ulong seed)
    {
        _seed = seed;
        unchecked
        {
            _lane1 = seed + Prime1 + Prime2;
            _lane2 = seed + Prime2;
            _lane3 = seed;
            _lane4 = seed - Prime1;
        }
    }

    private XxHash64(XxHash64 other)
        : this(other._seed)
    {
        (_lane1, _lane2, _lane3, _lane4) = (other._lane1, other._lane2, other._lane3, other._lane4);
        (_length, _restLength) = (other._length, other._restLength);
        other._rest.CopyTo(_rest, 0);
    }

    /// <summary>The hash of some bytes.</summary>
    internal static ulong Of(ReadOnlySpan<byte> data)
    {
        var hash = new XxHash64(0);
        hash.Append(data);
        return hash.Value;
    }

    /// <summary>Another one that has seen the same bytes.</summary>
    internal XxHash64 Clone() => new(this);

    /// <summary>Takes the next bytes.</summary>
    internal void Append(ReadOnlySpan<byte> data)
    {
        _length += (ulong)data.Length;
        if (_restLength > 0)
        {
            var taken = Math.Min(StripeLength - _restLength, data.Length);
            data.Slice(0, taken).CopyTo(_rest.AsSpan(_restLength));
            _restLength += taken;
            data = data.Slice(taken);
            if (_restLength < StripeLength)
            {
                return;
            }

            AppendStripes(_rest);
        }

        AppendStripes(data);
        var rest = data.Slice(data.Length / StripeLength * StripeLength);
        rest.CopyTo(_rest);
        _restLength = rest.Length;
    }

    /// <summary>The hash of all that has gone by; more may follow.</summary>
    internal ulong Value
    {
        get
        {
            var hash = _length < StripeLength ? _seed + Prime5 : Merged();
            hash += _length;
            var rest = _rest.AsSpan(0, _restLength);
            for (; rest.Length >= 8; rest = rest.Slice(8))
            {
                hash = (Rotate(hash ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest)), 27) * Prime1) + Prime4;
            }

            if (rest.Length >= 4)
            {
                hash = (Rotate(hash ^ (BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1), 23) * Prime2) + Prime3;
                rest = rest.Slice(4);
            }

            foreach (var b in rest)
            {
                hash = Rotate(hash ^ (b * Prime5), 11) * Prime1;
            }

            hash = (hash ^ (hash >> 33)) * Prime2;
            hash = (hash ^ (hash >> 29)) * Prime3;
            return hash ^ (hash >> 32);
        }
    }

    private void AppendStripes(ReadOnlySpan<byte> data)
    {
        var (lane1, lane2, lane3, lane4) = (_lane1, _lane2, _lane3, _lane4);
        while (data.Length >= StripeLength)
        {
            lane1 = Round(lane1, BinaryPrimitives.ReadUInt64LittleEndian(data));
            lane2 = Round(lane2, BinaryPrimitives.ReadUInt64LittleEndian(data.Slice(8)));
            lane3 = Round(lane3, BinaryPrimitives.ReadUInt64LittleEndian(data.Slice(16)));
            lane4 = Round(lane4, BinaryPrimitives.ReadUInt64LittleEndian(data.Slice(24)));
            data = data.Slice(StripeLength);
        }

        (_lane1, _lane2, _lane3, _lane4) = (lane1, lane2, lane3, lane4);
    }

    private ulong Merged()
    {
        var hash = Rotate(_lane1, 1) + Rotate(_lane2, 7) + Rotate(_lane3, 12) + Rotate(_lane4, 18);
        foreach (var lane in (ReadOnlySpan<ulong>)[_lane1, _lane2, _lane3, _lane4])
        {
            hash = ((hash ^ Round(0, lane)) * Prime1) + Prime4;
        }

        return hash;
    }

    private static ulong Round(ulong lane, ulong value) => Rotate(lane + (value * Prime2), 31) * Prime1;

    private static ulong Rotate(ulong value, int bits) => (value << bits) | (value >> (64 - bits));
}
