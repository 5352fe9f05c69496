using System.Diagnostics;
using System.Globalization;
using System.Net.Http;
using FuzzTest;
using Gallery;

// Gives random and mutated bytes to every reader of what comes from outside. Only the module's own errors may come out.
//   FuzzTest [--inputs 1000000] [--seed n]    the readers alone
//   FuzzTest --answers 100000 [--seed n]      answers of a server, through the commands of the built module
var inputs = 1_000_000;
var answers = 0;
var seed = Environment.TickCount & 0xFFFFFF;
for (var i = 0; i + 1 < args.Length; i += 2)
{
    var number = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
    _ = args[i] switch
    {
        "--inputs" => inputs = number,
        "--answers" => answers = number,
        "--seed" => seed = number,
        _ => throw new ArgumentException("Unknown option " + args[i], nameof(args)),
    };
}

if (answers > 0)
{
    return await AnswerAsync(answers, seed);
}

Console.WriteLine(FormattableString.Invariant($"{inputs:N0} inputs, seed {seed}."));
var pages = new List<byte[]>();
var media = new List<byte[]>();
foreach (var options in (GalleryOptions[])[new() { Images = 60, Meta = MetaKind.Mixed }, new() { Catalogue = Catalogue.Odd(unreadable: true, large: false) }])
{
    await using var gallery = await GalleryServer.StartAsync(options);
    using var client = new HttpClient { BaseAddress = gallery.BaseUri };
    for (var page = 1; page <= 8; page++)
    {
        pages.Add(await client.GetByteArrayAsync(new Uri(FormattableString.Invariant($"api/v1/images?limit=4&page={page}&browsingLevel=31&withMeta=true"), UriKind.Relative)));
    }

    foreach (var image in gallery.Catalogue.Images.Take(30))
    {
        media.Add(gallery.MediaBytes(image.Id));
    }
}

foreach (var format in Enum.GetValues<ServedFormat>())
{
    await using var gallery = await GalleryServer.StartAsync(new GalleryOptions { Images = 2, ImageFormat = format });
    media.Add(gallery.MediaBytes(gallery.Catalogue.Images[0].Id));
}

var clock = Stopwatch.StartNew();
var failures = 0;
var total = 0;
foreach (var target in Targets.All(seed, [.. pages], [.. media]))
{
    var accepted = 0;
    var failed = 0;
    var count = (int)Math.Max(1, (long)inputs * target.Share / 100);
    var slowest = TimeSpan.Zero;
    for (var number = 0; number < count && failed < 3; number++)
    {
        var input = target.Mutator.NextInput();
        var began = clock.Elapsed;
        try
        {
            accepted += target.Read(input) ? 1 : 0;
        }
#pragma warning disable CA1031 // Every exception that comes out is what is looked for.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failures++;
            failed++;
            Console.WriteLine(FormattableString.Invariant($"FAILED: {target.Name}, seed {seed}, input {number}: {Convert.ToBase64String(input)}{Environment.NewLine}{exception}"));
        }

        var took = clock.Elapsed - began;
        slowest = took > slowest ? took : slowest;
    }

    total += count;
    Console.WriteLine(FormattableString.Invariant($"{target.Name,-16} {count,9:N0} inputs, {accepted,9:N0} accepted, slowest {slowest.TotalMilliseconds:0.0} ms"));
}

Console.WriteLine(FormattableString.Invariant($"{(failures == 0 ? "PASSED" : "FAILED")}: {total:N0} inputs in {clock.Elapsed.TotalSeconds:0} s, {failures} failures, seed {seed}."));
return failures == 0 ? 0 : 1;

static async Task<int> AnswerAsync(int answers, int seed)
{
    Console.WriteLine(FormattableString.Invariant($"{answers:N0} answers, seed {seed}."));
    var clock = Stopwatch.StartNew();
    await using var server = new OddServer(await CommandFuzz.AnswersAsync(seed));
    using var fuzz = new CommandFuzz(seed);
    var fault = fuzz.Run(server, answers);
    foreach (var (id, count) in fuzz.Errors)
    {
        Console.WriteLine(FormattableString.Invariant($"{id,-28} {count,9:N0}"));
    }

    Console.WriteLine(FormattableString.Invariant($"{"no error",-28} {fuzz.Clean,9:N0} of {fuzz.Commands:N0} commands"));
    if (fault is not null)
    {
        Console.WriteLine("FAILED: " + fault + Environment.NewLine + string.Join(Environment.NewLine, server.Last));
    }

    Console.WriteLine(FormattableString.Invariant($"{(fault is null ? "PASSED" : "FAILED")}: {server.Given:N0} answers in {clock.Elapsed.TotalSeconds:0} s, seed {seed}."));
    return fault is null ? 0 : 1;
}
