using System;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Http;

/// <summary>Verifies the API key. Only <c>/api/v1/me</c> rejects a bad key; the images endpoint treats it as anonymous.</summary>
internal static class AccountRequest
{
    /// <summary>The answer is a few hundred bytes.</summary>
    private const int LongestAnswer = 1024 * 1024;

    internal static Task<Account> SendAsync(ConnectionSettings connection, IActivity activity, CancellationToken cancellationToken, TimeProvider? time = null)
    {
        var session = new HttpSession(connection, activity, time);
        return session.SendApiAsync("api/v1/me", (response, token) => ReadAsync(session, response, connection, token), connection.BaseUri, cancellationToken);
    }

    private static async Task<Account> ReadAsync(HttpSession session, HttpResponseMessage response, ConnectionSettings connection, CancellationToken cancellationToken)
        => Parse(await session.ReadBodyAsync(response, LongestAnswer, cancellationToken).ConfigureAwait(false), new TextCleaner(ApiKey.Of(connection)?.Value));

    private static Account Parse(ReadOnlyMemory<byte> json, TextCleaner cleaner)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("id", out var id))
            {
                throw Unexpected(null);
            }

            return new Account
            {
                Id = id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out var number) ? number : 0,
                Username = Text(root, "username", cleaner),
                Tier = Text(root, "tier", cleaner),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw Unexpected(exception is JsonException ? exception : null);
        }
    }

    /// <summary>A name may be all digits, and a server may then send it as a number.</summary>
    private static string? Text(JsonElement root, string name, TextCleaner cleaner)
        => root.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => cleaner.Clean(value.GetString()),
                JsonValueKind.Number => value.GetRawText(),
                _ => null,
            }
            : null;

    private static CivitaiException Unexpected(Exception? cause)
        => new(CivitaiError.UnexpectedResponse, "The service's answer about the API key cannot be read.", cause)
        {
            RecommendedAction = "Check that the base URL is that of the service.",
        };
}
