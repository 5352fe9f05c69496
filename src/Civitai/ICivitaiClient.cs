using System.Threading;
using System.Threading.Tasks;

namespace Civitai;

/// <summary>
/// The engine, as the commands see it. Only tasks, plain types and nouns cross here: the engine is built once for each edition of
/// PowerShell, and any other type would have an identity of its own in each.
/// </summary>
public interface ICivitaiClient
{
    /// <summary>
    /// Has what the first request goes through compiled on other threads, which takes some ten milliseconds, while the caller reads its arguments. Comes back at once and
    /// sends nothing; a second call does nothing.
    /// </summary>
    void Prepare();

    /// <summary>Opens a listing. No request is made yet.</summary>
    IImageFeed OpenFeed(ConnectionSettings connection, ImageQuery query, IActivity activity);

    /// <summary>Opens a listing of images by ids that are not known yet. No request is made yet.</summary>
    /// <param name="connection">How the service is reached.</param>
    /// <param name="query">The filters; its own ids are not used.</param>
    /// <param name="activity">Where messages go.</param>
    IImageLookup OpenLookup(ConnectionSettings connection, ImageQuery query, IActivity activity);

    /// <summary>Opens a folder to save into. Nothing is touched yet.</summary>
    /// <exception cref="CivitaiException">The template, the folder or the ledger cannot be used.</exception>
    IImageSaver OpenSaver(ConnectionSettings connection, SaveOptions options, IActivity activity);

    /// <summary>Asks the service whose key this is.</summary>
    /// <exception cref="CivitaiException">The service does not know the key, or cannot be reached.</exception>
    Task<Account> GetAccountAsync(ConnectionSettings connection, IActivity activity, CancellationToken cancellationToken);

    /// <summary>Checks a base address and the key that would go to it.</summary>
    /// <exception cref="CivitaiException">The address may not be used.</exception>
    void Validate(ConnectionSettings connection);

    /// <summary>Reads a link copied from the browser, or a bare image id, into the query it stands for.</summary>
    /// <returns>A query with nothing but the ids or names that the link holds.</returns>
    /// <exception cref="CivitaiException">The link is of no form that is known.</exception>
    ImageQuery ParseLink(string link);
}
