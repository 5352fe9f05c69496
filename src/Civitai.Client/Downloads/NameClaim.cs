namespace Civitai.Client.Downloads;

/// <summary>Whether a name could be had.</summary>
internal enum NameClaim
{
    /// <summary>Nobody had it in this run.</summary>
    New,

    /// <summary>The same image has it: it was piped before.</summary>
    Repeated,

    /// <summary>Another image has it.</summary>
    Taken,
}
