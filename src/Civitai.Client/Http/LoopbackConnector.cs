#if NET
using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Http;

/// <summary>Connects to this machine only, whatever a name server says about <c>localhost</c>.</summary>
internal static class LoopbackConnector
{
    internal static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var target = context.DnsEndPoint;
        IPAddress[] addresses = IPAddress.TryParse(target.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(target.Host, cancellationToken).ConfigureAwait(false);
        var own = Own(target.Host, addresses);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(own, target.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Those of a name's addresses that are this machine's.</summary>
    /// <exception cref="AddressNotAllowedException">There are none.</exception>
    internal static IPAddress[] Own(string host, IPAddress[] addresses)
    {
        var own = Array.FindAll(addresses, AddressRules.IsLoopback);
        return own.Length > 0 || addresses.Length == 0
            ? own
            : throw new AddressNotAllowedException(host + " resolves to another computer; the API key is not sent to it without encryption.") { Error = CivitaiError.BaseUriNotAllowed };
    }
}
#endif
