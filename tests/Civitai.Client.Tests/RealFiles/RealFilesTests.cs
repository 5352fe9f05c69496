using System.Buffers.Binary;
using System.Globalization;
using Civitai.Client.Downloads;
using Xunit;

namespace Civitai.Client.Tests.RealFiles;

/// <summary>What encoders really write is taken, and what was cut off of it is not.</summary>
public sealed class RealFilesTests
{
    // Cuts at every byte of the beginning and the end, where the structures are, and so many more between them.
    private const int Ends = 400;
    private const int Between = 2500;

    public static TheoryData<string> Names => [.. RealFileList.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_real_file_is_accepted_whole_and_refused_when_it_was_cut(string name)
    {
        var file = RealFileList.All[name];
        var bytes = await file.MakeAsync();
        foreach (var step in (int[])[1, 7, 4096, int.MaxValue])
        {
            var (extension, isWhole) = Scan(bytes, step);
            Assert.Equal((file.Extension, true), (extension, isWhole));
        }

        var needed = bytes.Length - file.Appended;
        var mayPass = MayPass(file.Cut, bytes);
        var accepted = Cuts(needed).Where(length => Scan(bytes[..length], int.MaxValue).IsWhole && !mayPass(length)).ToArray();
        Assert.True(accepted.Length == 0, string.Create(CultureInfo.InvariantCulture, $"of {needed} bytes these are taken for the whole: {string.Join(' ', accepted.Take(20))}"));
    }

    [Fact]
    public async Task A_tenth_of_a_real_file_is_not_another_format()
    {
        foreach (var file in RealFileList.All.Values)
        {
            var bytes = await file.MakeAsync();
            var (extension, _) = Scan(bytes[..Math.Max(bytes.Length / 10, 200)], int.MaxValue);
            Assert.True(extension == file.Extension, $"{file.Name}: {extension}");
        }
    }

    private static IEnumerable<int> Cuts(int length) =>
        Enumerable.Range(0, length).Where(cut => cut < Ends || cut >= length - Ends || cut % ((length / Between) + 1) == 0);

    private static Func<int, bool> MayPass(CutRule rule, byte[] bytes)
    {
        if (rule != CutRule.ShowsWithinPieces)
        {
            return _ => rule == CutRule.DoesNotShow;
        }

        // A piece of a film in fragments ends with its data; fewer bytes behind it than a box header has may be anything.
        var ends = new HashSet<int>();
        for (var at = 0; at < bytes.Length; at += BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at)))
        {
            if (bytes.AsSpan(at + 4, 4).SequenceEqual("mdat"u8))
            {
                ends.Add(at + BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at)));
            }
        }

        return length => Enumerable.Range(0, 8).Any(more => ends.Contains(length - more));
    }

    private static (string? Extension, bool IsWhole) Scan(byte[] bytes, int step)
    {
        var scanner = new MediaScanner();
        for (var at = 0L; at < bytes.Length; at += step)
        {
            scanner.Append(bytes.AsSpan((int)at, (int)Math.Min(step, bytes.Length - at)));
        }

        scanner.End();
        return (scanner.Format is { } format ? MediaFormats.ExtensionOf(format) : null, scanner.IsWhole);
    }
}
