using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

/// <summary>What is resumed is right, whatever a disk made of the part and its journal.</summary>
public sealed class ResumingTests
{
    private const long Size = 900_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("tail zeroed", 400_000, 270_000)]
    [InlineData("middle zeroed", 700_000, 200_000)]
    [InlineData("all zeroed", 400_000, 0)]
    [InlineData("cut", 600_000, 500_000)]
    [InlineData("longer", 600_000, 600_000)]
    [InlineData("zeroes behind", 600_000, 600_000)]
    [InlineData("journal cut", 600_000, 0)]
    [InlineData("journal zeroed", 600_000, 0)]
    [InlineData("journal of another part", 600_000, 0)]
    public async Task A_part_is_resumed_only_as_far_as_it_is_right(string what, int received, int most)
    {
        // Of a format without an end marker, and without -Hash: nothing but the journal can tell.
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Webm);
        var image = rig.Images()[0];
        await InterruptAsync(rig, image, received);
        var part = Path.Combine(rig.Folder, image.Id + ".part");
        Assert.Equal(received, new FileInfo(part).Length);
        await SpoilAsync(rig, part, what, received);

        rig.Gallery.Log.Clear();
        var saved = await rig.SaveAsync(image);
        Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(saved.Path!));
        Assert.Equal([image.Id + ".webm"], rig.Files());
        var start = Assert.Single(rig.Gallery.Log.Media).RangeStart ?? 0;
        Assert.InRange(start, 0, most);
        Assert.Equal(start > 0 ? SaveStatus.Resumed : SaveStatus.Downloaded, saved.Status);
        if (what is "longer" or "zeroes behind")
        {
            Assert.Equal(received, start);
        }
    }

    [Fact]
    public async Task A_journal_that_was_cut_off_at_any_byte_never_makes_a_wrong_file()
    {
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Webm);
        var image = rig.Images()[0];
        var part = Path.Combine(rig.Folder, image.Id + ".part");
        await InterruptAsync(rig, image, 400_000);
        var bytes = await File.ReadAllBytesAsync(part, Stop);
        var journal = await File.ReadAllBytesAsync(part + ".info", Stop);
        for (var length = 0; length <= journal.Length; length += 7)
        {
            await File.WriteAllBytesAsync(part, bytes, Stop);
            await File.WriteAllBytesAsync(part + ".info", journal[..length], Stop);
            var saved = await rig.SaveAsync(image);
            Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(saved.Path!));
            File.Delete(saved.Path!);
        }
    }

    [Fact]
    public async Task A_download_that_is_interrupted_again_and_again_loses_nothing()
    {
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Webm);
        var image = rig.Images()[0];
        for (var received = 100_000; received < 800_000; received += 100_000)
        {
            rig.Gallery.Faults.Clear();
            rig.Gallery.Faults.Add(received == 100_000 ? Fault.AbortAfter(100_000) : Fault.AbortAfter(100_000).OnResume());
            await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image));
            Assert.Equal(received, new FileInfo(Path.Combine(rig.Folder, image.Id + ".part")).Length);
        }

        rig.Gallery.Faults.Clear();
        var saved = await rig.SaveAsync(image);
        Assert.Equal(SaveStatus.Resumed, saved.Status);
        Assert.Equal(700_000, rig.Gallery.Log.Media[^1].RangeStart);
        Assert.Equal(rig.Sha256Of(image.Id), SavingRig.Sha256Of(saved.Path!));
    }

    private static async Task InterruptAsync(SavingRig rig, Image image, int received)
    {
        rig.Gallery.Faults.Add(Fault.AbortAfter(received));
        await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image));
        rig.Gallery.Faults.Clear();
    }

    private static async Task SpoilAsync(SavingRig rig, string part, string what, int received)
    {
        var bytes = await File.ReadAllBytesAsync(part, Stop);
        var journal = await File.ReadAllBytesAsync(part + ".info", Stop);
        switch (what)
        {
            case "tail zeroed":
                Array.Clear(bytes, received - 65_536, 65_536);
                break;
            case "middle zeroed":
                Array.Clear(bytes, 200_000, 4096);
                break;
            case "all zeroed":
                Array.Clear(bytes);
                break;
            case "cut":
                bytes = bytes[..500_000];
                break;
            case "longer":
                bytes = [.. bytes, .. rig.Gallery.MediaBytes(rig.Images()[0].Id).AsSpan(received, 50_000)];
                break;
            case "zeroes behind":
                bytes = [.. bytes, .. new byte[50_000]];
                break;
            case "journal cut":
                journal = journal[..40];
                break;
            case "journal zeroed":
                Array.Clear(journal);
                break;
            default:
                var other = rig.Images()[1];
                await InterruptAsync(rig, other, received);
                var text = await File.ReadAllTextAsync(Path.Combine(rig.Folder, other.Id + ".part.info"), Stop);
                foreach (var file in Directory.GetFiles(rig.Folder, other.Id + ".*"))
                {
                    File.Delete(file);
                }

                // Its note, and the hashes of the other's bytes.
                var ours = System.Text.Encoding.UTF8.GetString(journal);
                journal = System.Text.Encoding.UTF8.GetBytes(ours[..(ours.IndexOf("\nend\n", StringComparison.Ordinal) + 5)] + text[(text.IndexOf("\nend\n", StringComparison.Ordinal) + 5)..]);
                break;
        }

        await File.WriteAllBytesAsync(part, bytes, Stop);
        await File.WriteAllBytesAsync(part + ".info", journal, Stop);
    }
}
