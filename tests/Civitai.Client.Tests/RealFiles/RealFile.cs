using System.Collections.Concurrent;

namespace Civitai.Client.Tests.RealFiles;

/// <summary>A file as an encoder writes it.</summary>
/// <param name="Name">What is special about it; unique.</param>
/// <param name="Extension">What it is saved as.</param>
/// <param name="Cut">What can be told of it when it is cut off.</param>
/// <param name="Commands">What makes it; the last writes a file called <c>out.*</c>.</param>
internal sealed record RealFile(string Name, string Extension, CutRule Cut, params string[] Commands)
{
    // What several recipes begin with, as words that stand for the arguments of ffmpeg.
    private static readonly Dictionary<string, string> Sources = new(StringComparer.Ordinal)
    {
        ["$video"] = "-v error -nostdin -f lavfi -i testsrc2=size=64x48:rate=10:duration=1",
        ["$picture"] = "-v error -nostdin -f lavfi -i testsrc2=size=67x45:rate=1:duration=1 -frames:v 1",
        ["$sound"] = "-v error -nostdin -f lavfi -i sine=frequency=440:sample_rate=44100:duration=1",
        ["$both"] = "-v error -nostdin -f lavfi -i testsrc2=size=64x48:rate=10:duration=1 -f lavfi -i sine=frequency=440:sample_rate=44100:duration=1",
        ["$exact"] = "-fflags +bitexact -flags:v +bitexact -flags:a +bitexact",
    };

    private static readonly ConcurrentDictionary<string, Lazy<Task<byte[]>>> Made = new(StringComparer.Ordinal);

    /// <summary>What another program did to the encoder's file.</summary>
    internal Func<byte[], byte[]>? Change { get; init; }

    /// <summary>How many bytes at its end are not part of what is shown.</summary>
    internal int Appended { get; init; }

    /// <summary>Makes the file, once a test run for each row of commands.</summary>
    internal async Task<byte[]> MakeAsync()
    {
        var bytes = await Made.GetOrAdd(string.Join('\n', Commands), _ => new Lazy<Task<byte[]>>(RunAsync)).Value;
        return Change is null ? bytes : Change(bytes);
    }

    private async Task<byte[]> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("civitaips-real-").FullName;
        try
        {
            foreach (var command in Commands)
            {
                await MediaTools.RunAsync(string.Join(' ', command.Split(' ').Select(word => Sources.GetValueOrDefault(word, word))), folder);
            }

            return await File.ReadAllBytesAsync(Directory.GetFiles(folder, "out.*").Single());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
