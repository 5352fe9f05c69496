using System.Diagnostics;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.RealFiles;

/// <summary>The encoders of this machine: ffmpeg, ImageMagick and those of libavif, libheif and libjxl.</summary>
internal static class MediaTools
{
    // ImageMagick 7 has one program, 6 several, and Debian's name tells it from others of that name.
    private static readonly string[] MagickNames = ["magick", "convert-im6.q16", "convert"];

    private static readonly TimeSpan Limit = GalleryServer.Patience;

    /// <summary>Runs one command, its words separated by single spaces; skips the test where the program is not installed.</summary>
    internal static async Task RunAsync(string command, string folder)
    {
        var words = command.Split(' ');
        var program = words[0] == "magick" ? MagickNames.Select(Find).FirstOrDefault(found => found is not null) : Find(words[0]);
        Assert.SkipWhen(program is null, words[0] + " is not installed.");
        var start = new ProcessStartInfo(program!, words[1..])
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            var said = process.StandardOutput.ReadToEndAsync(limit.Token);
            var complained = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, $"{command}: {process.ExitCode}\n{await said}{await complained}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
        .SelectMany(folder => (string[])[Path.Combine(folder, program), Path.Combine(folder, program + ".exe")])
        .FirstOrDefault(File.Exists);
}
