using Xunit;

namespace Civitai.Client.Tests.Json;

/// <summary>Images are equal and ordered by their ids, and without one by their address.</summary>
public sealed class ImageTests
{
    [Fact]
    public void Images_of_one_id_are_one_image_whatever_else_they_say()
    {
        var one = new Image { Id = 5, Url = "a" };
        var other = new Image { Id = 5, Url = "b" };
        Assert.True(one == other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.Equal(0, one.CompareTo(other));
        Assert.True(one < new Image { Id = 6 });
        Assert.True(one > null!);
        Assert.Equal("5", one.ToString());
    }

    [Fact]
    public void Without_an_id_the_address_counts()
    {
        var one = new Image { Url = "a" };
        Assert.Equal(new Image { Url = "a" }, one);
        Assert.NotEqual(new Image { Url = "b" }, one);
        Assert.True(one < new Image { Url = "b" });
        Assert.True(one < new Image { Id = 1, Url = "a" });
        Assert.Equal(new Image(), new Image());
        Assert.Throws<ArgumentException>(() => one.CompareTo("a"));
    }
}
