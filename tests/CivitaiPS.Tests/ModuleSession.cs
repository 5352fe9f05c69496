using System.Management.Automation;
using EngineHost;
using Gallery;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>
/// A gallery and a runspace with the built module that talks to it. As a class fixture it serves all tests of a class; a test that wants
/// a gallery of its own calls <see cref="StartAsync"/>.
/// </summary>
public sealed class ModuleSession : IAsyncLifetime
{
    private const string BaseAddress = "CIVITAI_BASE_URL";

    private readonly GalleryOptions? _options;
    private readonly string? _addressBefore = Environment.GetEnvironmentVariable(BaseAddress);
    private GalleryServer? _gallery;
    private EngineSession? _engine;

    /// <summary>For class fixtures.</summary>
    public ModuleSession()
    {
    }

    private ModuleSession(GalleryOptions? options) => _options = options;

    /// <summary>The gallery.</summary>
    public GalleryServer Gallery => _gallery ?? throw new InvalidOperationException("The session has not been started.");

    /// <summary>The runspace.</summary>
    public EngineSession Engine => _engine ?? throw new InvalidOperationException("The session has not been started.");

    /// <summary>An empty folder that goes away with the session.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("civitaips-").FullName;

    /// <summary>Starts a session with a gallery of its own.</summary>
    /// <param name="options">How the gallery is set up.</param>
    /// <returns>The session.</returns>
    public static async Task<ModuleSession> StartAsync(GalleryOptions? options = null)
    {
        var session = new ModuleSession(options);
        await session.InitializeAsync();
        return session;
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _gallery = await GalleryServer.StartAsync(_options);
        Environment.SetEnvironmentVariable(BaseAddress, _gallery.BaseUri.ToString());
        _engine = new EngineSession();
        _engine.Import();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _engine?.Dispose();
        Environment.SetEnvironmentVariable(BaseAddress, _addressBefore);
        if (_gallery is not null)
        {
            await _gallery.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Runs a script to its end; the log of the gallery holds the requests of this script alone.</summary>
    /// <param name="script">What to run.</param>
    /// <param name="input">What <c>$input</c> holds.</param>
    /// <returns>Everything that it wrote.</returns>
    public EngineResult Invoke(string script, params object[] input)
    {
        Gallery.Log.Clear();
        return Engine.Invoke(script, input);
    }

    /// <summary>Runs a script that must not give an error.</summary>
    /// <param name="script">What to run.</param>
    /// <param name="input">What <c>$input</c> holds.</param>
    /// <returns>The objects that it wrote.</returns>
    public IReadOnlyList<PSObject> Output(string script, params object[] input)
    {
        var result = Invoke(script, input);
        Assert.Empty(result.Errors.Select(error => $"{error.FullyQualifiedErrorId}: {error}"));
        return result.Output;
    }

    /// <summary>Starts a script and comes back at once; the log of the gallery holds the requests of this script alone.</summary>
    /// <param name="script">What to run.</param>
    /// <returns>The running script.</returns>
    public EngineRun Begin(string script)
    {
        Gallery.Log.Clear();
        return Engine.Begin(script);
    }

    /// <summary>Asserts that no answer is being read any more and that no file below <see cref="Folder"/> is open.</summary>
    /// <returns>A task that ends when the gallery has seen the end of the last request.</returns>
    public async Task AssertNothingIsLeftRunningAsync()
    {
        // The gallery notices that somebody left a moment after he has.
        await Gallery.WaitForIdleAsync(GalleryServer.Patience);
        Assert.Empty(OpenFiles());
    }

    private IEnumerable<string> OpenFiles()
    {
        if (OperatingSystem.IsLinux())
        {
            return Directory.EnumerateFileSystemEntries("/proc/self/fd")
                .Select(entry => new FileInfo(entry).LinkTarget)
                .OfType<string>()
                .Where(target => target.StartsWith(Folder, StringComparison.Ordinal));
        }

        return Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Where(IsOpen);
    }

    private static bool IsOpen(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
