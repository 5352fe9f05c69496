#if NET
using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Http;

/// <summary>
/// Connects to public addresses only. A media address is checked by its spelling beforehand; here, by what its name means at the moment of
/// the connection, so that a name that leads to this machine or its network does not get through, nor one whose meaning has just changed.
/// </summary>
internal sealed class PublicConnector
{
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;

    internal PublicConnector(Func<string, CancellationToken, Task<IPAddress[]>> resolve) => _resolve = resolve;

    internal static PublicConnector Default { get; } = new(static (name, token) => Dns.GetHostAddressesAsync(name, token));

    internal async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var target = context.DnsEndPoint;
        var request = context.InitialRequestMessage;

        // A request for a tunnel is the framework's own, to the proxy; its URL is the proxy's. The tunnel's end is the proxy's business.
        var addresses = request.Method == HttpMethod.Connect
            ? await ResolveAsync(target, cancellationToken).ConfigureAwait(false)
            : await AddressesAsync(target, request.RequestUri, cancellationToken).ConfigureAwait(false);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What may be connected to: everything for a proxy, which the user or the system has named, else the public addresses only.</summary>
    /// <exception cref="AddressNotAllowedException">None is public.</exception>
    internal async Task<IPAddress[]> AddressesAsync(DnsEndPoint endPoint, Uri? request, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(endPoint, cancellationToken).ConfigureAwait(false);
        if (request is not null && !IsEndPointOf(endPoint, request))
        {
            return addresses;
        }

        var allowed = Array.FindAll(addresses, static address => !AddressRules.IsPrivate(address));
        if (allowed.Length == 0 && addresses.Length > 0)
        {
            throw new AddressNotAllowedException(endPoint.Host + " resolves to a loopback or private address; media is not downloaded from those.");
        }

        return allowed;
    }

    private async Task<IPAddress[]> ResolveAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
        => IPAddress.TryParse(endPoint.Host, out var literal) ? [literal] : await _resolve(endPoint.Host, cancellationToken).ConfigureAwait(false);

    private static bool IsEndPointOf(DnsEndPoint endPoint, Uri request)
        => endPoint.Port == request.Port && string.Equals(endPoint.Host, AddressRules.HostOf(request), StringComparison.OrdinalIgnoreCase);
}
#endif
