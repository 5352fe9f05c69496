using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace Civitai;

/// <summary>The only exception that the engine lets out, cancellation apart.</summary>
[SuppressMessage("Design", "CA1032", Justification = "An error without its id has no meaning here.")]
public sealed class CivitaiException : Exception
{
    /// <summary>Makes an error.</summary>
    /// <param name="error">What went wrong.</param>
    /// <param name="message">A sentence for the user, free of secrets and of control characters.</param>
    /// <param name="innerException">What caused it, if anything did.</param>
    public CivitaiException(CivitaiError error, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Error = error;
    }

    /// <summary>What went wrong.</summary>
    public CivitaiError Error { get; }

    /// <summary>The stable id that scripts test for: the first part of <c>FullyQualifiedErrorId</c>.</summary>
    public string ErrorId => "Civitai" + Error;

    /// <summary>The query, image, path or text that the error is about.</summary>
    public object? Target { get; set; }

    /// <summary>Where the listing can be gone on with (<c>-Cursor</c>), if the error ended one.</summary>
    public string? Cursor { get; set; }

    /// <summary>What the user can do, if anything can be said.</summary>
    public string? RecommendedAction { get; set; }

    /// <summary>
    /// The query parameters that the service rejected (<see cref="CivitaiError.InvalidQuery"/>), as the service spells them, for instance <c>baseModels</c>;
    /// empty where it did not say which.
    /// </summary>
    public IReadOnlyList<string> RejectedParameters { get; init; } = [];

    /// <summary>Bytes of a download that were kept, so that another run can resume there; null where nothing was.</summary>
    public long? KeptBytes { get; set; }

    /// <summary>The length of the whole file in bytes, where it was announced and some of it was kept.</summary>
    public long? TotalBytes { get; set; }

    /// <summary>The HTTP status that the error was made of, if there was one.</summary>
    public int? StatusCode { get; set; }
}
