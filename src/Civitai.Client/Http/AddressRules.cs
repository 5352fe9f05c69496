using System;
using System.Net;
using System.Net.Sockets;

namespace Civitai.Client.Http;

/// <summary>
/// Which addresses may be asked. The service tells where its media lie, so a media address is somebody else's word: it must not make
/// this machine ask itself or its own network, unless the user has put the API there.
/// </summary>
internal static class AddressRules
{
    /// <summary>Names that mean this machine or its network whatever a name server says (RFC 6761, 6762, 8375, and the names in common use).</summary>
    private static readonly string[] PrivateSuffixes = [".localhost", ".localdomain", ".local", ".internal", ".intranet", ".lan", ".home.arpa"];

    /// <summary>
    /// The host as name servers and request headers spell it (IDNA), or null where it has no such spelling: <see cref="Uri"/> accepts names that its own
    /// <see cref="Uri.IdnHost"/> then throws on, and passes others on that are not ASCII. Everything here asks for the host through this.
    /// </summary>
    internal static string? HostOf(Uri uri)
    {
        string host;
        try
        {
            host = uri.IdnHost;
        }
        catch (UriFormatException)
        {
            return null;
        }

        if (host.Length == 0)
        {
            return null;
        }

        foreach (var c in host)
        {
            if (c is <= ' ' or > '~')
            {
                return null;
            }
        }

        return host;
    }

    /// <summary>Whether the scheme is one that is spoken here.</summary>
    internal static bool IsHttp(Uri uri) => uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps;

    /// <summary>What is wrong with a base address, as a sentence, or null.</summary>
    internal static string? WhyNotBase(Uri? baseUri, bool hasKey)
    {
        if (baseUri is null || !baseUri.IsAbsoluteUri)
        {
            return "The base address must be an absolute address such as https://civitai.com.";
        }

        if (!IsHttp(baseUri))
        {
            return "The base address must begin with https:// or http://.";
        }

        if (HostOf(baseUri) is null)
        {
            return "The base URL must name a valid host.";
        }

        if (baseUri.UserInfo.Length > 0)
        {
            return "The base address must not hold a user name or a password.";
        }

        if (baseUri.AbsolutePath != "/")
        {
            return "The base address must not hold a path: only scheme, host and port, such as https://civitai.com.";
        }

        if (baseUri.Query.Length > 0 || baseUri.Fragment.Length > 0 || baseUri.OriginalString.IndexOfAny(['?', '#']) >= 0)
        {
            return "The base address must not hold a query or a fragment: only scheme, host and port, such as https://civitai.com.";
        }

        if (hasKey && !CarriesKey(baseUri))
        {
            return "The API key is sent over https only, or to this machine itself; the base address is plain http to another host.";
        }

        return null;
    }

    /// <summary>Whether the key may travel to this address: encrypted, or without leaving the machine.</summary>
    internal static bool CarriesKey(Uri uri) => uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && IsLoopback(uri));

    /// <summary>Whether two addresses have scheme, host and port in common.</summary>
    internal static bool IsSameOrigin(Uri left, Uri right)
        => left.Scheme == right.Scheme && left.Port == right.Port && HostOf(left) is { } host && string.Equals(host, HostOf(right), StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the host, by itself and without a name server, is known to be this machine or on its network. A host that cannot be spelled out counts as such.</summary>
    internal static bool IsPrivate(Uri uri)
    {
        if (Literal(uri) is { } address)
        {
            return IsPrivate(address);
        }

        if (HostOf(uri) is not { } host)
        {
            return true;
        }

        var name = host.TrimEnd('.');

        // A name without a dot is completed by the local resolver.
        if (name.IndexOf('.') < 0)
        {
            return true;
        }

        foreach (var suffix in PrivateSuffixes)
        {
            if (name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether an address is loopback, private, link-local, shared, multicast or unspecified, in any of the spellings that IPv6 has for an
    /// IPv4 address. 198.18.0.0/15 is not counted, although reserved: tunnelling proxies answer every name with an address from it.
    /// </summary>
    internal static bool IsPrivate(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return IsPrivateV4(bytes[0], bytes[1], bytes[2]);
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return true;
        }

        // ::/96 and ::ffff:0:0/96 (mapped), ::ffff:0:0:0/96 (translated), 64:ff9b::/96 (NAT64): the last four bytes are an IPv4 address.
        if (IsZero(bytes, 0, 8) && ((bytes[8] | bytes[9]) == 0 || (bytes[8] == 0xff && bytes[9] == 0xff)))
        {
            return IsPrivateV4(bytes[12], bytes[13], bytes[14]);
        }

        if (bytes[0] == 0x00 && bytes[1] == 0x64 && bytes[2] == 0xff && bytes[3] == 0x9b)
        {
            return !IsZero(bytes, 4, 12) || IsPrivateV4(bytes[12], bytes[13], bytes[14]);
        }

        // 2002::/16 (6to4): the IPv4 address follows.
        if (bytes[0] == 0x20 && bytes[1] == 0x02)
        {
            return IsPrivateV4(bytes[2], bytes[3], bytes[4]);
        }

        // fc00::/7 unique local; fe80::/10 link-local; fec0::/10 the old site-local; ff00::/8 multicast.
        return (bytes[0] & 0xfe) == 0xfc || (bytes[0] == 0xfe && bytes[1] >= 0x80) || bytes[0] == 0xff;
    }

    /// <summary>The IP address that a host is written as, or null for a name.</summary>
    internal static IPAddress? Literal(Uri uri)
        => IPAddress.TryParse(HostOf(uri), out var address) ? address : null;

    /// <summary>Whether the host is this machine by its spelling. Whether <c>localhost</c> really is, the connection finds out.</summary>
    internal static bool IsLoopback(Uri uri)
        => Literal(uri) is { } address
            ? IsLoopback(address)
            : string.Equals(HostOf(uri)?.TrimEnd('.'), "localhost", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether an address is this machine's own.</summary>
    internal static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    private static bool IsPrivateV4(byte a, byte b, byte c) => a switch
    {
        0 or 10 or 127 => true,
        100 => b is >= 64 and <= 127,
        169 => b == 254,
        172 => b is >= 16 and <= 31,
        192 => b == 168 || (b == 0 && c == 0),
        >= 224 => true,
        _ => false,
    };

    private static bool IsZero(byte[] bytes, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if (bytes[i] != 0)
            {
                return false;
            }
        }

        return true;
    }
}
