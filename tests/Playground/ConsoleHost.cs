using System.Globalization;
using System.Management.Automation.Host;

namespace Playground;

/// <summary>The terminal that the playground runs in, as the engine sees it.</summary>
internal sealed class ConsoleHost(ConsoleUserInterface screen) : PSHost
{
    public ConsoleUserInterface Screen => screen;

    /// <summary>What <c>exit</c> asked for.</summary>
    public int? ExitCode { get; private set; }

    public override string Name => "CivitaiPS playground";

    public override Version Version { get; } = typeof(ConsoleHost).Assembly.GetName().Version!;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override PSHostUserInterface UI => screen;

    public override void EnterNestedPrompt() => throw new NotSupportedException("The playground has no nested prompt.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("The playground has no nested prompt.");

    public override void NotifyBeginApplication() => screen.HideProgress();

    public override void NotifyEndApplication()
    {
        // Progress is drawn again with the next record.
    }

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;
}
