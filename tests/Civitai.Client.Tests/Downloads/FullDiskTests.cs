using Civitai.Client.Tests.OddDisks;
using Gallery;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

public sealed class FullDiskTests
{
    private const long Size = 700_000;

    [Fact]
    public async Task A_disk_that_is_full_is_a_write_error_and_leaves_no_wrong_file()
    {
        await using var rig = await SavingRig.StartAsync(Size, ServedFormat.Png);
        var disk = Path.Combine(rig.Folder, "disk");
        Directory.CreateDirectory(disk);
        Assert.SkipUnless(OperatingSystem.IsLinux() && SystemProgram.Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk), "A small file system can only be mounted by root on Linux.");
        try
        {
            var images = rig.Images()[..3];
            var options = new SaveOptions { Folder = disk };
            await rig.SaveAsync(images[0], options);
            foreach (var image in images[1..])
            {
                var error = await Assert.ThrowsAsync<CivitaiException>(() => rig.SaveAsync(image, options));
                Assert.Equal("CivitaiFileWriteFailed", error.ErrorId);
                Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
            }

            Assert.Equal(Path.Combine(disk, images[0].Id + ".png"), Assert.Single(Directory.GetFiles(disk, "*.png")));
            foreach (var file in Directory.GetFiles(disk, "*.png"))
            {
                File.Delete(file);
            }

            var saved = await rig.SaveAsync(images[1], options);
            Assert.Equal(rig.Sha256Of(images[1].Id), SavingRig.Sha256Of(saved.Path!));
        }
        finally
        {
            Assert.True(SystemProgram.Run("umount", disk));
        }
    }
}
