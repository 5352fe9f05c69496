using System;
using System.Net;

namespace Civitai.Client.Http;

/// <summary>What two requests must have in common to share connections. Equal by value, so that connecting again finds the same ones.</summary>
internal sealed class HandlerSettings : IEquatable<HandlerSettings>
{
    internal HandlerSettings(ConnectionSettings connection, bool media, bool permitPrivate, bool loopbackOnly = false)
    {
        Media = media;
        PermitPrivate = permitPrivate;
        LoopbackOnly = loopbackOnly;
        NoProxy = connection.NoProxy || loopbackOnly;
        Proxy = NoProxy ? null : connection.Proxy;
        Credential = NoProxy ? null : connection.ProxyCredential;
        UseDefaultCredentials = !NoProxy && connection.ProxyUseDefaultCredentials;
    }

    /// <summary>For media: bytes as they are, no decompression.</summary>
    internal bool Media { get; }

    /// <summary>Whether a connection may lead to this machine or its network.</summary>
    internal bool PermitPrivate { get; }

    /// <summary>
    /// Whether a connection may lead to this machine alone, past any proxy: what is sent is the key in clear text, and a proxy, that of the system included, is another machine.
    /// </summary>
    internal bool LoopbackOnly { get; }

    internal bool NoProxy { get; }

    internal Uri? Proxy { get; }

    internal NetworkCredential? Credential { get; }

    internal bool UseDefaultCredentials { get; }

    public bool Equals(HandlerSettings? other)
        => other is not null
            && Media == other.Media && PermitPrivate == other.PermitPrivate && LoopbackOnly == other.LoopbackOnly && NoProxy == other.NoProxy
            && UseDefaultCredentials == other.UseDefaultCredentials && Proxy == other.Proxy
            && IsSame(Credential, other.Credential);

    public override bool Equals(object? obj) => Equals(obj as HandlerSettings);

    public override int GetHashCode()
        => (Proxy?.GetHashCode() ?? 0) ^ (Media ? 1 : 0) ^ (PermitPrivate ? 2 : 0) ^ (NoProxy ? 4 : 0) ^ (UseDefaultCredentials ? 8 : 0) ^ (LoopbackOnly ? 16 : 0);

    private static bool IsSame(NetworkCredential? left, NetworkCredential? right)
        => ReferenceEquals(left, right)
            || (left is not null && right is not null && left.UserName == right.UserName && left.Domain == right.Domain && left.Password == right.Password);
}
