#if !NET
using System;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Http;

/// <summary>
/// What .NET Framework's transport lacks: connections that are made anew now and then, and a look at where a name leads before media are
/// asked for. The look comes before the connection and not with it: a name whose meaning changes in between gets through here.
/// </summary>
internal sealed class FrameworkHandler : DelegatingHandler
{
    private readonly HandlerSettings _settings;
    private readonly HttpClientHandler _handler;
    private readonly int _lease;

    internal FrameworkHandler(HandlerSettings settings, HttpClientHandler handler, TimeSpan connectionLifetime)
        : base(handler)
    {
        _settings = settings;
        _handler = handler;
        _lease = (int)connectionLifetime.TotalMilliseconds;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri;
        ServicePointManager.FindServicePoint(address).ConnectionLeaseTimeout = _lease;
        if (AddressRules.Literal(address) is null && AddressRules.HostOf(address) is { } host && (_settings.LoopbackOnly || (!_settings.PermitPrivate && !GoesThroughProxy(address))))
        {
            var addresses = await Dns.GetHostAddressesAsync(host).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (_settings.LoopbackOnly && !Array.TrueForAll(addresses, AddressRules.IsLoopback))
            {
                throw new AddressNotAllowedException(host + " resolves to another computer; the API key is not sent to it without encryption.") { Error = CivitaiError.BaseUriNotAllowed };
            }

            if (!_settings.PermitPrivate && Array.Exists(addresses, AddressRules.IsPrivate))
            {
                throw new AddressNotAllowedException(host + " resolves to a loopback or private address; media is not downloaded from those.");
            }
        }

        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private bool GoesThroughProxy(Uri address)
    {
        if (!_handler.UseProxy)
        {
            return false;
        }

        var proxy = _handler.Proxy ?? WebRequest.DefaultWebProxy;
        return proxy is not null && !proxy.IsBypassed(address) && proxy.GetProxy(address) is { } way && way != address;
    }
}
#endif
