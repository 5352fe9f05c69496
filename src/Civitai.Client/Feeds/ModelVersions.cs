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
internal static class ModelVersions
{
    /// <summary>How many models are looked up at once.</summary>
    private const int Concurrency = 4;

    /// <summary>Models with hundreds of versions, ten sample images each, come to a few megabytes.</summary>
    private const int MaximumLength = 64 * 1024 * 1024;

    /// <summary>The versions of all the models, each once, in the models' order.</summary>
    internal static async Task<IReadOnlyList<long>> FindAsync(HttpSession session, ImageQuery query, CancellationToken cancellationToken)
    {
        using var slots = new SemaphoreSlim(Concurrency);
        var found = await Task.WhenAll(query.ModelIds.Select(async modelId =>
        {
            await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await session.SendApiAsync(
                    "api/v1/models/" + modelId.ToString(CultureInfo.InvariantCulture),
                    (response, token) => ReadAsync(session, response, modelId, token),
                    query,
                    cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                slots.Release();
            }
        })).ConfigureAwait(false);
        return found.SelectMany(versions => versions).Distinct().ToArray();
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
