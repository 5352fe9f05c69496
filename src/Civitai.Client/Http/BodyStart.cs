using System;
using System.Text;

namespace Civitai.Client.Http;

/// <summary>What a body that should be JSON really is, judged by its first bytes and not by its label.</summary>
internal sealed class BodyStart
{
    /// <summary>A byte order mark has three bytes at most, and what is shorter than this is no JSON of the service.</summary>
    internal const int LongestMark = 4;

    private bool _isMarkKnown;

    /// <summary>How many bytes of the reader's buffer are taken up by bytes of which too few have arrived to be judged.</summary>
    internal int Held { get; private set; }

    /// <summary>Whether the first character other than white space has been seen, and it was not that of a web page.</summary>
    internal bool IsOver { get; private set; }

    /// <summary>Whether the first character other than white space is <c>&lt;</c>: web pages and XML begin so, JSON never does.</summary>
    internal bool IsWebPage { get; private set; }

    /// <summary>The encoding that a byte order mark names, where it is not UTF-8.</summary>
    internal Encoding? Encoding { get; private set; }

    /// <summary>Judges what has been read, and takes a byte order mark of UTF-8 off.</summary>
    /// <param name="buffer">The reader's buffer.</param>
    /// <param name="read">How many bytes were read behind <see cref="Held"/>; 0 at the end of the body.</param>
    /// <returns>How many bytes the buffer holds for the reader; -1 where more must be read first.</returns>
    internal int Judge(Span<byte> buffer, int read)
    {
        var length = Held + read;
        if (!_isMarkKnown)
        {
            if (read > 0 && length < LongestMark && length < buffer.Length)
            {
                Held = length;
                return -1;
            }

            Held = 0;
            _isMarkKnown = true;
            Encoding = MarkOf(buffer.Slice(0, length), out var mark);
            buffer.Slice(mark, length - mark).CopyTo(buffer);
            length -= mark;
            if (Encoding is not null)
            {
                return length;
            }
        }

        var text = buffer.Slice(0, length);
        var first = 0;
        while (first < text.Length && text[first] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            first++;
        }

        IsOver = first < text.Length || read == 0;
        IsWebPage = first < text.Length && text[first] == (byte)'<';

        // Nothing but the mark has come: no bytes would mean the end.
        return length == 0 && read > 0 ? -1 : length;
    }

    /// <summary>The encoding of UTF-16 that a byte order mark names; null for UTF-8, marked or not.</summary>
    /// <param name="text">The beginning of a text.</param>
    /// <param name="mark">The length of the mark.</param>
    internal static Encoding? MarkOf(ReadOnlySpan<byte> text, out int mark)
    {
        mark = 0;
        if (text.Length >= 3 && text[0] == 0xEF && text[1] == 0xBB && text[2] == 0xBF)
        {
            mark = 3;
            return null;
        }

        if (text.Length < 2 || (text[0], text[1]) is not ((0xFF, 0xFE) or (0xFE, 0xFF)))
        {
            return null;
        }

        mark = 2;
        return text[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode;
    }
}
