using System.Diagnostics;
using System.Reflection;
using EngineHost;

namespace Benchmarks.Report;

/// <summary>A gallery in a process of its own, so that its time is not counted.</summary>
internal sealed class GalleryProcess : IDisposable
{
    private readonly Process _process;
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromMinutes(5) };

    /// <summary>Starts one and waits until it listens.</summary>
    /// <param name="options">Its command line.</param>
    public GalleryProcess(string options)
    {
        var program = typeof(GalleryProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "Gallery").Value!;
        var start = new ProcessStartInfo(TimedProcess.Dotnet, "\"" + Path.Combine(BuiltModule.RepositoryRoot, program) + "\" --until-stdin-closes " + options)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        Address = new Uri(_process.StandardOutput.ReadLine()!.Split(' ')[^1]);
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Forgets what was asked so far.</summary>
    public void ClearLog() => Get("gallery/clear");

    /// <summary>The paths that were asked for.</summary>
    /// <param name="media">Of media, or of the API.</param>
    public int CountRequests(bool media) =>
        Get("gallery/log").Split('\n').Count(line => line.Contains(media ? "\"IsMedia\":true" : "\"IsMedia\":false", StringComparison.Ordinal));

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(10_000))
        {
            _process.Kill();
        }

        _process.Dispose();
        _client.Dispose();
    }

    private string Get(string path) => _client.GetStringAsync(new Uri(Address, path)).GetAwaiter().GetResult();
}
