using System.Globalization;

namespace Playground;

/// <summary>What stands on the command line.</summary>
internal sealed class PlaygroundOptions
{
    public const string Usage = """
        dotnet run --project tests/Playground [-- options]

          (none)               runs the module's main job in PowerShell, against a gallery on this machine
          -Command <script>    runs the script; the exit code is 1 if an error was shown, or what the script exits with
          -Interactive         opens a prompt with the module imported and the gallery running
          -History <file>      keeps what is typed at the prompt there instead of in output/
          -Live                talks to civitai.com: neither gallery nor CIVITAI_BASE_URL
          -BaseUri <uri>       talks to a service that is already there: no gallery
          -NoGallery           starts no gallery and leaves CIVITAI_BASE_URL as it is
          -Images <n>          how many images the gallery holds
          -RequestLog <file>   writes a line for each request that the gallery answered: status, method, address
          -Module <path>       imports this manifest or assembly instead of the built module
          -NoModule            imports none: the script does so itself
          -NonInteractive      a question to the user is an error
          -Help                shows this
        """;

    public string? Command { get; private set; }

    public bool Interactive { get; private set; }

    public string? History { get; private set; }

    public bool Live { get; private set; }

    public bool NoGallery { get; private set; }

    public Uri? BaseUri { get; private set; }

    public int? Images { get; private set; }

    public string? RequestLog { get; private set; }

    public string? Module { get; private set; }

    public bool NoModule { get; private set; }

    public bool NonInteractive { get; private set; }

    public bool Help { get; private set; }

    /// <summary>Whether a gallery is to be started.</summary>
    public bool NeedsGallery => !Live && !NoGallery && BaseUri is null;

    /// <summary>Reads the arguments; names ignore case and may be written with one dash or two.</summary>
    /// <exception cref="FormatException">They make no sense; the message says which.</exception>
    public static PlaygroundOptions Read(IReadOnlyList<string> arguments)
    {
        var options = new PlaygroundOptions();
        for (var index = 0; index < arguments.Count; index++)
        {
            var name = arguments[index];
            switch (name.TrimStart('-').ToUpperInvariant())
            {
                case "COMMAND" or "C":
                    options.Command = Value();
                    break;
                case "INTERACTIVE" or "I":
                    options.Interactive = true;
                    break;
                case "HISTORY":
                    options.History = Path.GetFullPath(Value());
                    break;
                case "LIVE":
                    options.Live = true;
                    break;
                case "NOGALLERY":
                    options.NoGallery = true;
                    break;
                case "BASEURI":
                    options.BaseUri = Uri.TryCreate(Value(), UriKind.Absolute, out var uri)
                        ? uri
                        : throw new FormatException("-BaseUri wants an absolute address.");
                    break;
                case "IMAGES":
                    options.Images = int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out var images) && images > 0
                        ? images
                        : throw new FormatException("-Images wants a number above 0.");
                    break;
                case "REQUESTLOG":
                    options.RequestLog = Path.GetFullPath(Value());
                    break;
                case "MODULE":
                    options.Module = Path.GetFullPath(Value());
                    break;
                case "NOMODULE":
                    options.NoModule = true;
                    break;
                case "NONINTERACTIVE":
                    options.NonInteractive = true;
                    break;
                case "HELP" or "H" or "?":
                    options.Help = true;
                    break;
                default:
                    throw new FormatException($"The playground does not know '{name}'.");
            }

            string Value() => ++index < arguments.Count && arguments[index].Length > 0 ? arguments[index] : throw new FormatException($"{name} wants a value.");
        }

        if (options.Command is not null && options.Interactive)
        {
            throw new FormatException("-Command and -Interactive exclude each other.");
        }

        if (!options.NeedsGallery && (options.Images is not null || options.RequestLog is not null))
        {
            throw new FormatException("-Images and -RequestLog are for the playground's own gallery.");
        }

        return options;
    }
}
