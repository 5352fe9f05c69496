using System.Text;
using Playground;

PlaygroundOptions options;
try
{
    options = PlaygroundOptions.Read(args);
}
catch (FormatException exception)
{
    await Console.Error.WriteLineAsync(exception.Message + Environment.NewLine + Environment.NewLine + PlaygroundOptions.Usage);
    return 64;
}

if (options.Help)
{
    Console.WriteLine(PlaygroundOptions.Usage);
    return 0;
}

if (OperatingSystem.IsWindows() && !Console.IsOutputRedirected)
{
    Console.OutputEncoding = Encoding.UTF8;
}

using var terminal = new Terminal(new ConsoleHost(new ConsoleUserInterface(!options.NonInteractive)));
if (!terminal.Import(options.Module))
{
    return 1;
}

return options.Interactive ? terminal.RunInteractively() : terminal.Run(options.Command ?? "Get-Command");
