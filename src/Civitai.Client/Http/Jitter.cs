using System;

namespace Civitai.Client.Http;

/// <summary>Chance, for back-offs. Nothing secret hangs on it.</summary>
internal static class Jitter
{
#if NET
    internal static double Next() => Random.Shared.NextDouble();
#else
    private static readonly Random Source = new();

    internal static double Next()
    {
        lock (Source)
        {
            return Source.NextDouble();
        }
    }
#endif
}
