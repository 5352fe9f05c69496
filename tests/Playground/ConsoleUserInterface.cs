using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using EngineHost;

namespace Playground;

/// <summary>Objects and text go to standard output; errors, warnings, verbose and debug lines to standard error.</summary>
internal sealed class ConsoleUserInterface : LineUserInterface
{
    private readonly Lock _lock = new();
    private readonly bool _colourOutput;
    private readonly bool _colourErrors;
    private readonly bool _interactive;
    private readonly ProgressPane? _progress;
    private bool _atLineStart = true;

    public ConsoleUserInterface(bool interactive)
    {
        var colour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && !string.Equals(Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.Ordinal)
            && WindowsTerminal.Prepare();
        _interactive = interactive;
        _colourOutput = colour && !Console.IsOutputRedirected;
        _colourErrors = colour && !Console.IsErrorRedirected;

        // Without escape sequences what has been drawn cannot be taken away again.
        var canErase = !Console.IsOutputRedirected
            && !string.Equals(Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.Ordinal)
            && WindowsTerminal.Prepare();
        _progress = canErase ? new ProgressPane(Console.Out, Columns, _colourOutput) : null;
        PSStyle.Instance.OutputRendering = _colourOutput ? OutputRendering.Host : OutputRendering.PlainText;
        RawUI = new TextRawUserInterface(() => new Size(Columns(), Rows()));
    }

    public override PSHostRawUserInterface RawUI { get; }

    public override bool SupportsVirtualTerminal => _colourOutput;

    /// <summary>Whether an error has been shown since this was last set to false.</summary>
    public bool ErrorShown { get; set; }

    /// <summary>Whether what is written as output belongs to an error.</summary>
    public bool OutputIsError { get; set; }

    public override void Write(string value) => Show(value, OutputIsError);

    // The colours of the few scripts that ask for some matter less than a terminal that is left as it was.
    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Show(value, OutputIsError);

    public override void WriteLine(string value) => Show(value + Environment.NewLine, OutputIsError);

    public override void WriteErrorLine(string value)
    {
        ErrorShown = true;
        Show(value + Environment.NewLine, toError: true);
    }

    public override void WriteWarningLine(string message) => ShowStyled(FormatStyle.Warning, "WARNING: " + message);

    public override void WriteVerboseLine(string message) => ShowStyled(FormatStyle.Verbose, "VERBOSE: " + message);

    public override void WriteDebugLine(string message) => ShowStyled(FormatStyle.Debug, "DEBUG: " + message);

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        if (_progress is not null)
        {
            lock (_lock)
            {
                _progress.Update(sourceId, record, _atLineStart);
            }
        }
    }

    /// <summary>Takes the progress off the screen and forgets it.</summary>
    public void HideProgress()
    {
        lock (_lock)
        {
            _progress?.Clear();
        }
    }

    public override string ReadLine()
    {
        if (!_interactive)
        {
            throw new PSInvalidOperationException("The playground runs with -NonInteractive: there is nobody to answer a prompt.");
        }

        HideProgress();
        var line = Console.In.ReadLine();
        _atLineStart = true;
        return line ?? throw new HostException("Standard input ended before the prompt was answered.");
    }

    public override SecureString ReadLineAsSecureString()
    {
        var secret = new SecureString();
        if (Console.IsInputRedirected || !_interactive)
        {
            foreach (var character in ReadLine())
            {
                secret.AppendChar(character);
            }

            return secret;
        }

        HideProgress();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key is ConsoleKey.Backspace)
            {
                if (secret.Length > 0)
                {
                    secret.RemoveAt(secret.Length - 1);
                }
            }
            else if (!char.IsControl(key.KeyChar))
            {
                secret.AppendChar(key.KeyChar);
            }
        }

        WriteLine(string.Empty);
        return secret;
    }

    private static int Columns() => Console.IsOutputRedirected ? 120 : Math.Max(Console.WindowWidth, 40);

    private static int Rows() => Console.IsOutputRedirected ? 50 : Math.Max(Console.WindowHeight, 10);

    private void ShowStyled(FormatStyle style, string message) =>
        Show(GetFormatStyleString(style) + message + PSStyle.Instance.Reset + Environment.NewLine, toError: true);

    private void Show(string value, bool toError)
    {
        lock (_lock)
        {
            _progress?.Erase();
            (toError ? Console.Error : Console.Out).Write(GetOutputString(value, toError ? _colourErrors : _colourOutput));
            if (value.Length > 0)
            {
                _atLineStart = value[^1] == '\n';
            }

            if (_atLineStart)
            {
                _progress?.Draw();
            }
        }
    }
}
