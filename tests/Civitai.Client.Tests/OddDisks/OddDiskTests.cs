using Civitai.Client.Tests.Downloads;
using Gallery;
using SavingRuns;
using Xunit;

namespace Civitai.Client.Tests.OddDisks;

/// <summary>What a file system cannot do and the bytes do not need is done without.</summary>
public sealed class OddDiskTests : IDisposable
{
    // Beyond what is kept in memory, so that parts are written.
    private const long Large = 1_200_000;
    private const long Interrupted = 700_000;

    // Far beyond what it takes, and far below for ever.
    private static readonly TimeSpan Limit = GalleryServer.Patience;

    // Started as a program of its own, so that a library can be preloaded.
    private static readonly string Program = TestProgram.PathOf("CrashTest");

    private readonly string _root = Directory.CreateTempSubdirectory("civitaips-odd-disk-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("date-eperm")]
    [InlineData("date-enosys")]
    [InlineData("date-lost")]
    [InlineData("rename-once")]
    [InlineData("rename-denied-once")]
    [InlineData("rename-open")]
    [InlineData("link-eperm")]
    [InlineData("reserve-enosys")]
    [InlineData("flush-enosys")]
    [InlineData("flush-einval")]
    [InlineData("lock-enolck")]
    [InlineData("date-eperm date-enosys rename-once rename-open link-eperm reserve-enosys flush-einval lock-enolck")]
    public async Task What_a_disk_cannot_do_is_done_without(string oddities)
    {
        using var disk = OddDisk.TryBuild();
        Assert.SkipWhen(disk is null, "There is no C compiler, or this is not Linux.");
        await SaveAsync(_root, disk!.Environment(_root, oddities));
    }

    [Theory]
    [InlineData("exfat", "mkfs.exfat IMAGE", "mount -t exfat-fuse -o loop IMAGE DISK")]
    [InlineData("ntfs", "mkfs.ntfs -F -q -Q IMAGE", "mount -t ntfs-3g -o loop IMAGE DISK")]
    public async Task A_real_file_system_of_another_kind_is_saved_to(string kind, string format, string mount)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/dev/fuse"), "Mounting takes root and /dev/fuse.");
        var image = Path.Combine(_root, kind + ".img");
        var disk = Path.Combine(_root, "disk");
        Directory.CreateDirectory(disk);
        await using (var file = File.Create(image))
        {
            file.SetLength(64 << 20);
        }

        foreach (var command in (string[])[format, mount])
        {
            // Both are programs that the system need not have; a loop device need not be there either.
            var words = command.Replace("IMAGE", image, StringComparison.Ordinal).Replace("DISK", disk, StringComparison.Ordinal).Split(' ');
            Assert.SkipUnless(SystemProgram.Run(words[0], words[1..]), command + " does not work here.");
        }

        try
        {
            await SaveAsync(disk, null);
        }
        finally
        {
            Assert.True(SystemProgram.Run("umount", disk));
        }
    }

    // Small files and large ones, sidecars, an archive; parts that a first run left, on a disk as the others have it; a third run that has nothing to do.
    private async Task SaveAsync(string disk, IReadOnlyDictionary<string, string>? environment)
    {
        await using var large = await SavingRig.StartAsync(Large, ServedFormat.Png);
        await using var small = await GalleryServer.StartAsync(new GalleryOptions { Images = 200, Seed = 2, FewPictures = true });
        var images = new ImageList();
        var begun = large.Images()[..3];
        images.Add(large.Gallery, large.Images()[..5].Select(image => image.Id));
        images.Add(small, small.Catalogue.Images.Where(image => image.Type == "image").Select(image => image.Id).Except(images.Ids).Take(20).ToArray());
        var list = Path.Combine(large.Folder, "list.txt");
        images.Write(list);
        var order = new RunOrder { Gallery = large.Gallery.BaseUri, Folder = Path.Combine(disk, "pictures"), List = list, Archive = Path.Combine(disk, "archive.txt"), Sidecars = true };
        foreach (var image in begun)
        {
            large.Gallery.Faults.Add(Fault.AbortAfter(Interrupted));
            await Assert.ThrowsAsync<CivitaiException>(() => large.SaveAsync(image, new SaveOptions { Folder = order.Folder }));
        }

        foreach (var expected in (string[][])[["Downloaded", "Resumed"], ["InArchive"]])
        {
            using var run = SavingProcess.Start(order, Program, environment);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            limit.CancelAfter(Limit);
            Assert.Equal((0, string.Empty), (await run.WaitAsync(limit.Token), run.Complaints));
            var saved = SavedFolder.InspectFinished(images, order.Folder, order.Archive, sidecars: true);
            saved.CompareWith(run.Lines);
            Assert.Empty(saved.Faults);
            Assert.Equal(images.Count, saved.Right.Count);
            Assert.Equal(images.Count, run.Lines.Count);
            Assert.All(run.Lines, line => Assert.Contains(line.Status, expected, StringComparer.Ordinal));
        }
    }
}
