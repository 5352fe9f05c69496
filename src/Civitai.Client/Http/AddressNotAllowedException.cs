using System;

namespace Civitai.Client.Http;

/// <summary>A name turned out to mean an address that may not be asked. It passes through the framework's layers and never leaves the engine.</summary>
internal sealed class AddressNotAllowedException(string message) : Exception(message)
{
    /// <summary>The error that it becomes; null for that of an address which the service gave.</summary>
    internal CivitaiError? Error { get; init; }
}
