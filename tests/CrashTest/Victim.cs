using System.Globalization;
using Civitai;
using Civitai.Client;

namespace CrashTest;

/// <summary>What is killed: saves a list of images and ends.</summary>
internal static class Victim
{
    internal static async Task<int> SaveAsync(Uri address, string folder, string list)
    {
        using var saver = new CivitaiClient().OpenSaver(new ConnectionSettings { BaseUri = address }, new SaveOptions { Folder = folder, ThrottleLimit = 6 }, new Silence());
        var images = (await File.ReadAllLinesAsync(list)).Select(line => line.Split(' ')).Select(parts => new Image { Id = long.Parse(parts[0], CultureInfo.InvariantCulture), Url = parts[1] });
        await Parallel.ForEachAsync(images.Select(image => saver.Plan(image, null)).ToArray(), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (plan, stop) => await saver.SaveAsync(plan, stop));
        return 0;
    }

    private sealed class Silence : IActivity
    {
        public void WriteVerbose(string message)
        {
        }

        public void WriteWarning(CivitaiWarning warning, string message)
        {
        }

        public void WriteError(CivitaiException exception) => Console.Error.WriteLine(exception);
    }
}
