using System;
using System.Net;

namespace Civitai.Client.Http;

/// <summary>The key of a connection in the form in which a header carries it. It has no text of its own, so that no message can show it by accident.</summary>
internal sealed class ApiKey
{
    private ApiKey(string value) => Value = value;

    internal string Value { get; }

    /// <summary>Takes the key out of its wrapping, without the white space that files and clipboards add; null when there is none.</summary>
    internal static ApiKey? Of(ConnectionSettings connection)
    {
        if (connection.ApiKey is null)
        {
            return null;
        }

        var value = new NetworkCredential(string.Empty, connection.ApiKey).Password.Trim();
        return value.Length == 0 ? null : new ApiKey(value);
    }

    /// <summary>Whether a header can carry it. Keys of the service are 32 hexadecimal digits, its access tokens letters and signs.</summary>
    internal bool IsSendable
    {
        get
        {
            foreach (var c in Value)
            {
                if (c is <= ' ' or > '~')
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(ApiKey);
}
