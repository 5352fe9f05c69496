using System;

namespace Civitai.Client.Downloads;

/// <summary>A file whose end cannot be told, such as a JPEG XL codestream without its container: only the announced length speaks for it.</summary>
internal sealed class NoEnd : EndMarker
{
    internal override bool IsReached => true;

    internal override void Append(ReadOnlySpan<byte> data)
    {
    }
}
