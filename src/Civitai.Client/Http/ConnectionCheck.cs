using System;

namespace Civitai.Client.Http;

/// <summary>What must hold of a connection before anything is sent over it.</summary>
internal static class ConnectionCheck
{
    private const string KeyAdvice = "Give a valid key with Connect-Civitai or in the environment variable CIVITAI_API_KEY. Keys are made in the account settings of the site.";

    /// <summary>What a 401 advises, and a key that cannot be one.</summary>
    internal static string AdviceForKey => KeyAdvice;

    /// <summary>Throws unless the base address is one and the key may go there.</summary>
    /// <exception cref="CivitaiException"><see cref="CivitaiError.BaseUriNotAllowed"/>, or <see cref="CivitaiError.Unauthorized"/> for a key that no header can carry.</exception>
    internal static void Validate(ConnectionSettings connection) => Validate(connection, ApiKey.Of(connection));

    internal static void Validate(ConnectionSettings connection, ApiKey? key)
    {
        if (AddressRules.WhyNotBase(connection.BaseUri, key is not null) is { } reason)
        {
            throw new CivitaiException(CivitaiError.BaseUriNotAllowed, reason)
            {
                Target = Shown(connection.BaseUri, key),
                RecommendedAction = "Give another address with Connect-Civitai -BaseUri or in the environment variable CIVITAI_BASE_URL.",
            };
        }

        if (key is { IsSendable: false })
        {
            throw new CivitaiException(CivitaiError.Unauthorized, "The API key holds spaces or other characters that no key of the service has.")
            {
                Target = Shown(connection.BaseUri, key),
                RecommendedAction = KeyAdvice,
            };
        }
    }

    /// <summary>The address without what makes it unfit: a password in it is a secret too.</summary>
    private static string? Shown(Uri? address, ApiKey? key)
        => address is { IsAbsoluteUri: true } && AddressRules.IsHttp(address) ? new TextCleaner(key?.Value).Address(address) : null;
}
