using System.Text;
using Civitai.Client.Downloads;
using Civitai.Client.Tests.Http;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

public sealed class ArchiveLedgerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("civitaips-ledger-").FullName;

    private readonly RecordedActivity _activity = new();
    private readonly FlakyFiles _files = new();
    private readonly WaitingClock _clock = new();
    private readonly DiskContext _disk;

    public ArchiveLedgerTests() => _disk = new DiskContext(_files, _activity, _clock);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string LedgerPath => Path.Combine(_folder, "saved.txt");

    public void Dispose()
    {
        _disk.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_was_added_is_there_the_next_time_each_width_by_itself()
    {
        var uuid = Key(0, "https://image.civitai.com/k/0a9b8c7d-1111-2222-3333-444455556666/original=true/x.jpeg");
        var other = Key(0, "https://example.org/x.png");
        using (var ledger = await OpenAsync())
        {
            await ledger.AddAsync(Key(5), null, Stop);
            await ledger.AddAsync(Key(6), 450, Stop);
            await ledger.AddAsync(uuid, null, Stop);
            await ledger.AddAsync(other, 96, Stop);
            await ledger.AddAsync(Key(5), null, Stop);
        }

        using var again = await OpenAsync();
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
        using (var ledger = await OpenAsync())
        {
            await ledger.AddAsync(Key(1234), null, Stop);
            await ledger.AddAsync(Key(5678), 450, Stop);
        }

        var whole = await File.ReadAllBytesAsync(LedgerPath, Stop);
        for (var length = 0; length <= whole.Length; length++)
        {
            await File.WriteAllBytesAsync(LedgerPath, whole[..length], Stop);
            using (var ledger = await OpenAsync())
            {
                await ledger.AddAsync(Key(99), null, Stop);
            }

            using var again = await OpenAsync();
            var text = Encoding.ASCII.GetString(whole[..length]);
            var expected = 1 + (text.Contains("+1234;", StringComparison.Ordinal) ? 1 : 0) + (text.Contains("+5678@450;", StringComparison.Ordinal) ? 1 : 0);
            Assert.Equal(expected, again.Count);
            Assert.True(again.Contains(LedgerKey.Of(Key(99), null)));
        }
    }

    [Fact]
    public async Task An_entry_that_was_cut_off_makes_none_with_what_another_run_writes_behind_it()
    {
        await File.WriteAllTextAsync(LedgerPath, "# CivitaiPS archive 1\n+12+34;\n+5@4+6;\r\n+78\n+9;\n;;\n+x;", Stop);
        using var ledger = await OpenAsync();
        Assert.Equal(3, ledger.Count);
        Assert.True(ledger.Contains(LedgerKey.Of(Key(34), null)));
        Assert.True(ledger.Contains(LedgerKey.Of(Key(6), null)));
        Assert.True(ledger.Contains(LedgerKey.Of(Key(9), null)));
    }

    [Fact]
    public async Task Two_writers_at_once_lose_nothing()
    {
        // They really wait for each other.
        using var disk = new DiskContext(_files, _activity, TimeProvider.System);
        using var one = await ArchiveLedger.OpenAsync(disk, LedgerPath, isWhatIf: false, Stop);
        using var two = await ArchiveLedger.OpenAsync(disk, LedgerPath, isWhatIf: false, Stop);
        await Task.WhenAll(
            Task.Run(() => AddAll(one, 1, 300), Stop),
            Task.Run(() => AddAll(two, 1001, 1300), Stop));

        using var again = await OpenAsync();
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
    public async Task A_million_entries_take_at_most_32_bytes_each()
    {
        using (var file = new StreamWriter(LedgerPath) { NewLine = "\n" })
        {
            file.WriteLine("# CivitaiPS archive 1");
            for (var id = 100_000_000; id < 101_000_000; id++)
            {
                file.WriteLine($"+{id};");
            }
        }

        using var ledger = await OpenAsync();
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
    public async Task A_file_that_is_no_ledger_is_refused(string content)
    {
        await File.WriteAllTextAsync(LedgerPath, content, Stop);
        Assert.Equal("CivitaiArchiveInvalid", (await Assert.ThrowsAsync<CivitaiException>(() => OpenAsync())).ErrorId);
        Assert.Equal(content, await File.ReadAllTextAsync(LedgerPath, Stop));
    }

    [Fact]
    public async Task A_folder_is_no_ledger() => Assert.Equal("CivitaiArchiveInvalid", (await Assert.ThrowsAsync<CivitaiException>(() => OpenAsync(_folder))).ErrorId);

    [Fact]
    public async Task Entries_that_come_while_others_are_written_are_flushed_together()
    {
        using var ledger = await OpenAsync();
        using var begun = new SemaphoreSlim(0);
        using var goOn = new ManualResetEventSlim();
        _files.Before = call =>
        {
            if (call == "flush saved.txt")
            {
                begun.Release();
                goOn.Wait(Stop);
            }
        };
        var first = ledger.AddAsync(Key(1), null, Stop);
        await begun.WaitAsync(Stop);

        // Nobody else can write meanwhile.
        Assert.Throws<IOException>(() => new FileStream(LedgerPath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose());
        var others = Enumerable.Range(2, 400).Select(id => ledger.AddAsync(Key(id), null, Stop)).ToArray();
        Assert.All(others, task => Assert.False(task.IsCompleted));
        Assert.False(ledger.Contains(LedgerKey.Of(Key(2), null)));
        goOn.Set();
        await Task.WhenAll([first, .. others]);
        Assert.Equal(3, _files.Calls.Count(call => call == "flush saved.txt"));
        using var again = await OpenAsync();
        Assert.Equal(401, again.Count);
    }

    [Theory]
    [InlineData("the folder is a file")]
    [InlineData("no such place")]
    [InlineData("a folder above is a file")]
    [InlineData("no permission")]
    public async Task One_that_cannot_be_written_is_refused_when_it_is_opened(string why)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "These are places of Unix.");
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "mine", Stop);
        var path = why switch
        {
            "the folder is a file" => Path.Combine(file, "saved.txt"),
            "a folder above is a file" => Path.Combine(file, "deep", "saved.txt"),
            "no such place" => "/proc/saved.txt",
            _ => "/proc/version",
        };
        foreach (var isWhatIf in (bool[])[false, true])
        {
            if (isWhatIf && why == "no such place")
            {
                continue;
            }

            var error = await Assert.ThrowsAsync<CivitaiException>(() => OpenAsync(path, isWhatIf));
            Assert.Equal(("CivitaiArchiveInvalid", (object)path), (error.ErrorId, error.Target!));
        }

        Assert.Equal("mine", await File.ReadAllTextAsync(file, Stop));
    }

    [Fact]
    public async Task Trying_out_makes_and_changes_nothing()
    {
        using (var ledger = await OpenAsync(Path.Combine(_folder, "deep", "saved.txt"), isWhatIf: true))
        {
            Assert.Equal(0, ledger.Count);
        }

        await File.WriteAllTextAsync(LedgerPath, "# CivitaiPS arch", Stop);
        (await OpenAsync(isWhatIf: true)).Dispose();
        Assert.Equal("# CivitaiPS arch", await File.ReadAllTextAsync(LedgerPath, Stop));
        Assert.Equal(LedgerPath, Assert.Single(Directory.GetFileSystemEntries(_folder)));
        (await OpenAsync()).Dispose();
        Assert.Equal("# CivitaiPS archive 1\n", await File.ReadAllTextAsync(LedgerPath, Stop));
    }

    [Theory]
    [InlineData("hello\n")]
    [InlineData("")]
    [InlineData("# CivitaiPS archive 1\n")]
    public void However_long_a_file_is_it_takes_memory_only_for_the_entries_in_it(string start)
    {
        using var file = new Endless(Encoding.ASCII.GetBytes(start));
        var before = GC.GetAllocatedBytesForCurrentThread();
        if (start.StartsWith('#'))
        {
            Assert.Equal(0, ArchiveLedger.Read(LedgerPath, file, Stop).Count);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 128_000_000);
        }
        else
        {
            Assert.Equal("CivitaiArchiveInvalid", Assert.Throws<CivitaiException>(() => ArchiveLedger.Read(LedgerPath, file, Stop)).ErrorId);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
            Assert.InRange(file.BytesRead, 0, 300_000);
        }
    }

    [Fact]
    public void Reading_ends_between_two_blocks_when_it_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        using var file = new Endless(Encoding.ASCII.GetBytes("# CivitaiPS archive 1\n"), onRead: stop.Cancel);
        Assert.ThrowsAny<OperationCanceledException>(() => ArchiveLedger.Read(LedgerPath, file, stop.Token));
        Assert.InRange(file.BytesRead, 1, 300_000);
    }

    /// <summary>A file of two gigabytes and more, zeroes behind its start.</summary>
    private sealed class Endless(byte[] start, Action? onRead = null) : Stream
    {
        private const long End = 2_200_000_000;

        public long BytesRead { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => End;

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            onRead?.Invoke();
            var read = (int)Math.Min(count, End - Position);
            Array.Clear(buffer, offset, read);
            for (var i = Position; i < start.Length; i++)
            {
                buffer[offset + i] = start[i];
            }

            // What is in the middle is of no interest.
            Position = Position > 1_000_000 && Position < End - 1_000_000 ? End - 500_000 : Position + read;
            BytesRead += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    private Task<ArchiveLedger> OpenAsync(string? path = null, bool isWhatIf = false, CancellationToken? stop = null) =>
        ArchiveLedger.OpenAsync(_disk, path ?? LedgerPath, isWhatIf, stop ?? Stop);

    private static MediaKey Key(long id, string? url = null) => MediaKey.Of(new Image { Id = id, Url = url });
}
