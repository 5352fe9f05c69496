using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gallery;

/// <summary>Validation errors as zod 4 words them and as the service wraps them.</summary>
internal sealed class ZodIssues
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<Dictionary<string, object>> _issues = [];

    public bool Any => _issues.Count > 0;

    public void TooBig(string path, long maximum) => Add(path, FormattableString.Invariant($"Too big: expected number to be <={maximum}"), ("origin", "number"), ("code", "too_big"), ("maximum", maximum), ("inclusive", true));

    public void TooSmall(string path, long minimum) => Add(path, FormattableString.Invariant($"Too small: expected number to be >={minimum}"), ("origin", "number"), ("code", "too_small"), ("minimum", minimum), ("inclusive", true));

    public void NotANumber(string path, string received = "NaN") => Add(path, "Invalid input: expected number, received " + received, ("expected", "number"), ("code", "invalid_type"), ("received", received));

    public void NotAString(string path) => Add(path, "Invalid input: expected string, received array", ("expected", "string"), ("code", "invalid_type"));

    public void NotAnOption(string path, string[] options) => Add(path, "Invalid option: expected one of " + string.Join('|', options.Select(option => "\"" + option + "\"")), ("code", "invalid_value"), ("values", options));

    public void NotABoolean(string path) => Add(path, "Invalid option: expected one of " + string.Join('|', ImagesQuery.BooleanWords.Select(option => "\"" + option + "\"")), ("code", "invalid_value"), ("expected", "stringbool"), ("values", ImagesQuery.BooleanWords));

    public void NotAPattern(string path, string pattern) => Add(path, "Invalid string: must match pattern " + pattern, ("origin", "string"), ("code", "invalid_format"), ("format", "regex"), ("pattern", pattern));

    public void NoneOfUnion(string path) => Add(path, "Invalid input", ("code", "invalid_union"), ("errors", Array.Empty<object>()));

    /// <summary>The error body: the issues are text inside <c>message</c>.</summary>
    public byte[] ToBody()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error");
            writer.WriteString("name", "ZodError");
            writer.WriteString("message", JsonSerializer.Serialize(_issues, Indented).Replace("\r", "", StringComparison.Ordinal));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public override string ToString() => Encoding.UTF8.GetString(ToBody());

    private void Add(string path, string message, params (string Name, object Value)[] details)
    {
        var issue = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, value) in details)
        {
            issue.Add(name, value);
        }

        issue.Add("path", new[] { path });
        issue.Add("message", message);
        _issues.Add(issue);
    }
}
