using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gallery;

/// <summary>
/// The service's image gallery on loopback: API and media host, faithful to what the real ones do, with a log of what was asked and faults on demand.
/// Kestrel alone, without a host around it: it starts in milliseconds, any number of times in one process.
/// </summary>
public sealed class GalleryServer : IAsyncDisposable
{
    /// <summary>Nothing waits as long as this unless it is broken, on however busy a machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly GalleryOptions _options;
    private readonly KestrelServer _server;
    private readonly MediaHost _media;
    private readonly ImagesEndpoint _images;
    private readonly OtherEndpoints _others;
    private readonly ReplyWriter _writer;
    private readonly ServiceProvider? _tlsServices;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly List<TaskCompletionSource> _idleWaiters = [];
    private int _openResponses;
    private int _openConnections;
    private int _connections;
    private int _apiPort;

    private GalleryServer(GalleryOptions options)
    {
        _options = options;
        Catalogue = options.Catalogue ?? Catalogue.Create(options.Images, options.Seed, options.Meta, options.TimeProvider.GetUtcNow());
        _media = new MediaHost(options, Catalogue);
        _images = new ImagesEndpoint(options, Catalogue, _media);
        _others = new OtherEndpoints(options, Catalogue, _media);
        _writer = new ReplyWriter(options, Log, _stopping.Token);

        var kestrel = new KestrelServerOptions { AddServerHeader = false };
        // Slow readers and writers are what is tested here: no minimum rates.
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MaxConcurrentConnections = null;
        if (options.Https)
        {
            Certificate = CreateCertificate();
            _tlsServices = CreateTlsServices();
            kestrel.ApplicationServices = _tlsServices;
        }

        kestrel.Listen(IPAddress.Loopback, options.Port, Listen);
        if (options.SeparateMediaHost)
        {
            kestrel.Listen(IPAddress.Loopback, 0, Listen);
        }

        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        _server = new KestrelServer(Options.Create(kestrel), transport, NullLoggerFactory.Instance);
        BaseUri = MediaUri = new Uri("http://127.0.0.1/");
    }

    /// <summary>Where the API is: what <c>CIVITAI_BASE_URL</c> should say.</summary>
    public Uri BaseUri { get; private set; }

    /// <summary>Where the media are: the same address, or another port with <see cref="GalleryOptions.SeparateMediaHost"/>.</summary>
    public Uri MediaUri { get; private set; }

    /// <summary>The certificate that a gallery with <see cref="GalleryOptions.Https"/> shows: signed by itself, for nobody to trust who does not know it.</summary>
    public X509Certificate2? Certificate { get; }

    /// <summary>What is there.</summary>
    public Catalogue Catalogue { get; }

    /// <summary>What was asked.</summary>
    public RequestLog Log { get; } = new();

    /// <summary>What goes wrong.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>Requests being answered at this moment.</summary>
    public int OpenResponses => Volatile.Read(ref _openResponses);

    /// <summary>Connections open at this moment.</summary>
    public int OpenConnections => Volatile.Read(ref _openConnections);

