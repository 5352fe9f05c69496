using System;

namespace Civitai;

/// <summary>What is written beside a saved file.</summary>
[Flags]
public enum Sidecar
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The complete item as the service gave it, as <c>NAME.json</c>.</summary>
    Json = 1,

    /// <summary>The generation data as image generators read it back, as <c>NAME.txt</c>.</summary>
    Text = 2,
}
