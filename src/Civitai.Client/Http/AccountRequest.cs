using System;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Http;

/// <summary>Asks whose key it is. Only <c>/api/v1/me</c> tells: on the gallery a wrong key is silently nobody's.</summary>
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
    {
        using var body = await session.OpenBodyAsync(response, cancellationToken).ConfigureAwait(false);
        var buffer = new byte[4096];
        var length = 0;
        int read;
        while ((read = await BodyStream.ReadAsync(body, buffer, length, cancellationToken).ConfigureAwait(false)) > 0)
        {
            length += read;
            if (length > LongestAnswer)
            {
                throw Unexpected(null);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }

        return Parse(buffer.AsMemory(0, length), new TextCleaner(ApiKey.Of(connection)?.Value));
    }

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
        => new(CivitaiError.UnexpectedResponse, "The service's answer to the question whose key this is cannot be read.", cause)
        {
            RecommendedAction = "Check that the base address is that of the service.",
        };
}
