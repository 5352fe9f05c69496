using System;

namespace Civitai.Client.Http;

/// <summary>An attempt failed in a way that is worth another one. When no attempt is left, it becomes a <see cref="CivitaiException"/> with this error and message.</summary>
internal sealed class TransientException : Exception
{
    internal TransientException(CivitaiError error, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Error = error;
    }

    internal CivitaiError Error { get; }
}
