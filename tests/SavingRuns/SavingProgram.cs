using System.Globalization;
using System.Text.Json;
using Civitai;
using Civitai.Client;

namespace SavingRuns;

/// <summary>The run that is killed, cut off or raced: saves a list of images and says of each what became of it.</summary>
public static class SavingProgram
{
    /// <summary>The first argument of a process that is such a run; the order follows.</summary>
    public const string Verb = "save";

    /// <summary>Saves what the order says.</summary>
    /// <param name="order">The order as JSON.</param>
    /// <returns>The exit code: 0, also where images could not be saved.</returns>
    public static async Task<int> RunAsync(string order)
    {
        var what = JsonSerializer.Deserialize<RunOrder>(order)!;
        var options = new SaveOptions
        {
            Folder = what.Folder,
            FileName = what.FileName,
            Archive = what.Archive,
            Sidecar = what.Sidecars ? Sidecar.Json | Sidecar.Text : Sidecar.None,
            Hash = what.Hash,
            ThrottleLimit = what.ThrottleLimit,
        };
        using var saver = new CivitaiClient().OpenSaver(new ConnectionSettings { BaseUri = what.Gallery }, options, new Complaints());
        await saver.OpenAsync(CancellationToken.None);
        var plans = (await File.ReadAllLinesAsync(what.List)).Select(ImageOf).Select(image => (Image: image, Plan: saver.Plan(image, null))).ToArray();

        // The command takes as many images more as it has places.
        await Parallel.ForEachAsync(plans, new ParallelOptions { MaxDegreeOfParallelism = 2 * what.ThrottleLimit }, async (one, stop) =>
        {
            try
            {
                var saved = await saver.SaveAsync(one.Plan, stop);
                Say(new RunLine(one.Image.Id, saved.Status.ToString(), saved.Path, null));
            }
            catch (CivitaiException error)
            {
                Say(new RunLine(one.Image.Id, null, null, error.ErrorId + ": " + error.Message));
            }
        });
        return 0;
    }

    /// <summary>What a line of a list stands for.</summary>
    internal static Image ImageOf(string line)
    {
        var blank = line.IndexOf(' ', StringComparison.Ordinal);
        var id = long.Parse(line.AsSpan(0, blank), CultureInfo.InvariantCulture);
        var url = line[(blank + 1)..];
        return new Image(new Item(id, url))
        {
            Id = id,
            Url = url,
            Type = MediaType.Image,
            Username = "alice",
            CreatedAt = new DateTime(2025, 4, 17, 21, 28, 57, DateTimeKind.Utc).ToLocalTime(),
        };
    }

    private static void Say(RunLine line)
    {
        lock (Console.Out)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(line));
        }
    }

    private sealed class Item(long id, string url) : ImageContent
    {
        public override ImageMeta? Meta { get; } = new(new Dictionary<string, object?>(StringComparer.Ordinal) { ["prompt"] = "castle " + id.ToString(CultureInfo.InvariantCulture), ["steps"] = 20L });

        public override string? Json { get; } = JsonSerializer.Serialize(new { id, url, meta = new { prompt = "castle " + id.ToString(CultureInfo.InvariantCulture), steps = 20 } });
    }

    private sealed class Complaints : IActivity
    {
        public void WriteVerbose(string message)
        {
        }

        public void WriteWarning(CivitaiWarning warning, string message) => Say(new RunLine(0, null, null, warning.WithId(message)));

        public void WriteError(CivitaiException exception) => Say(new RunLine(0, null, null, exception.Message));
    }
}
