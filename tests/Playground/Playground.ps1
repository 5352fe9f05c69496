<#
.SYNOPSIS
    What the playground's PowerShell does first, and all that it does unless it is to stay open.
#>
[CmdletBinding()]
param(
    # What to import; nothing when omitted.
    [string] $Module,

    # What to run: then this ends with 1 if an error was shown. When omitted, the prompt that comes next is made ready.
    [AllowEmptyString()]
    [string] $Script,

    # Shows the script as if it had been typed.
    [switch] $Echo,

    # Where PSReadLine keeps what was typed, instead of among the user's own.
    [string] $HistoryPath
)

if ($Module) {
    Import-Module -Name $Module -ErrorAction Stop
}

if (-not $PSBoundParameters.ContainsKey('Script')) {
    if (Get-Module -Name PSReadLine) {
        Set-PSReadLineOption -HistorySavePath $HistoryPath
    }

    return
}

if ($Echo) {
    Write-Host "PS> $Script"
}

try {
    $block = [scriptblock]::Create($Script)
}
catch {
    throw $_.Exception.InnerException.ErrorRecord
}

# Errors go the same way as output, to be noticed here, and are shown as errors all the same: Out-Default knows them.
$shown = @{ Error = $false }
. $block 2>&1 | & {
    process {
        if ($_ -is [System.Management.Automation.ErrorRecord]) {
            $shown.Error = $true
        }

        $_
    }
} | Out-Default
exit [int] $shown.Error
