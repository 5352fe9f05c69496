using System.Text;
using Civitai.Client.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Civitai.Client.Tests.Json;

/// <summary>A value's end is the same however it arrives: many bytes at a time take another way through it than one by one.</summary>
public sealed class ValueScannerTests
{
    [Property(MaxTest = 3000)]
    public Property The_end_of_a_value_is_the_same_in_one_piece_and_byte_by_byte() => Prop.ForAll(
        Gen.Elements('{', '}', '[', ']', '"', '"', '\\', 'a', ' ', ',', ':').ArrayOf(400).ToArbitrary(),
        characters => EndInPieces("{" + new string(characters), 1) == EndInPieces("{" + new string(characters), int.MaxValue));

    [Property(MaxTest = 1000)]
    public Property The_end_of_a_long_text_is_the_same_in_pieces_of_any_length() => Prop.ForAll(
        Gen.Elements("\\\\", "\\\"", "}", "{", "]", "\\n", "prompt", "\\u0041").ArrayOf(120).ToArbitrary(),
        Gen.Choose(60, 200).ToArbitrary(),
        (words, length) =>
        {
            var value = "{\"meta\":{\"prompt\":\"" + string.Concat(words) + "\"},\"a\":[1,{}]}";
            return EndInPieces(value + ",{\"id\":1}", length) == value.Length;
        });

    private static int EndInPieces(string json, int length)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var scanner = ValueScanner.StartAt(bytes[0]);
        for (var start = 1; start < bytes.Length; start += Math.Min(length, bytes.Length))
        {
            var piece = bytes.AsSpan(start, Math.Min(length, bytes.Length - start));
            var index = 0;
            if (scanner.MoveToEnd(piece, ref index))
            {
                return start + index;
            }
        }

        return -1;
    }
}
