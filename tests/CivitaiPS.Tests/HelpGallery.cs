using Gallery;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>A session with a gallery that has what the examples of the help name, and no key in the environment.</summary>
public sealed class HelpGallery : IAsyncLifetime
{
    /// <summary>The key that its gallery knows.</summary>
    public const string ApiKey = "a-key-for-examples";

    private static readonly string[] KeyVariables = ["CIVITAI_API_KEY", "CIVITAI_API_TOKEN"];

    private readonly string?[] _keysBefore = [.. KeyVariables.Select(Environment.GetEnvironmentVariable)];
    private ModuleSession? _session;

    /// <summary>The session.</summary>
    public ModuleSession Session => _session ?? throw new InvalidOperationException("The gallery has not been started.");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var catalogue = Catalogue.Create();
        catalogue.Add(new CatalogueImage
        {
            Id = 9123456,
            Username = "alice",
            UserId = 1001,
            CreatedAt = DateTimeOffset.UtcNow,
            MetaJson = """{"prompt":"a castle","Hires upscaler":"Latent"}""",
        });
        _session = await ModuleSession.StartAsync(new GalleryOptions { Catalogue = catalogue, ApiKey = ApiKey });
        Array.ForEach(KeyVariables, variable => Environment.SetEnvironmentVariable(variable, value: null));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        for (var i = 0; i < KeyVariables.Length; i++)
        {
            Environment.SetEnvironmentVariable(KeyVariables[i], _keysBefore[i]);
        }

        if (_session is not null)
        {
            await _session.DisposeAsync();
        }
    }
}
