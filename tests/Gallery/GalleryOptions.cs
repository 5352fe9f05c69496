namespace Gallery;

/// <summary>How a gallery is set up.</summary>
public sealed class GalleryOptions
{
    /// <summary>What the gallery holds; made up of the next options if not given.</summary>
    public Catalogue? Catalogue { get; set; }

    /// <summary>How many images are made up.</summary>
    public int Images { get; set; } = 3000;

    /// <summary>The seed of the made-up catalogue.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>The generation data of the made-up catalogue.</summary>
    public MetaKind Meta { get; set; } = MetaKind.Mixed;

    /// <summary>Which implementation of the service answers.</summary>
    public Generation Generation { get; set; } = Generation.G1Feed;

    /// <summary>The port of the API; 0 takes a free one.</summary>
    public int Port { get; set; }

    /// <summary>Speaks TLS with a certificate of its own (<see cref="GalleryServer.Certificate"/>), and with it HTTP/2 to whoever wants it. Faults that write raw bytes are for plain connections.</summary>
    public bool Https { get; set; }

    /// <summary>Serves media from a listener of its own, that is from another origin.</summary>
    public bool SeparateMediaHost { get; set; }

    /// <summary>The one key that <c>/api/v1/me</c> knows.</summary>
    public string? ApiKey { get; set; }

    /// <summary>What time it is, for <c>period</c> and for the dates of the catalogue. Waiting always takes real time.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Waited before every answer, API and media.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Waited before media answers instead of <see cref="Latency"/>.</summary>
    public TimeSpan? MediaLatency { get; set; }

    /// <summary>How fast each body is sent, in bytes as they go over the wire; as fast as possible if null.</summary>
    public long? BytesPerSecond { get; set; }

    /// <summary>Compresses API answers as <c>Accept-Encoding</c> allows (br before gzip, as the service's edge does).</summary>
    public bool Compress { get; set; } = true;

    /// <summary>Repairs the service's fault that model listings skip the image on a page boundary.</summary>
    public bool WithoutBoundarySkip { get; set; }

    /// <summary>Model listings give an image that used two versions of the model twice, as the service's join may.</summary>
    public bool LegacyDuplicates { get; set; } = true;

    /// <summary>Parameters of <c>/api/v1/images</c> that have no effect, as those that the service does not know: it answers as if they had not been sent.</summary>
    public IReadOnlyCollection<string> IgnoredParameters { get; set; } = [];

    /// <summary>Pages are rendered and compressed once and then served from memory. For benchmarks: a change of the catalogue is seen, a change of an image's properties is not.</summary>
    public bool Bulk { get; set; }

    /// <summary>What originals are padded to, their format staying valid; null leaves them as drawn (a few kilobytes).</summary>
    public long? MediaSize { get; set; }

    /// <summary>Forces the format of all still images.</summary>
    public ServedFormat ImageFormat { get; set; } = ServedFormat.ByType;

    /// <summary>Draws a few pictures only and tells images apart by an embedded comment: cheap for tens of thousands of files. Implied by <see cref="Bulk"/>.</summary>
    public bool FewPictures { get; set; }

    /// <summary>The largest number of originals kept in memory at a time; the others are made again when asked for.</summary>
    public int MediaCacheCount { get; set; } = 4000;

    /// <summary>Leaves out ETag and Last-Modified of media, so that nothing can be resumed safely.</summary>
    public bool WithoutValidators { get; set; }
}
