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

    /// <summary>The HTTP status, if there was one.</summary>
    internal int? StatusCode { get; init; }

    /// <summary>How long the server asked to be left alone, already capped; null when it did not say.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>What the user can do once no attempt is left.</summary>
    internal string? RecommendedAction { get; init; }

    /// <summary>The error that it becomes when no attempt is left.</summary>
    /// <param name="target">What the error is about.</param>
    internal CivitaiException ToError(object? target) => new(Error, Message, InnerException)
    {
        Target = target,
        StatusCode = StatusCode,
        RecommendedAction = RecommendedAction,
    };
}
