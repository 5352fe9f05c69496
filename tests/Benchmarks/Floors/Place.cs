using System.Runtime.InteropServices;

namespace Benchmarks.Floors;

/// <summary>Where a value stands in the page, so that its bytes can be copied without being read.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Place(int Start, int Length);
