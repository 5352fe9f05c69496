using System.Globalization;
using System.Security.Cryptography;
using Gallery;

namespace SoakTest;

/// <summary>The gallery in a process of its own, so that its memory and its handles are not counted. It ends when its input does.</summary>
internal static class FaultyGallery
{
    /// <summary>Serves, and writes down what there is: <c>ID</c> of each image, and <c>ID SHA256 URL</c> of those to be saved.</summary>
    internal static async Task<int> ServeAsync(SoakOptions options, string list)
    {
        await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = options.Images, Seed = options.Seed, Meta = MetaKind.Small, FewPictures = true, MediaCacheCount = 1000 });
        await using (var lines = new StreamWriter(list))
        {
            var files = options.Files;
            foreach (var image in gallery.Catalogue.Images)
            {
                var id = image.Id.ToString(CultureInfo.InvariantCulture);
                if (image.Type == "image" && files > 0)
                {
                    files--;
                    await lines.WriteLineAsync(id + " " + Convert.ToHexStringLower(SHA256.HashData(gallery.MediaBytes(image.Id))) + " " + gallery.MediaUrl(image.Id));
                }
                else
                {
                    await lines.WriteLineAsync(id);
                }
            }
        }

        var faults = 0L;
        var requests = 0L;
        gallery.Log.Ended = request =>
        {
            Interlocked.Increment(ref requests);
            Interlocked.Add(ref faults, request.Faults.Count);
        };

        // What the service says when its query ran too long looks like the end; asked again with another limit, it goes on.
        gallery.Faults.Random(options.Seed, SoakOptions.FaultRate, [.. FaultPlan.Recoverable(), Fault.FalseEnd().OnImages().OnLaterPages().When(request => request.Parameter("limit") == "200")]);
        Console.WriteLine(gallery.BaseUri);
        while (await Console.In.ReadLineAsync() is not null)
        {
            Console.WriteLine(FormattableString.Invariant($"{Interlocked.Read(ref requests)} {Interlocked.Read(ref faults)} {gallery.OpenResponses}"));

            // What was asked is written down for tests; here it would only fill the memory.
            gallery.Log.Clear();
        }

        return 0;
    }
}
