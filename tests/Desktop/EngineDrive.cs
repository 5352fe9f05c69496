using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Threading;
using Civitai;

namespace Desktop;

/// <summary>Queries the gallery and saves what it gives, through the engine that the module's own loader loads.</summary>
internal sealed class EngineDrive : IActivity
{
    private readonly ICivitaiClient _client;
    private bool _failed;

    internal EngineDrive(string module)
    {
        var commands = Assembly.LoadFrom(Path.Combine(module, "CivitaiPS.dll"));
        var loader = commands.GetType("CivitaiPS.Loading.Engine", throwOnError: true);
        _client = (ICivitaiClient)loader.GetProperty("Client", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;
    }

    public void WriteVerbose(string message) => Console.WriteLine("verbose: " + message);

    public void WriteWarning(CivitaiWarning warning, string message) => Console.WriteLine("warning: " + warning.WithId(message));

    public void WriteError(CivitaiException exception)
    {
        _failed = true;
        Console.WriteLine("error: " + exception.ErrorId + ": " + exception.Message);
    }

    /// <summary>Lists, saves, and saves again.</summary>
    /// <returns>0 when everything came as it should.</returns>
    internal int Run(Uri address, string folder)
    {
        Console.WriteLine("runtime: " + Environment.Version);
        var connection = new ConnectionSettings { BaseUri = address };
        var images = List(connection, new ImageQuery { ModelIds = [123], Sort = ImageSort.MostReactions, First = 12, PageSize = 5 });
        Console.WriteLine("images: " + string.Join(" ", images.Select(image => image.Id.ToString(CultureInfo.InvariantCulture))));
        Console.WriteLine("prompts: " + images.Count(image => image.Prompt is not null).ToString(CultureInfo.InvariantCulture));
        foreach (var status in new[] { SaveStatus.Downloaded, SaveStatus.AlreadyExists })
        {
            using var saver = _client.OpenSaver(connection, new SaveOptions { Folder = folder, Sidecar = Sidecar.Json | Sidecar.Text, Hash = true }, this);
            saver.OpenAsync(CancellationToken.None).GetAwaiter().GetResult();
            foreach (var image in images)
            {
                var saved = saver.SaveAsync(saver.Plan(image, name: null), CancellationToken.None).GetAwaiter().GetResult();
                Console.WriteLine("saved: " + saved.Status + " " + saved.Sha256 + " " + Path.GetFileName(saved.Path));
                _failed |= saved.Status != status;
            }
        }

        return _failed || images.Count != 12 ? 1 : 0;
    }

    private List<Image> List(ConnectionSettings connection, ImageQuery query)
    {
        var images = new List<Image>();
        using var feed = _client.OpenFeed(connection, query, this);
        do
        {
            while (feed.TryRead(out var image))
            {
                images.Add(image);
            }
        }
        while (feed.WaitToReadAsync(CancellationToken.None).GetAwaiter().GetResult());
        return images;
    }
}
