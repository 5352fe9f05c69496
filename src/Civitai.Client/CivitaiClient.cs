using System;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client;

/// <summary>The engine's door: what the commands load by name.</summary>
public sealed class CivitaiClient : ICivitaiClient
{
    /// <inheritdoc/>
    public IImageFeed OpenFeed(ConnectionSettings connection, ImageQuery query, IActivity activity) => throw new NotSupportedException();

    /// <inheritdoc/>
    public IImageSaver OpenSaver(ConnectionSettings connection, SaveOptions options, IActivity activity) => new Downloads.ImageSaver(connection, options, activity);

    /// <inheritdoc/>
    public Task<Account> GetAccountAsync(ConnectionSettings connection, IActivity activity, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Validate(ConnectionSettings connection) => throw new NotSupportedException();

    /// <inheritdoc/>
    public ImageQuery ParseLink(string link) => throw new NotSupportedException();
}
