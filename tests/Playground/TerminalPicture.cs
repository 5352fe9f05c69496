#:property NoWarn=MA0048
// Turns what stands on the screen of a terminal into a picture. 'take-picture' beside this file says how the one in the README is made.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

const double CharacterWidth = 7.8;
const int LineHeight = 18;
const int Margin = 14;
string[] colours =
[
    "#0d1117", "#ff7b72", "#7ee787", "#e3b341", "#79c0ff", "#d2a8ff", "#76e3ea", "#d0d7de",
    "#8b949e", "#ffa198", "#56d364", "#f2cc60", "#a5d6ff", "#e2c5ff", "#b3f0ff", "#ffffff",
];

using var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
var lines = new List<List<(char Character, string Style)>>();
var (colour, bold, italic) = (-1, false, false);
while (input.ReadLine() is { } line)
{
    lines.Add(Read(line));
}

while (lines.Count > 0 && lines[^1].All(cell => char.IsWhiteSpace(cell.Character)))
{
    lines.RemoveAt(lines.Count - 1);
}

Draw();

List<(char Character, string Style)> Read(string line)
{
    var cells = new List<(char Character, string Style)>();
    foreach (Match match in Regex.Matches(line, @"\e\[(?<numbers>[0-9;]*)m|(?<text>[^\e])", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10)))
    {
        if (match.Groups["text"].Success)
        {
            cells.Add((match.Value[0], Style()));
        }
        else
        {
            foreach (var part in match.Groups["numbers"].Value.Split(';'))
            {
                Obey(int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0);
            }
        }
    }

    return cells;
}

void Obey(int number) => (colour, bold, italic) = number switch
{
    0 => (-1, false, false),
    1 => (colour, true, italic),
    3 => (colour, bold, true),
    22 => (colour, false, italic),
    23 => (colour, bold, false),
    39 => (-1, bold, italic),
    49 => (colour, bold, italic),
    >= 30 and <= 37 => (number - 30, bold, italic),
    >= 90 and <= 97 => (number - 82, bold, italic),
    _ => throw new NotSupportedException($"This picture has no {number}."),
};

string Style() => (colour < 0 ? string.Empty : $" fill=\"{colours[colour]}\"")
    + (bold ? " font-weight=\"bold\"" : string.Empty)
    + (italic ? " font-style=\"italic\"" : string.Empty);

void Draw()
{
    var width = Math.Ceiling(lines.Max(line => line.Count) * CharacterWidth) + (2 * Margin);
    var height = (lines.Count * LineHeight) + (2 * Margin);
    var svg = new StringBuilder();
    svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n");
    svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{colours[0]}\"/>\n");
    svg.Append(CultureInfo.InvariantCulture, $"<g font-family=\"Cascadia Mono,Consolas,Menlo,DejaVu Sans Mono,monospace\" font-size=\"13\" fill=\"{colours[7]}\" xml:space=\"preserve\" style=\"white-space:pre\">\n");
    for (var index = 0; index < lines.Count; index++)
    {
        for (int start = 0, end; start < lines[index].Count; start = end)
        {
            for (end = start + 1; end < lines[index].Count && string.Equals(lines[index][end].Style, lines[index][start].Style, StringComparison.Ordinal);)
            {
                end++;
            }

            var text = string.Concat(lines[index].Skip(start).Take(end - start).Select(cell => cell.Character));
            if (!string.IsNullOrWhiteSpace(text))
            {
                // The length keeps columns in line whatever font the viewer has.
                svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Margin + (start * CharacterWidth):0.#}\" y=\"{Margin + ((index + 1) * LineHeight) - 5}\" textLength=\"{text.Length * CharacterWidth:0.#}\"{lines[index][start].Style}>{WebUtility.HtmlEncode(text)}</text>\n");
            }
        }
    }

    svg.Append("</g>\n</svg>");
    Console.Out.Write(svg.Append('\n').ToString().ReplaceLineEndings("\n"));
}
