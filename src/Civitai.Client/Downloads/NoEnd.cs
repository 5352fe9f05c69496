using System;

namespace Civitai.Client.Downloads;

/// <summary>Matroska and MPEG audio have no end that could be told: only the announced length speaks for them.</summary>
internal sealed class NoEnd : EndMarker
{
    internal override bool IsReached => true;

    internal override void Append(ReadOnlySpan<byte> data)
    {
    }
}
