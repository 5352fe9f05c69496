using System.Globalization;
using System.Management.Automation.Host;

namespace EngineHost;

/// <summary>A host that writes down what a person would see, without colours, on a screen of a given width.</summary>
/// <param name="width">The width in character cells.</param>
/// <param name="answers">What is typed at prompts, in order; a prompt beyond them is an error.</param>
public sealed class RecordingHost(int width = 120, params string[] answers) : PSHost
{
    private readonly RecordingUserInterface _screen = new(width, answers);

    /// <summary>What stands on the screen.</summary>
    public string Screen => _screen.Text;

    /// <summary>What went to the error stream of the process.</summary>
    public string ErrorScreen => _screen.ErrorText;

    /// <summary>What a script asked the host to exit with.</summary>
    public int? ExitCode { get; private set; }

    /// <inheritdoc/>
    public override string Name => "Recording host";

    /// <inheritdoc/>
    public override Version Version { get; } = new(1, 0);

    /// <inheritdoc/>
    public override Guid InstanceId { get; } = Guid.NewGuid();

    /// <inheritdoc/>
    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    /// <inheritdoc/>
    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    /// <inheritdoc/>
    public override PSHostUserInterface UI => _screen;

    /// <inheritdoc/>
    public override void EnterNestedPrompt() => throw new NotSupportedException("A recorded session has no nested prompt.");

    /// <inheritdoc/>
    public override void ExitNestedPrompt() => throw new NotSupportedException("A recorded session has no nested prompt.");

    /// <inheritdoc/>
    public override void NotifyBeginApplication()
    {
        // Nothing to hand over to another program.
    }

    /// <inheritdoc/>
    public override void NotifyEndApplication()
    {
        // Nothing to take back from another program.
    }

    /// <inheritdoc/>
    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;
}
