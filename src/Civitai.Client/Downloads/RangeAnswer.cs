namespace Civitai.Client.Downloads;

/// <summary>What an answer of a media host is in relation to what was asked for.</summary>
internal enum RangeAnswer
{
    /// <summary>The whole file, whether it was asked for or the rest of it.</summary>
    Whole,

    /// <summary>Just the rest that was asked for, of the same version.</summary>
    Rest,

    /// <summary>No bytes: what is here already is all of it.</summary>
    NothingLeft,

    /// <summary>Anything else in answer to a request for the rest: what is here cannot be completed with it.</summary>
    Unusable,

    /// <summary>Anything else in answer to a request for the whole.</summary>
    Unasked,
}
