using System;

namespace Civitai.Client.Http;

/// <summary>What must hold of a connection before anything is sent over it.</summary>
internal static class ConnectionCheck
{
    private const string KeyAdvice = "Provide a valid key with Connect-Civitai or in the environment variable CIVITAI_API_KEY; create one in your Civitai account settings.";

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
                RecommendedAction = "Provide another URL with Connect-Civitai -BaseUri or in the environment variable CIVITAI_BASE_URL.",
            };
        }

        if (key is { IsSendable: false })
        {
            throw new CivitaiException(CivitaiError.Unauthorized, "The API key contains spaces or other invalid characters.")
            {
                Target = Shown(connection.BaseUri, key),
                RecommendedAction = KeyAdvice,
            };
        }
    }

    /// <summary>The URL without what makes it unfit to be shown: a password in it is a secret too.</summary>
    private static string Shown(Uri? address, ApiKey? key)
    {
        var cleaner = new TextCleaner(key?.Value);
        if (address is { IsAbsoluteUri: true } && AddressRules.IsHttp(address))
        {
            return cleaner.Address(address);
        }

        // What is no URL of the web has no part that is known to hold user information: everything before the last @ may.
        var text = address?.OriginalString ?? string.Empty;
        var at = text.LastIndexOf('@');
        return cleaner.Clean(at < 0 ? text : "***" + text.Remove(0, at));
    }
}
