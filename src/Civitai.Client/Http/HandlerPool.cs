using System;
using System.Collections.Concurrent;
#if NET
using System.IO;
#endif
using System.Net;
using System.Net.Http;
using System.Threading;
#if NET
using System.Threading.Tasks;
#endif

namespace Civitai.Client.Http;

/// <summary>The connections of the process: one client for each handler setting, kept for good, since each holds a pool of its own.</summary>
/// <remarks>
/// Certificates are checked by the platform, and nothing here can turn that off. Tests that speak TLS make a client of their own of
/// <see cref="CreateHandler"/>, with trust in their own certificate, and give it to a session (<see cref="RequestSender.ClientOf"/>).
/// </remarks>
internal static class HandlerPool
{
    /// <summary>After this a connection is made anew, so that a change in the name service is noticed.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>More than the most downloads at a time (64): who counts them is not the transport.</summary>
    private const int ConnectionsPerHost = 128;

    /// <summary>In kilobytes. The edge network itself allows 32 and 16 a field.</summary>
    private const int LongestHeaders = 64;

#if NET
    /// <summary>How long the empty chunk at the end of a body may be in coming.</summary>
    private static readonly TimeSpan LastChunk = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(20);
#endif

    private static readonly ConcurrentDictionary<HandlerSettings, Lazy<HttpClient>> Clients = new();

    internal static HttpClient Client(HandlerSettings settings)
        => Clients.GetOrAdd(settings, static wanted => new Lazy<HttpClient>(() => Create(wanted))).Value;

    private static HttpClient Create(HandlerSettings settings)
    {
#if NET
        return Create(CreateHandler(settings));
#else
        AddTls12();
        return Create(new FrameworkHandler(settings, CreateHandler(settings), ConnectionLifetime));
#endif
    }

    /// <summary>A client that sends through a handler.</summary>
    internal static HttpClient Create(HttpMessageHandler handler)
    {
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };

        // The edge network has answered 403 to the names of bare libraries.
        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", UserAgent.Value);
        return client;
    }

#if NET
    /// <summary>The transport with everything that is the same for all requests of these settings.</summary>
    internal static SocketsHttpHandler CreateHandler(HandlerSettings settings)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = settings.Media ? DecompressionMethods.None : DecompressionMethods.All,
            PooledConnectionLifetime = ConnectionLifetime,
            EnableMultipleHttp2Connections = true,
            MaxConnectionsPerServer = ConnectionsPerHost,
            MaxResponseHeadersLength = LongestHeaders,
            ConnectTimeout = TimeSpan.FromSeconds(30),

            // What is given up is not read on behind the caller's back: the first byte of it closes the connection. Nothing at all must be allowed for, or every
            // compressed page would cost its connection: the decoder is at its end before the last chunk, which is empty, has been read.
            MaxResponseDrainSize = 1,
            ResponseDrainTimeout = LastChunk,

            // All requests share one connection of HTTP/2. One that died without a word would fail every attempt, each after its whole time-out.
            KeepAlivePingDelay = PingDelay,
            KeepAlivePingTimeout = PingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PlaintextStreamFilter = static (context, _) => new ValueTask<Stream>(new FreshConnectionStream(context.PlaintextStream)),
            UseProxy = !settings.NoProxy,
            Proxy = ProxyOf(settings),
            DefaultProxyCredentials = settings.UseDefaultCredentials ? CredentialCache.DefaultCredentials : settings.Credential,
        };
        if (settings.LoopbackOnly)
        {
            handler.ConnectCallback = LoopbackConnector.ConnectAsync;
        }
        else if (!settings.PermitPrivate)
        {
            handler.ConnectCallback = PublicConnector.Default.ConnectAsync;
        }

        return handler;
    }
#else
    private static HttpClientHandler CreateHandler(HandlerSettings settings)
        => new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = settings.Media ? DecompressionMethods.None : DecompressionMethods.GZip | DecompressionMethods.Deflate,

            // .NET Framework's default is two a host.
            MaxConnectionsPerServer = ConnectionsPerHost,
            MaxResponseHeadersLength = LongestHeaders,
            UseProxy = !settings.NoProxy,
            Proxy = ProxyOf(settings),
            DefaultProxyCredentials = settings.UseDefaultCredentials ? CredentialCache.DefaultCredentials : settings.Credential,
        };

    /// <summary>
    /// Old systems offer only protocols that the service does not speak. TLS 1.2 is added to what the process has; "the system's default"
    /// (0) is left alone, since adding to it would take the others away.
    /// </summary>
    private static void AddTls12()
    {
        // The name of 0, SystemDefault, is not in netstandard2.0.
        if (ServicePointManager.SecurityProtocol != default(SecurityProtocolType))
        {
            ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls12;
        }
    }
#endif

    private static WebProxy? ProxyOf(HandlerSettings settings)
    {
        if (settings.Proxy is null)
        {
            // The platform's own, with the credentials above.
            return null;
        }

        return new WebProxy(settings.Proxy)
        {
            UseDefaultCredentials = settings.UseDefaultCredentials,
            Credentials = settings.UseDefaultCredentials ? CredentialCache.DefaultCredentials : settings.Credential,
        };
    }
}
