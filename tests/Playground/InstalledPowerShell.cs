using System.Collections.Frozen;
using System.Management.Automation.Runspaces;

namespace Playground;

/// <summary>
/// Knows the commands that the engine's package does not carry, because they come in modules of an installed PowerShell, and says so when
/// one of them is missed.
/// </summary>
internal sealed class InstalledPowerShell
{
    private static readonly FrozenSet<string> Commands = (
        // Microsoft.PowerShell.Utility
        "Add-Member Add-Type Clear-Variable Compare-Object ConvertFrom-CliXml ConvertFrom-Csv ConvertFrom-Json ConvertFrom-SddlString " +
        "ConvertFrom-StringData ConvertTo-CliXml ConvertTo-Csv ConvertTo-Html ConvertTo-Json ConvertTo-Xml Debug-Runspace Disable-PSBreakpoint " +
        "Disable-RunspaceDebug Enable-PSBreakpoint Enable-RunspaceDebug Export-Alias Export-Clixml Export-Csv Export-FormatData " +
        "Export-PSSession Format-Custom Format-Hex Format-List Format-Table Format-Wide Get-Alias Get-Culture Get-Date Get-Error Get-Event " +
        "Get-EventSubscriber Get-FileHash Get-FormatData Get-Host Get-Member Get-PSBreakpoint Get-PSCallStack Get-Random Get-Runspace " +
        "Get-RunspaceDebug Get-SecureRandom Get-TraceSource Get-TypeData Get-UICulture Get-Unique Get-Uptime Get-Variable Get-Verb " +
        "Group-Object Import-Alias Import-Clixml Import-Csv Import-LocalizedData Import-PowerShellDataFile Import-PSSession " +
        "Invoke-Expression Invoke-RestMethod Invoke-WebRequest Join-String Measure-Command Measure-Object New-Alias New-Event New-Guid " +
        "New-Object New-TemporaryFile New-TimeSpan New-Variable Out-File Out-GridView Out-Printer Out-String Read-Host Register-EngineEvent " +
        "Register-ObjectEvent Remove-Alias Remove-Event Remove-PSBreakpoint Remove-TypeData Remove-Variable Select-Object Select-String " +
        "Select-Xml Send-MailMessage Set-Alias Set-Date Set-PSBreakpoint Set-TraceSource Set-Variable Show-Command Show-Markdown Sort-Object " +
        "Start-Sleep Tee-Object Test-Json Trace-Command Unblock-File Unregister-Event Update-FormatData Update-List Update-TypeData " +
        "Wait-Debugger Wait-Event Write-Debug Write-Error Write-Host Write-Information Write-Output Write-Progress Write-Verbose Write-Warning " +

        // Microsoft.PowerShell.Management
        "Add-Content Clear-Content Clear-Item Clear-ItemProperty Convert-Path Copy-Item Copy-ItemProperty Debug-Process Get-ChildItem " +
        "Get-Clipboard Get-Content Get-Item Get-ItemProperty Get-ItemPropertyValue Get-Location Get-Process Get-PSDrive Get-PSProvider " +
        "Get-Service Get-TimeZone Invoke-Item Join-Path Move-Item Move-ItemProperty New-Item New-ItemProperty New-PSDrive Pop-Location " +
        "Push-Location Remove-Item Remove-ItemProperty Remove-PSDrive Rename-Item Rename-ItemProperty Resolve-Path Set-Clipboard Set-Content " +
        "Set-Item Set-ItemProperty Set-Location Split-Path Start-Process Stop-Process Test-Connection Test-Path Wait-Process " +

        // Microsoft.PowerShell.Security, PSReadLine, Microsoft.PowerShell.ThreadJob
        "ConvertFrom-SecureString ConvertTo-SecureString Get-Credential Get-ExecutionPolicy Set-ExecutionPolicy Start-ThreadJob")
        .Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly SortedSet<string> _missed = new(StringComparer.OrdinalIgnoreCase);

    public InstalledPowerShell(Runspace runspace)
    {
        runspace.SessionStateProxy.InvokeCommand.CommandNotFoundAction += (_, e) =>
        {
            if (Commands.TryGetValue(e.CommandName, out var name))
            {
                _missed.Add(name);
            }
        };
    }

    /// <summary>What to say about the commands that were missed since this was last asked, or null.</summary>
    public string? TakeHint()
    {
        if (_missed.Count == 0)
        {
            return null;
        }

        var names = string.Join(", ", _missed);
        var one = _missed.Count == 1;
        _missed.Clear();
        return $"""
            {names} {(one ? "comes" : "come")} with an installed PowerShell, not with the engine package that the playground runs on.
            Where pwsh is installed, './build.ps1 -Task Run' opens it with the gallery, and every command is there.
            """;
    }
}
