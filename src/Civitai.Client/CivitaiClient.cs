using System;
using System.Threading;
using System.Threading.Tasks;
using Civitai.Client.Feeds;
using Civitai.Client.Http;

namespace Civitai.Client;

/// <summary>The engine's door: what the commands load by name.</summary>
public sealed class CivitaiClient : ICivitaiClient
{
    private int _isPrepared;

    /// <inheritdoc/>
    public void Prepare()
    {
        if (Interlocked.Exchange(ref _isPrepared, 1) == 0)
        {
            _ = Task.Run(static () => new ResiliencePolicy(new ConnectionSettings(), TimeProvider.System, static () => 0, static (_, _) => { }));
            _ = Task.Run(static () => HandlerPool.Client(new HandlerSettings(new ConnectionSettings(), media: false, permitPrivate: true)));
        }
    }

    /// <inheritdoc/>
    public IImageFeed OpenFeed(ConnectionSettings connection, ImageQuery query, IActivity activity) =>
        new QueryFeed(new HttpSession(connection, activity), query, activity, TimeProvider.System);

    /// <inheritdoc/>
    public IImageLookup OpenLookup(ConnectionSettings connection, ImageQuery query, IActivity activity) =>
        new LookupFeed(new HttpSession(connection, activity), query, activity, TimeProvider.System);

    /// <inheritdoc/>
    public IImageSaver OpenSaver(ConnectionSettings connection, SaveOptions options, IActivity activity) => new Downloads.ImageSaver(connection, options, activity);

    /// <inheritdoc/>
    public Task<Account> GetAccountAsync(ConnectionSettings connection, IActivity activity, CancellationToken cancellationToken)
        => Http.AccountRequest.SendAsync(connection, activity, cancellationToken);

    /// <inheritdoc/>
    public void Validate(ConnectionSettings connection) => Http.ConnectionCheck.Validate(connection);

    /// <inheritdoc/>
    public ImageQuery ParseLink(string link) => LinkParser.Parse(link);
}
