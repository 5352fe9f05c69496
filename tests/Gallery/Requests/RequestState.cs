namespace Gallery;

/// <summary>How far a request has come.</summary>
public enum RequestState
{
    /// <summary>Its answer is being made or sent.</summary>
    Running,

    /// <summary>Its answer has been sent as a whole.</summary>
    Completed,

    /// <summary>The client went away first.</summary>
    ClientLeft,

    /// <summary>A fault broke the answer off.</summary>
    BrokenOff,
}
