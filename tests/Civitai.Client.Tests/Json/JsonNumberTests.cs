using System.Globalization;
using System.Text;
using Civitai.Client.Json;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace Civitai.Client.Tests.Json;

public sealed class JsonNumberTests
{
    [Theory]
    [InlineData("0", "System.Int64", "0")]
    [InlineData("-7", "System.Int64", "-7")]
    [InlineData("9223372036854775807", "System.Int64", "9223372036854775807")]
    [InlineData("9223372036854775808", "System.Decimal", "9223372036854775808")]
    [InlineData("18446744073709552000", "System.Decimal", "18446744073709552000")]
    [InlineData("7.50", "System.Decimal", "7.50")]
    [InlineData("0.1", "System.Decimal", "0.1")]
    [InlineData("-1.5e3", "System.Decimal", "-1500")]
    [InlineData("1e-28", "System.Decimal", "0.0000000000000000000000000001")]
    [InlineData("79228162514264337593543950335", "System.Decimal", "79228162514264337593543950335")]
    [InlineData("1e-40", "System.Double", "1E-40")]
    [InlineData("-2.5e-39", "System.Double", "-2.5E-39")]
    [InlineData("1.7976931348623157e308", "System.Double", "1.7976931348623157E+308")]
    [InlineData("1e29", "System.Double", "1E+29")]
    [InlineData("12345678901234567890123456789012345", "System.String", "12345678901234567890123456789012345")]
    [InlineData("0.12345678901234567890123456789012345", "System.String", "0.12345678901234567890123456789012345")]
    [InlineData("3.0000000000000000000000000000000001", "System.String", "3.0000000000000000000000000000000001")]
    [InlineData("1e400", "System.String", "1e400")]
    [InlineData("1e-400", "System.String", "1e-400")]
    [InlineData("1e99999999999999999999", "System.String", "1e99999999999999999999")]
    [InlineData("0e5", "System.Decimal", "0")]
    public void A_number_of_generation_data_keeps_every_digit(string json, string type, string text)
    {
        var value = MetaReader.Read(Encoding.UTF8.GetBytes("{\"a\":" + json + ",\"b\":[" + json + "]}"))!["a"]!;

        Assert.Equal(type, value.GetType().FullName);
        Assert.Equal(text, value is double real ? real.ToString("R", CultureInfo.InvariantCulture) : Convert.ToString(value, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_seed_of_more_digits_than_any_number_holds_is_its_own_text()
    {
        var meta = MetaReader.Read("{\"seed\":12345678901234567890123456789012345,\"steps\":20}"u8)!;

        Assert.Null(meta.Seed);
        Assert.Equal("12345678901234567890123456789012345", meta.SeedText);
        Assert.Equal("Steps: 20, Seed: 12345678901234567890123456789012345", meta.ToString());
    }

    [Property(MaxTest = 3000)]
    public bool What_a_double_is_written_as_is_read_back_as_the_same(NormalFloat number)
    {
        var text = number.Get.ToString("R", CultureInfo.InvariantCulture);
        var read = JsonNumber.Read(text);
        return read is not string && double.Parse(Convert.ToString(read, CultureInfo.InvariantCulture)!, CultureInfo.InvariantCulture).Equals(number.Get);
    }

    [Theory]
    [InlineData("9007199254740993", 9007199254740993)]
    [InlineData("9007199254740993.0", 9007199254740993)]
    [InlineData("\"9007199254740993.0\"", 9007199254740993)]
    [InlineData("9.007199254740993e15", 9007199254740993)]
    [InlineData("1e3", 1000)]
    public void A_whole_number_written_with_a_fraction_or_an_exponent_keeps_its_last_digit(string json, long number) =>
        Assert.Equal(number, JsonText.ReadInt64(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("9223372036854775808.0")]
    [InlineData("1e19")]
    [InlineData("1e400")]
    [InlineData("1.5")]
    public void What_is_no_whole_number_of_64_bits_is_unknown(string json) => Assert.Null(JsonText.ReadInt64(Encoding.UTF8.GetBytes(json)));
}
