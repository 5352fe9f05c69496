using System.Text;
using Civitai.Client.Json;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace Civitai.Client.Tests.Json;

/// <summary>Pages are taken apart the same way, however they arrive.</summary>
public sealed class PageScannerTests
{
    private const string Page = """
        { "other" : [1, {"items":[9]}, "]}"], "items" : [ {"id":1,"meta":{"a\"]}":"}{][\\","b":[[],{}]}} ,
          {"id":2,"text":"\\\\\" , é城🏰 \uD83C\uDFF0"}, 17,null, "a,b]" ,[1,[2]],{}, -1.5e3 ], "x":null, "metadata":{"nextCursor":"5|bdx:{\"v\":1}"} , "y" : true }
        """;

    private static readonly string[] Items =
    [
        """{"id":1,"meta":{"a\"]}":"}{][\\","b":[[],{}]}}""", """{"id":2,"text":"\\\\\" , é城🏰 \uD83C\uDFF0"}""", "17", "null", "\"a,b]\"", "[1,[2]]", "{}", "-1.5e3",
    ];

    [Fact]
    public void A_page_cut_at_any_byte_gives_the_same()
    {
        var bytes = Encoding.UTF8.GetBytes(Page);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var scan = Scan(bytes[..cut], bytes[cut..]);
            Assert.Equal(Items, scan.Items);
            Assert.Equal("""{"nextCursor":"5|bdx:{\"v\":1}"}""", scan.Metadata);
            Assert.Null(scan.Fault);
            Assert.True(scan.HasEnded);
        }
    }

    [Fact]
    public void A_page_that_comes_byte_by_byte_gives_the_same_and_each_item_with_its_last_byte()
    {
        var bytes = Encoding.UTF8.GetBytes(Page);
        Assert.Equal(Items, Scan([.. bytes.Select(b => new[] { b })]).Items);

        var seen = new List<int>();
        var scanner = new PageScanner();
        for (var i = 0; i < bytes.Length; i++)
        {
            Assert.True(scanner.Scan([bytes[i]], _ => seen.Add(i)));
        }

        // The first item ends where its last brace is.
        Assert.Equal(Encoding.UTF8.GetByteCount(Page[..(Page.IndexOf(Items[0], StringComparison.Ordinal) + Items[0].Length)]) - 1, seen[0]);
    }

    [Property(MaxTest = 300)]
    public void Any_bytes_give_the_same_whole_and_in_pieces_and_throw_nothing(byte[] noise, int[] places, PositiveInt piece)
    {
        var bytes = Encoding.UTF8.GetBytes(Page);
        for (var i = 0; i < Math.Min(noise.Length, places.Length); i++)
        {
            bytes[(int)((uint)places[i] % (uint)bytes.Length)] = noise[i];
        }

        var whole = Scan(bytes);
        var pieces = Scan([.. bytes.Chunk(1 + (piece.Get % 50))]);
        Assert.Equal(whole.Items, pieces.Items);
        Assert.Equal(whole.Metadata, pieces.Metadata);
        Assert.Equal(whole.Fault, pieces.Fault);
        Assert.Equal(whole.HasEnded, pieces.HasEnded);
    }

    [Property(MaxTest = 200)]
    public void Pure_noise_throws_nothing(byte[] noise)
    {
        Scan(noise);
        Scan([.. "{\"items\":["u8, .. noise]);
        Scan([.. "{\"metadata\":"u8, .. noise]);
    }

    [Theory]
    [InlineData("", false, true)]
    [InlineData("{", false, true)]
    [InlineData("{\"items\":[{\"id\":5}", false, true)]
    [InlineData("{\"items\":[{\"id\":5}]", false, true)]
    [InlineData("{}", true, true)]
    [InlineData(" \r\n\t{ } \n", true, true)]
    [InlineData("\uFEFF{}", false, false)]
    [InlineData("<html>", false, false)]
    [InlineData("[]", false, false)]
    [InlineData("{}x", true, false)]
    [InlineData("{\"items\":[,]}", false, false)]
    [InlineData("{\"items\":[1,]}", false, false)]
    [InlineData("{\"items\":[1 2]}", false, false)]
    [InlineData("{\"items\":[1}", false, false)]
    [InlineData("{items:[]}", false, false)]
    [InlineData("{\"items\" []}", false, false)]
    [InlineData("{\"items\":[]\"metadata\":{}}", false, false)]
    [InlineData("{\"a\":}", false, false)]
    [InlineData("{\"a\":1,}", false, false)]
    public void What_is_no_page_or_not_yet_one_is_told(string json, bool ended, bool sound)
    {
        var scan = Scan(Encoding.UTF8.GetBytes(json));
        Assert.Equal(ended, scan.HasEnded);
        Assert.Equal(sound, scan.Fault is null);
    }

    [Fact]
    public void The_inside_of_an_item_need_not_be_JSON()
    {
        var scan = Scan(Encoding.UTF8.GetBytes("""{"items":[{"id":1,"meta":{nonsense undefined NaN}},{"id":2}]}"""));
        Assert.Equal(["""{"id":1,"meta":{nonsense undefined NaN}}""", """{"id":2}"""], scan.Items);
        Assert.True(scan.HasEnded);
    }

    [Fact]
    public void Nesting_of_any_depth_takes_no_stack()
    {
        var deep = new string('[', 200_000) + new string(']', 200_000);
        var scan = Scan(Encoding.UTF8.GetBytes("{\"items\":[{\"id\":1,\"meta\":" + deep + "}],\"x\":" + deep + "}"));
        Assert.True(scan.HasEnded);
        var image = ItemReader.Read(Encoding.UTF8.GetBytes(scan.Items[0]), out _);
        Assert.Equal(1, image!.Id);
        Assert.Null(image.Meta);
    }

    private static (List<string> Items, string? Metadata, string? Fault, bool HasEnded) Scan(params byte[][] pieces)
    {
        var scanner = new PageScanner();
        var items = new List<string>();
        foreach (var piece in pieces)
        {
            if (!scanner.Scan(piece, item => items.Add(Encoding.UTF8.GetString(item))))
            {
                break;
            }
        }

        return (items, scanner.Metadata is { } metadata ? Encoding.UTF8.GetString(metadata) : null, scanner.Fault, scanner.HasEnded);
    }
}
