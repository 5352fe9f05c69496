using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Encodings.Web;

namespace Civitai.Client.Http;

/// <summary>
/// Takes the key out of JSON that a server echoes it in. The texts of a page are not cleaned as messages are, since what people wrote is kept as it
/// is; so the bytes are searched, and only where there is a key.
/// </summary>
internal sealed class KeyEraser
{
    /// <summary>Keys of the service have 32 characters. What is much shorter is none, and would be found in words by chance.</summary>
    private const int ShortestKey = 16;

    private readonly byte[][] _forms;

    private KeyEraser(string key) =>
        _forms = new[] { key, key.ToLowerInvariant(), key.ToUpperInvariant() }
            .SelectMany(form => TextCleaner.FormsOf(form).Concat([JavaScriptEncoder.Default.Encode(form), JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(form), form.Replace("/", "\\/")]))
            .Distinct(StringComparer.Ordinal)
            .Select(Encoding.UTF8.GetBytes)
            .ToArray();

    /// <summary>What erases a key, or null where nothing is to be erased.</summary>
    internal static KeyEraser? For(ApiKey? key) => key is { Value.Length: >= ShortestKey } ? new KeyEraser(key.Value) : null;

    /// <summary>The same bytes, or others with the key masked.</summary>
    internal byte[] Erase(byte[] json)
    {
        foreach (var form in _forms)
        {
            var at = json.AsSpan().IndexOf(form);
            if (at >= 0)
            {
                json = Without(json, form, at);
            }
        }

        return json;
    }

    private static byte[] Without(byte[] json, byte[] form, int at)
    {
        var rest = new List<byte>(json.Length);
        var from = 0;
        while (at >= 0)
        {
            rest.AddRange(json.AsSpan(from, at).ToArray());
            rest.AddRange("***"u8.ToArray());
            from += at + form.Length;
            at = json.AsSpan(from).IndexOf(form);
        }

        rest.AddRange(json.AsSpan(from).ToArray());
        return rest.ToArray();
    }
}
