using System.Net;
using System.Net.Http.Headers;
using Civitai.Client.Downloads;
using Xunit;

namespace Civitai.Client.Tests.Downloads;

public sealed class RangeRulesTests
{
    private const string Tag = "\"one\"";
    private static readonly DateTimeOffset Day = new(2025, 5, 6, 7, 8, 9, TimeSpan.Zero);

    /// <summary>What was asked for, what is known of the file, and an answer with its headers; what that is.</summary>
    public static TheoryData<long, long?, int, string, int> Answers => new()
    {
        // All was asked for.
        { 0, null, 200, "", (int)RangeAnswer.Whole },
        { 0, null, 206, "Content-Range: bytes 0-999/1000", (int)RangeAnswer.Whole },
        { 0, null, 206, "Content-Range: bytes 0-999/1000; Content-Length: 1000", (int)RangeAnswer.Whole },
        { 0, null, 206, "Content-Range: bytes 0-999/1000; Content-Length: 999", (int)RangeAnswer.Unasked },
        { 0, null, 206, "Content-Range: bytes 0-998/1000", (int)RangeAnswer.Unasked },
        { 0, null, 206, "Content-Range: bytes 1-999/1000", (int)RangeAnswer.Unasked },
        { 0, null, 206, "Content-Range: bytes 0-999/*", (int)RangeAnswer.Unasked },
        { 0, null, 206, "Content-Range: items 0-999/1000", (int)RangeAnswer.Unasked },
        { 0, null, 206, "Content-Range: bytes */1000", (int)RangeAnswer.Unasked },
        { 0, null, 206, "Content-Range: nonsense", (int)RangeAnswer.Unasked },
        { 0, null, 206, "", (int)RangeAnswer.Unasked },
        { 0, null, 206, "Content-Range: bytes 0-999/1000; Content-Type: multipart/byteranges", (int)RangeAnswer.Unasked },
        { 0, null, 416, "Content-Range: bytes */0", (int)RangeAnswer.Unasked },
        { 0, null, 416, "", (int)RangeAnswer.Unasked },

        // The rest was asked for, from 300 on.
        { 300, 1000, 200, "", (int)RangeAnswer.Whole },
        { 300, 1000, 200, "Content-Range: bytes 300-999/1000", (int)RangeAnswer.Whole },
        { 300, 1000, 206, "Content-Range: bytes 300-999/1000", (int)RangeAnswer.Rest },
        { 300, null, 206, "Content-Range: bytes 300-999/1000", (int)RangeAnswer.Rest },
        { 300, 1000, 206, "Content-Range: bytes 300-999/1000; Content-Length: 700; ETag: " + Tag, (int)RangeAnswer.Rest },
        { 300, 1000, 206, "Content-Range: bytes 0-999/1000", (int)RangeAnswer.Whole },
        { 300, 1000, 206, "Content-Range: bytes 0-1999/2000", (int)RangeAnswer.Whole },
        { 300, 1000, 206, "Content-Range: bytes 300-999/1000; ETag: \"two\"", (int)RangeAnswer.Unusable },
        { 300, 1000, 206, "Content-Range: bytes 300-999/1000; ETag: W/" + Tag, (int)RangeAnswer.Unusable },
        { 300, 1000, 206, "Content-Range: bytes 300-999/1000; ETag: one", (int)RangeAnswer.Unusable },
        { 300, 1000, 206, "Content-Range: bytes 300-998/1000", (int)RangeAnswer.Unusable },
        { 300, 1000, 206, "Content-Range: bytes 300-399/400", (int)RangeAnswer.Unusable },
        { 300, 1000, 206, "Content-Range: bytes 300-1999/2000", (int)RangeAnswer.Unusable },
        { 300, null, 206, "Content-Range: bytes 300-998/1000", (int)RangeAnswer.Unusable },
        { 300, 1000, 206, "Content-Range: bytes 301-999/1000", (int)RangeAnswer.Unusable },
        { 300, 1000, 206, "Content-Range: bytes 299-999/1000", (int)RangeAnswer.Unusable },
        { 300, 1000, 206, "Content-Range: bytes 300-1099/1000", (int)RangeAnswer.Unusable },
        { 300, 1000, 206, "Content-Range: bytes 300-999/*", (int)RangeAnswer.Unusable },
        { 300, 1000, 206, "Content-Range: bytes */1000", (int)RangeAnswer.Unusable },
        { 300, 1000, 206, "Content-Range: bytes 300-999/1000; Content-Length: 699", (int)RangeAnswer.Unusable },
        { 300, 1000, 206, "Content-Range: bytes 300-999/1000; Content-Type: multipart/byteranges", (int)RangeAnswer.Unusable },
        { 300, 1000, 206, "Content-Range: bytes 300-999/1000; Content-Encoding: gzip", (int)RangeAnswer.Unusable },
        { 300, 1000, 206, "Content-Range: bytes 300-999/1000; Content-Encoding: identity", (int)RangeAnswer.Rest },
        { 300, 1000, 206, "", (int)RangeAnswer.Unusable },
        { 1000, 1000, 416, "Content-Range: bytes */1000", (int)RangeAnswer.NothingLeft },
        { 1000, null, 416, "Content-Range: bytes */1000; ETag: " + Tag, (int)RangeAnswer.NothingLeft },
        { 1000, 1000, 416, "Content-Range: bytes */1000; ETag: \"two\"", (int)RangeAnswer.Unusable },
        { 1000, 2000, 416, "Content-Range: bytes */1000", (int)RangeAnswer.Unusable },
        { 300, 1000, 416, "Content-Range: bytes */1000", (int)RangeAnswer.Unusable },
        { 300, 1000, 416, "Content-Range: bytes */200", (int)RangeAnswer.Unusable },
        { 1000, 1000, 416, "", (int)RangeAnswer.Unusable },
    };

