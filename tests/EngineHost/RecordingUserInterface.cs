using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Text;

namespace EngineHost;

/// <summary>The screen of a <see cref="RecordingHost"/>.</summary>
internal sealed class RecordingUserInterface(int width, string[] answers) : LineUserInterface
{
    private readonly Queue<string> _answers = new(answers);
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _errorText = new();

    public override PSHostRawUserInterface RawUI { get; } = new TextRawUserInterface(() => new Size(width, 50));

    public string Text => Read(_text);

    public string ErrorText => Read(_errorText);

    public override string ReadLine()
    {
        lock (_answers)
        {
            if (!_answers.TryDequeue(out var answer))
            {
                throw new HostException("The session was asked more than it has answers for.");
            }

            WriteLine(answer);
            return answer;
        }
    }

    public override SecureString ReadLineAsSecureString()
    {
        var secret = new SecureString();
        foreach (var character in ReadLine())
        {
            secret.AppendChar(character);
        }

        return secret;
    }

    public override void Write(string value) => Append(_text, value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Append(_text, value);

    public override void WriteLine(string value) => Append(_text, value + "\n");

    public override void WriteErrorLine(string value) => Append(_errorText, value + "\n");

    public override void WriteDebugLine(string message) => Append(_text, $"DEBUG: {message}\n");

    public override void WriteVerboseLine(string message) => Append(_text, $"VERBOSE: {message}\n");

    public override void WriteWarningLine(string message) => Append(_text, $"WARNING: {message}\n");

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        // Progress is not part of what stays on a screen; the streams of the run keep it.
    }

    // The engine leaves the removal of escape sequences to the host.
    private static void Append(StringBuilder screen, string value)
    {
        lock (screen)
        {
            screen.Append(GetOutputString(value, supportsVirtualTerminal: false));
        }
    }

    private static string Read(StringBuilder screen)
    {
        lock (screen)
        {
            return screen.ToString();
        }
    }
}
