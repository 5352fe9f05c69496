using Civitai.Client.Feeds;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace Civitai.Client.Tests.Feeds;

/// <summary>The set of ids that have been given.</summary>
public sealed class IdSetTests
{
    [Property(MaxTest = 200)]
    public void It_answers_as_a_HashSet_does(PositiveInt[] ids, byte shift)
    {
        // High bits too, and many ids that share their low ones.
        var values = ids.Select(id => (long)id.Get << (shift % 32)).ToArray();
        var set = new IdSet();
        var expected = new HashSet<long>();
        Assert.All(values.Concat(values), id => Assert.Equal(expected.Add(id), set.Add(id)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4096)]
    [InlineData(1L << 40)]
    public void Rows_of_ids_are_told_apart(long step)
    {
        var set = new IdSet();
        for (var id = step; id <= step * 20_000; id += step)
        {
            Assert.True(set.Add(id));
        }

        for (var id = step; id <= step * 20_000; id += step)
        {
            Assert.False(set.Add(id));
        }

        Assert.True(set.Add(long.MaxValue));
        Assert.False(set.Add(long.MaxValue));
    }

    [Fact]
    public void An_id_takes_at_most_24_bytes()
    {
        var set = new IdSet();
        for (var count = 1; count <= 100_000; count++)
        {
            set.Add(100_000_000L + (count * 2));
            if (count > 200)
            {
                Assert.True(set.Bytes <= 24L * count, $"{set.Bytes} bytes for {count} ids");
            }
        }
    }
}
