using System.Text;
using Civitai.Client.Downloads;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

public sealed class ArchiveLedgerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("civitaips-ledger-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string LedgerPath => Path.Combine(_folder, "saved.txt");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_added_is_there_the_next_time_each_width_by_itself()
    {
        var uuid = Key(0, "https://image.civitai.com/k/0a9b8c7d-1111-2222-3333-444455556666/original=true/x.jpeg");
        var other = Key(0, "https://example.org/x.png");
        using (var ledger = ArchiveLedger.Open(LedgerPath))
        {
            await ledger.AddAsync(Key(5), null, Stop);
            await ledger.AddAsync(Key(6), 450, Stop);
            await ledger.AddAsync(uuid, null, Stop);
            await ledger.AddAsync(other, 96, Stop);
            await ledger.AddAsync(Key(5), null, Stop);
        }

        using var again = ArchiveLedger.Open(LedgerPath);
        Assert.Equal(4, again.Count);
        Assert.True(again.Contains(LedgerKey.Of(Key(5), null)));
        Assert.False(again.Contains(LedgerKey.Of(Key(5), 450)));
        Assert.True(again.Contains(LedgerKey.Of(Key(6), 450)));
        Assert.False(again.Contains(LedgerKey.Of(Key(6), null)));
        Assert.True(again.Contains(LedgerKey.Of(uuid, null)));
        Assert.False(again.Contains(LedgerKey.Of(uuid, 450)));
        Assert.True(again.Contains(LedgerKey.Of(other, 96)));
        Assert.False(again.Contains(LedgerKey.Of(Key(7), null)));
    }

    [Fact]
    public async Task A_crash_at_any_byte_loses_at_most_the_entry_being_written_and_makes_none_up()
    {
        using (var ledger = ArchiveLedger.Open(LedgerPath))
        {
            await ledger.AddAsync(Key(1234), null, Stop);
            await ledger.AddAsync(Key(5678), 450, Stop);
        }

        var whole = await File.ReadAllBytesAsync(LedgerPath, Stop);
        for (var length = 0; length <= whole.Length; length++)
        {
            await File.WriteAllBytesAsync(LedgerPath, whole[..length], Stop);
            using (var ledger = ArchiveLedger.Open(LedgerPath))
            {
                await ledger.AddAsync(Key(99), null, Stop);
            }

            using var again = ArchiveLedger.Open(LedgerPath);
            var text = Encoding.ASCII.GetString(whole[..length]);
            var expected = 1 + (text.Contains("+1234;", StringComparison.Ordinal) ? 1 : 0) + (text.Contains("+5678@450;", StringComparison.Ordinal) ? 1 : 0);
            Assert.Equal(expected, again.Count);
            Assert.True(again.Contains(LedgerKey.Of(Key(99), null)));
        }
    }

    [Fact]
    public void An_entry_that_was_cut_off_makes_none_with_what_another_run_writes_behind_it()
    {
        File.WriteAllText(LedgerPath, "# CivitaiPS archive 1\n+12+34;\n+5@4+6;\r\n+78\n+9;\n;;\n+x;");
        using var ledger = ArchiveLedger.Open(LedgerPath);
        Assert.Equal(3, ledger.Count);
        Assert.True(ledger.Contains(LedgerKey.Of(Key(34), null)));
        Assert.True(ledger.Contains(LedgerKey.Of(Key(6), null)));
        Assert.True(ledger.Contains(LedgerKey.Of(Key(9), null)));
    }

    [Fact]
    public async Task Two_writers_at_once_lose_nothing()
    {
        using var one = ArchiveLedger.Open(LedgerPath);
        using var two = ArchiveLedger.Open(LedgerPath);
        await Task.WhenAll(
            Task.Run(() => AddAll(one, 1, 300), Stop),
            Task.Run(() => AddAll(two, 1001, 1300), Stop));

        using var again = ArchiveLedger.Open(LedgerPath);
        Assert.Equal(600, again.Count);

        static async Task AddAll(ArchiveLedger ledger, long first, long last)
        {
            for (var id = first; id <= last; id++)
            {
                await ledger.AddAsync(Key(id), null, Stop);
            }
        }
    }

    [Fact]
    public void A_million_entries_take_at_most_32_bytes_each()
    {
        using (var file = new StreamWriter(LedgerPath) { NewLine = "\n" })
        {
            file.WriteLine("# CivitaiPS archive 1");
            for (var id = 100_000_000; id < 101_000_000; id++)
            {
                file.WriteLine($"+{id};");
            }
        }

        using var ledger = ArchiveLedger.Open(LedgerPath);
        Assert.Equal(1_000_000, ledger.Count);
        Assert.InRange(ledger.Bytes, 1, 32_000_000);
        Assert.True(ledger.Contains(LedgerKey.Of(Key(100_999_999), null)));
        Assert.False(ledger.Contains(LedgerKey.Of(Key(101_000_000), null)));
    }

    [Fact]
    public void A_set_that_grows_stays_within_32_bytes_a_key_and_forgets_nothing()
    {
        var keys = new LedgerKeySet(0);
        for (var id = 1; id <= 300_000; id++)
        {
            Assert.True(keys.Add(LedgerKey.Of(Key(id), null)));
            if (id > 2000)
            {
                Assert.True(keys.Bytes <= 32L * id);
            }
        }

        Assert.All(Enumerable.Range(1, 300_000), id => Assert.True(keys.Contains(LedgerKey.Of(Key(id), null))));
    }

    [Theory]
    [InlineData("hello, I am a list of my own\n")]
    [InlineData("\u0089PNG\r\n")]
    [InlineData("+5;\n")]
    public void A_file_that_is_no_ledger_is_refused(string content)
    {
        File.WriteAllText(LedgerPath, content);
        Assert.Equal("CivitaiArchiveInvalid", Assert.Throws<CivitaiException>(() => ArchiveLedger.Open(LedgerPath)).ErrorId);
    }

    [Fact]
    public void A_folder_is_no_ledger() => Assert.Equal("CivitaiArchiveInvalid", Assert.Throws<CivitaiException>(() => ArchiveLedger.Open(_folder)).ErrorId);

    private static MediaKey Key(long id, string? url = null) => MediaKey.Of(new Image { Id = id, Url = url });
}
