using System.Net;
using System.Net.Sockets;

namespace CivitaiPS.Tests;

/// <summary>Ports that nobody listens on.</summary>
internal static class FreePort
{
    /// <summary>A port that was free a moment ago.</summary>
    /// <param name="address">The address that is listened on.</param>
    internal static int On(string address)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
