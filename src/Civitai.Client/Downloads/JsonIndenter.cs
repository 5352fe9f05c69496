using System.IO;

namespace Civitai.Client.Downloads;

/// <summary>
/// Sets JSON out in lines without reading it: every token stays as the service wrote it, be it a number beyond all types, a field twice or half a surrogate.
/// </summary>
internal static class JsonIndenter
{
    internal static byte[] Indent(byte[] json)
    {
        using var output = new MemoryStream(json.Length + (json.Length / 2));
        var depth = 0;
        var isString = false;
        var isEscaped = false;
        var isEmpty = false;
        foreach (var c in json)
        {
            if (isString)
            {
                output.WriteByte(c);
                isString = isEscaped || c != '"';
                isEscaped = !isEscaped && c == '\\';
                continue;
            }

            switch ((char)c)
            {
                case ' ' or '\t' or '\r' or '\n':
                    continue;
                case '{' or '[':
                    StartLine(output, depth, isEmpty);
                    output.WriteByte(c);
                    depth++;
                    isEmpty = true;
                    continue;
                case '}' or ']':
                    depth--;
                    if (!isEmpty)
                    {
                        StartLine(output, depth, isFirst: true);
                    }

                    output.WriteByte(c);
                    isEmpty = false;
                    continue;
                case ',':
                    output.WriteByte(c);
                    StartLine(output, depth, isFirst: true);
                    continue;
                case ':':
                    output.WriteByte(c);
                    output.WriteByte((byte)' ');
                    continue;
                default:
                    StartLine(output, depth, isEmpty);
                    isEmpty = false;
                    output.WriteByte(c);
                    isString = c == '"';
                    continue;
            }
        }

        output.WriteByte((byte)'\n');
        return output.ToArray();
    }

    private static void StartLine(MemoryStream output, int depth, bool isFirst)
    {
        if (!isFirst)
        {
            return;
        }

        output.WriteByte((byte)'\n');
        for (var i = 0; i < depth * 2; i++)
        {
            output.WriteByte((byte)' ');
        }
    }
}
