<#
.SYNOPSIS
    Runs scripts for PwshSession, each in a runspace of its own, until the pipe is closed: a line of JSON comes for each, and a line of JSON goes back.
#>
param(
    [Parameter(Mandatory)]
    [string] $PipeName
)

$ErrorActionPreference = 'Stop'
$pipe = [System.IO.Pipes.NamedPipeClientStream]::new('.', $PipeName, 'InOut', 'Asynchronous, CurrentUserOnly')
$pipe.Connect()
$reader = [System.IO.StreamReader]::new($pipe)
$writer = [System.IO.StreamWriter]::new($pipe)
$writer.AutoFlush = $true

function Format-Error {
    param([System.Management.Automation.ErrorRecord] $Record)
    "$($Record.FullyQualifiedErrorId): $Record $($Record.InvocationInfo.PositionMessage)"
}

while ($null -ne ($line = $reader.ReadLine())) {
    $order = $line | ConvertFrom-Json -AsHashtable
    [Environment]::GetEnvironmentVariables().Keys.Where{ $_.StartsWith($order.Prefix) }.ForEach{ [Environment]::SetEnvironmentVariable($_, $null) }
    $order.Environment.GetEnumerator().ForEach{ [Environment]::SetEnvironmentVariable($_.Key, $_.Value) }
    [Environment]::CurrentDirectory = $order.Folder

    # As the prompt has it: the same host, and the modules that are found by themselves.
    $runspace = [runspacefactory]::CreateRunspace($Host, [initialsessionstate]::CreateDefault2())
    $runspace.Open()
    $runspace.SessionStateProxy.Path.SetLocation([wildcardpattern]::Escape($order.Folder)) | Out-Null
    $shell = [powershell]::Create()
    $shell.Runspace = $runspace
    $output = @()
    $ended = @()
    try {
        $output = @($shell.AddScript($order.Script).Invoke())
    }
    catch {
        $ended = @($_.Exception.InnerException.ErrorRecord)
    }

    $writer.WriteLine((@{
                Output = @($output.ForEach{ "$_" })
                Errors = @(@($shell.Streams.Error) + $ended | ForEach-Object { Format-Error $_ })
            } | ConvertTo-Json -Compress))
    $shell.Dispose()
    $runspace.Dispose()
}