    /// <summary>Connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Starts a gallery.</summary>
    public static async Task<GalleryServer> StartAsync(GalleryOptions? options = null)
    {
        var gallery = new GalleryServer(options ?? new GalleryOptions());
        await gallery._server.StartAsync(new Application(gallery), CancellationToken.None);
        var addresses = gallery._server.Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address)).ToArray();
        gallery.BaseUri = addresses[0];
        gallery.MediaUri = addresses[^1];
        gallery._apiPort = gallery.BaseUri.Port;
        gallery._media.SetBase(gallery.MediaUri);
        return gallery;
    }

    /// <summary>The exact bytes that the media host serves as this image's original.</summary>
    public byte[] MediaBytes(long imageId) => _media.Original(imageId);

    /// <summary>The address that the API gives for this image's original.</summary>
    public Uri MediaUrl(long imageId) => new(_media.AddressOf(Catalogue.Find(imageId) ?? throw new KeyNotFoundException(FormattableString.Invariant($"No image {imageId}."))));

    /// <summary>Gives an image other bytes and another ETag from now on.</summary>
    public void ChangeMedia(long imageId) => _media.Change(imageId);

    /// <summary>Waits until no request is being answered.</summary>
    /// <exception cref="TimeoutException">Some still are; the message lists them.</exception>
    public async Task WaitForIdleAsync(TimeSpan timeout)
    {
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_openResponses == 0)
            {
                return;
            }

            _idleWaiters.Add(idle);
        }

        try
        {
            await idle.Task.WaitAsync(timeout);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException("Still being answered:" + Environment.NewLine + string.Join(Environment.NewLine, Log.All.Where(request => request.State == RequestState.Running)), exception);
        }
    }

    /// <summary>Stops: answers under way are cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        using (var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300)))
        {
            await _server.StopAsync(patience.Token);
        }

        _server.Dispose();
        if (_tlsServices is not null)
        {
            await _tlsServices.DisposeAsync();
        }

        Certificate?.Dispose();
    }

    private async Task ProcessAsync(HttpContext context)
    {
        if (ControlEndpoints.IsControl(context))
        {
            await ControlEndpoints.AnswerAsync(this, context);
            return;
        }

        var request = Describe(context);
        lock (_lock)
        {
            _openResponses++;
        }

        var finished = RequestState.BrokenOff;
        var closed = false;
        void Finish()
        {
            if (closed)
            {
                return;
            }

            closed = true;
            request.Finish(finished, _options.TimeProvider.GetUtcNow());
            lock (_lock)
            {
                if (--_openResponses == 0)
                {
                    _idleWaiters.ForEach(waiter => waiter.TrySetResult());
                    _idleWaiters.Clear();
                }
            }

            Log.Changed(request);
            Log.Ended?.Invoke(request);
        }

        try
        {
            Log.Add(request);
            var faults = Faults.Take(request);
            request.Faults = faults.Count == 0 ? [] : [.. faults.Select(fault => fault.Name)];
            if (faults.Count > 0)
            {
                Log.Changed(request);
            }

            finished = await _writer.SendAsync(context, request, faults, () => Answer(context, request, faults), state =>
            {
                finished = state;
                Finish();
            });
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ConnectionAbortedException)
        {
            finished = context.RequestAborted.IsCancellationRequested ? RequestState.ClientLeft : RequestState.BrokenOff;
            context.Abort();
        }
        catch (BrokenOffException)
        {
            finished = RequestState.BrokenOff;
            throw;
        }
        finally
        {
            Finish();
        }
    }

    private Reply Answer(HttpContext context, LoggedRequest request, IReadOnlyList<Fault> faults)
    {
        var onApiPort = !_options.SeparateMediaHost || context.Connection.LocalPort == _apiPort;
        if (request.IsApi && onApiPort)
        {
            if (faults.FirstOrDefault(fault => fault.Kind == FaultKind.Redirect) is { } redirect)
            {
                return MediaHost.Redirect(redirect, request.Path + request.QueryString);
            }

            return request.Path == ImagesQuery.Path
                ? _images.Answer(request, context.Request.Scheme, faults)
                : _others.Answer(request) ?? Reply.Json(404, "{\"error\":\"Not found\"}", cacheable: false);
        }

        if (request.IsMedia)
        {
            return _media.Answer(request, faults);
        }

        return new Reply { Status = 404, Body = "<!DOCTYPE html><html><head><title>404</title></head><body>Not found</body></html>"u8.ToArray(), Headers = [new("Content-Type", "text/html; charset=utf-8")] };
    }

    private LoggedRequest Describe(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        var query = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (context.Request.QueryString.HasValue)
        {
            foreach (var (name, values) in context.Request.Query)
            {
                query[name] = [.. values.Select(value => value ?? "")];
            }
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in context.Request.Headers)
        {
            headers[name] = values.ToString();
        }

        var isApi = path.StartsWith("/api/", StringComparison.Ordinal);
        var imageId = isApi
            ? query.TryGetValue("imageId", out var ids) && long.TryParse(ids[0], System.Globalization.CultureInfo.InvariantCulture, out var id) ? id : (long?)null
            : MediaHost.IdOf(path);
        return new LoggedRequest(
            Log.NextNumber(), context.Request.Method, path, context.Request.QueryString.Value ?? "", query, headers, context.Connection.Id, context.Request.Host.Value ?? "",
            _options.TimeProvider.GetUtcNow(), imageId, context.Request.Protocol, isMedia: !isApi && (!_options.SeparateMediaHost || context.Connection.LocalPort != _apiPort));
    }

    private void Listen(ListenOptions listen)
    {
        listen.Protocols = Certificate is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2;
        listen.Use(next => async connection =>
        {
            Interlocked.Increment(ref _connections);
            Interlocked.Increment(ref _openConnections);
            try
            {
                await next(connection);
            }
            finally
            {
                Interlocked.Decrement(ref _openConnections);
            }
        });
        if (Certificate is { } certificate)
        {
            listen.UseHttps(certificate);
        }
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=gallery", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));

        // Windows shows no certificate whose key exists in memory alone.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), password: null);
    }

    /// <summary>What Kestrel asks a host for when it is to speak TLS.</summary>
    private static ServiceProvider CreateTlsServices()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        return builder.Services.BuildServiceProvider();
    }

    private sealed class Application(GalleryServer gallery) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => gallery.ProcessAsync(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }
}
