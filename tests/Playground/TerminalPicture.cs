#:property NoWarn=MA0048
// Turns what a terminal has recorded into a picture, so that the one in the README is what really happened:
//   script -qec 'dotnet run --project tests/Playground' /dev/null | dotnet run tests/Playground/TerminalPicture.cs > tests/Playground/main-job.svg
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
string[] colours = ["#0d1117", "#ff7b72", "#7ee787", "#e3b341", "#79c0ff", "#d2a8ff", "#76e3ea", "#d0d7de"];

using var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
var recorded = input.ReadToEnd();
var lines = new List<List<(char Character, string Style)>> { new() };
int row = 0, column = 0;
var (colour, bold, italic) = (-1, false, false);

foreach (Match match in Regex.Matches(recorded, @"\e\[(?<numbers>[0-9;?]*)(?<command>[A-Za-z])|\e\][^\a]*\a|\e.|(?<text>[^\e])", RegexOptions.Singleline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10)))
{
    if (match.Groups["text"].Success)
    {
        Write(match.Value[0]);
    }
    else if (match.Groups["command"].Success)
    {
        Obey(match.Groups["command"].Value[0], match.Groups["numbers"].Value);
    }
}

while (lines.Count > 0 && lines[^1].All(cell => char.IsWhiteSpace(cell.Character)))
{
    lines.RemoveAt(lines.Count - 1);
}

Draw();

void Write(char character)
{
    switch (character)
    {
        case '\r':
            column = 0;
            break;
        case '\n':
            row++;
            column = 0;
            Reach(0);
            break;
        case >= ' ':
            Reach(column + 1);
            lines[row][column++] = (character, Style());
            break;
    }
}

void Obey(char command, string text)
{
    var numbers = text.TrimStart('?').Split(';').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
    switch (command)
    {
        case 'A':
            row = Math.Max(0, row - Math.Max(1, numbers[0]));
            break;
        case 'J':
            Erase();
            lines.RemoveRange(row + 1, lines.Count - row - 1);
            break;
        case 'K':
            Erase();
            break;
        case 'm':
            foreach (var number in numbers)
            {
                (colour, bold, italic) = number switch
                {
                    0 => (-1, false, false),
                    1 => (colour, true, italic),
                    3 => (colour, bold, true),
                    22 => (colour, false, italic),
                    23 => (colour, bold, false),
                    39 => (-1, bold, italic),
                    >= 30 and <= 37 => (number - 30, bold, italic),
                    >= 90 and <= 97 => (number - 90, bold, italic),
                    _ => (colour, bold, italic),
                };
            }

            break;
    }
}

void Erase()
{
    if (column < lines[row].Count)
    {
        lines[row].RemoveRange(column, lines[row].Count - column);
    }
}

void Reach(int width)
{
    while (lines.Count <= row)
    {
        lines.Add([]);
    }

    while (lines[row].Count < width)
    {
        lines[row].Add((' ', string.Empty));
    }
}

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
