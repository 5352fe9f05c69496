using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Civitai.Client.Http;
using Civitai.Client.Json;

namespace Civitai.Client.Feeds;

/// <summary>Looks up which versions a model has (<c>/api/v1/models/{id}</c>).</summary>
internal sealed class ModelVersions
{
    /// <summary>How many models are looked up at once.</summary>
    private const int Concurrency = 4;

    /// <summary>Models with hundreds of versions, ten sample images each, come to a few megabytes.</summary>
    private const int MaximumLength = 64 * 1024 * 1024;

    private ModelVersions(long modelId)
    {
        ModelId = modelId;
    }

    internal long ModelId { get; }

    /// <summary>The versions, in the service's order; none where the look-up failed.</summary>
    internal IReadOnlyList<long> Ids { get; private set; } = [];

    /// <summary>Why they could not be looked up; null where they were.</summary>
    internal CivitaiException? Failure { get; private set; }

    /// <summary>Looks up models. One that cannot be looked up, whatever the reason, costs only its own versions.</summary>
    /// <param name="context">What the listing's feeds share.</param>
    /// <param name="modelIds">The models.</param>
    /// <returns>What was found, in the order of the models.</returns>
    /// <exception cref="CivitaiException">The service refuses all requests of this connection.</exception>
    internal static async Task<IReadOnlyList<ModelVersions>> FindAsync(FeedContext context, IReadOnlyList<long> modelIds)
    {
        var found = modelIds.Select(id => new ModelVersions(id)).ToArray();
        try
        {
            await FirstFailure.RunAsync(found, Concurrency, (model, token) => model.FindAsync(context, token), context.Lifetime).ConfigureAwait(false);
        }
        catch (CivitaiException exception) when (!ConcernsEverything(exception))
        {
            // The service is down. The others were not asked to their end, and would have failed the same way.
            foreach (var model in found)
            {
                model.Failure ??= model.Ids.Count == 0 ? exception : null;
            }
        }

        return found;
    }

    /// <summary>Whether an error says that the next request would be refused as well, so that there is nothing to list in another way.</summary>
    private static bool ConcernsEverything(CivitaiException exception) =>
        exception.Error is CivitaiError.Unauthorized or CivitaiError.RegionBlocked or CivitaiError.BaseUriNotAllowed;

    private async Task FindAsync(FeedContext context, CancellationToken cancellationToken)
    {
        try
        {
            Ids = await context.Requests.SendOptionalAsync(
                "api/v1/models/" + ModelId.ToString(CultureInfo.InvariantCulture),
                (response, token) => ReadAsync(context.Requests.Session, response, ModelId, token),
                context.Query,
                cancellationToken).ConfigureAwait(false);
        }
        catch (CivitaiException exception) when (!ConcernsEverything(exception) && !context.Requests.IsFailing)
        {
            Failure = exception;
        }
    }

    private static async Task<IReadOnlyList<long>> ReadAsync(HttpSession session, HttpResponseMessage response, long modelId, CancellationToken cancellationToken)
    {
        var json = await session.ReadBodyAsync(response, MaximumLength, cancellationToken).ConfigureAwait(false);
        return ReadIds(json.Span) ?? throw Unexpected(modelId);
    }

    private static List<long>? ReadIds(ReadOnlySpan<byte> json)
    {
        var model = new ObjectWalker(json);
        while (model.MoveNext())
        {
            if (!model.Utf8Name.SequenceEqual("modelVersions"u8))
            {
                continue;
            }

            var ids = new List<long>();
            var versions = new ArrayWalker(model.Value);
            while (versions.MoveNext())
            {
                var version = new ObjectWalker(versions.Value);
                while (version.MoveNext())
                {
                    if (version.Utf8Name.SequenceEqual("id"u8))
                    {
                        if (JsonText.ReadInt64(version.Value) is > 0 and { } id)
                        {
                            ids.Add(id);
                        }

                        break;
                    }
                }
            }

            return versions.IsBroken ? null : ids;
        }

        return null;
    }

    private static CivitaiException Unexpected(long modelId) =>
        new(CivitaiError.UnexpectedResponse, "The service's answer about model " + modelId.ToString(CultureInfo.InvariantCulture) + " has no list of versions.");
}