    /// <summary>The headers of a whole file, and the validator that its rest is asked for with.</summary>
    public static TheoryData<string, string?> Validators => new()
    {
        { "ETag: " + Tag, Tag },
        { "ETag: W/" + Tag, null },
        { "ETag: one", null },
        { "", null },
        { "Last-Modified: -1", "-1" },
        { "Last-Modified: -3600", "-3600" },
        { "Last-Modified: 0", null },
        { "Last-Modified: 60", null },
        { "Last-Modified: -3600; no Date", null },
        { "ETag: W/" + Tag + "; Last-Modified: -3600", null },
        { "ETag: one; Last-Modified: -3600", null },
        { "ETag: " + Tag + "; Last-Modified: -3600", Tag },
        { "ETag: " + Tag + "; Content-Encoding: gzip", null },
        { "ETag: " + Tag + "; Content-Encoding: identity", Tag },
        { "Last-Modified: -3600; Content-Encoding: br", null },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void An_answer_is_believed_only_if_it_is_what_was_asked_for_or_the_whole(long asked, long? length, int status, string headers, int expected)
    {
        using var response = ResponseOf(status, headers);
        var note = asked == 0 ? null : new PartNote("http://127.0.0.1/a", Tag, null, length);
        Assert.Equal((RangeAnswer)expected, RangeRules.Judge(response, asked, note));
    }

    [Theory]
    [InlineData("", RangeAnswer.Rest)]
    [InlineData("; Last-Modified: 0", RangeAnswer.Rest)]
    [InlineData("; Last-Modified: 1", RangeAnswer.Unusable)]
    [InlineData("; Last-Modified: 1; no Date", RangeAnswer.Unusable)]
    [InlineData("; Last-Modified: -1", RangeAnswer.Unusable)]
    internal void The_rest_of_a_file_known_by_its_date_has_the_same_date_or_none(string headers, RangeAnswer expected)
    {
        using var response = ResponseOf(206, "Content-Range: bytes 300-999/1000" + headers);
        Assert.Equal(expected, RangeRules.Judge(response, 300, new PartNote("http://127.0.0.1/a", null, Day, 1000)));
    }

    [Theory]
    [MemberData(nameof(Validators))]
    public void Only_a_strong_validator_vouches_for_a_part(string headers, string? expected)
    {
        using var response = ResponseOf(200, headers);
        response.Content.Headers.ContentLength = 1000;
        var note = PartNote.Of("http://127.0.0.1/a", response);
        Assert.Equal(expected is not null, note.HasValidator);
        if (expected is not null)
        {
            using var request = new HttpRequestMessage();
            note.Ask(request, 300);
            Assert.Equal("bytes=300-", request.Headers.Range!.ToString());
            Assert.Equal(expected == Tag ? Tag : null, request.Headers.IfRange!.EntityTag?.Tag);
            Assert.Equal(expected == Tag ? null : Day.AddSeconds(int.Parse(expected, System.Globalization.CultureInfo.InvariantCulture)), request.Headers.IfRange.Date);
        }
    }

    private static HttpResponseMessage ResponseOf(int status, string headers)
    {
        // A stream has no length of its own.
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StreamContent(new UnreadStream()) };
        response.Headers.Date = Day;
        foreach (var header in headers.Split("; ", StringSplitOptions.RemoveEmptyEntries))
        {
            if (header == "no Date")
            {
                response.Headers.Date = null;
                continue;
            }

            var (name, value) = header.Split(": ") is [var first, var second] ? (first, second) : throw new ArgumentException(header, nameof(headers));
            if (name == "Last-Modified")
            {
                response.Content.Headers.LastModified = Day.AddSeconds(int.Parse(value, System.Globalization.CultureInfo.InvariantCulture));
            }
            else
            {
                Assert.True(response.Headers.TryAddWithoutValidation(name, value) || response.Content.Headers.TryAddWithoutValidation(name, value));
            }
        }

        return response;
    }

    private sealed class UnreadStream : MemoryStream
    {
        public override bool CanSeek => false;
    }
}
