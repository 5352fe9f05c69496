using System.Security.Cryptography;
using Civitai.Client.Downloads;
using Civitai.Client.Http;
using Civitai.Client.Tests.Http;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

/// <summary>A gallery, an empty folder and savers that talk from the one to the other, on a clock of their own.</summary>
internal sealed class SavingRig : IAsyncDisposable
{
    private SavingRig(GalleryServer gallery)
    {
        Gallery = gallery;
    }

    public GalleryServer Gallery { get; }

    public WaitingClock Clock { get; } = new();

    /// <summary>What share of the longest back-off is waited; none, unless a test is about it.</summary>
    public double Jitter { get; set; }

    public RecordedActivity Activity { get; } = new();

    public string Folder { get; } = Directory.CreateTempSubdirectory("civitaips-save-").FullName;

    public static async Task<SavingRig> StartAsync(long? mediaSize = null, ServedFormat format = ServedFormat.ByType, Action<GalleryOptions>? change = null)
    {
        var options = new GalleryOptions { Images = 120, MediaSize = mediaSize, ImageFormat = format };
        change?.Invoke(options);
        return new SavingRig(await GalleryServer.StartAsync(options));
    }

    public async ValueTask DisposeAsync()
    {
        await Gallery.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>The catalogue's images of a type, as nouns.</summary>
    public Image[] Images(string type = "image") => [.. Gallery.Catalogue.Images
        .Where(image => image.Type == type)
        .Select(image => new Image
        {
            Id = image.Id,
            Url = Gallery.MediaUrl(image.Id).ToString(),
            Username = image.Username,
            Type = type switch { "video" => MediaType.Video, "audio" => MediaType.Audio, _ => MediaType.Image },
            CreatedAt = new DateTime(2025, 4, 17, 21, 28, 57, DateTimeKind.Utc).ToLocalTime(),
        })];

    /// <summary>The disk that savers write to.</summary>
    public FlakyFiles Disk { get; set; } = new();

    /// <summary>The clock by which they wait for it.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    public ImageSaver Saver(SaveOptions? options = null, int retries = 0)
    {
        var saver = ClosedSaver(options, retries);
        saver.OpenAsync(TestContext.Current.CancellationToken).GetAwaiter().GetResult();
        return saver;
    }

    /// <summary>A saver that has not been opened yet.</summary>
    public ImageSaver ClosedSaver(SaveOptions? options = null, int retries = 0)
    {
        var connection = new ConnectionSettings { BaseUri = Gallery.BaseUri, MaximumRetryCount = retries, Timeout = WaitingClock.LongTimeout };
        return new ImageSaver(new HttpSession(connection, Activity, Clock) { Jitter = () => Jitter }, options ?? Options(), Activity, Disk, Time);
    }

    public SaveOptions Options(string? fileName = "{Id}", bool force = false, bool hash = false, Sidecar sidecar = Sidecar.None, string? archive = null, int? width = null) =>
        new() { Folder = Folder, FileName = fileName, Force = force, Hash = hash, Sidecar = sidecar, Archive = archive, Width = width };

    /// <summary>Saves one image with a saver of its own, as a run of its own does.</summary>
    public async Task<SavedImage> SaveAsync(Image image, SaveOptions? options = null, int retries = 0, string? name = null)
    {
        using var saver = Saver(options, retries);
        return await saver.SaveAsync(saver.Plan(image, name), TestContext.Current.CancellationToken);
    }

    public string[] Files() => [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public string Sha256Of(long id) => Convert.ToHexStringLower(SHA256.HashData(Gallery.MediaBytes(id)));

    public static string Sha256Of(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
