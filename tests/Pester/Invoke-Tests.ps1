<#
.SYNOPSIS
    Runs the tests of this folder with Pester 5 or later, and exits with the number of those that failed.
#>
[CmdletBinding()]
param(
    [string] $Configuration = 'Debug'
)

$ErrorActionPreference = 'Stop'
Import-Module Pester -MinimumVersion 5.0

$run = New-PesterConfiguration
$run.Run.Container = New-PesterContainer -Path $PSScriptRoot -Data @{ Configuration = $Configuration }
$run.Run.PassThru = $true
$run.Output.Verbosity = 'Detailed'
$run.Output.RenderMode = 'Plaintext'
$result = Invoke-Pester -Configuration $run

# One line for programs to read, the same words as at the end of a build.
'{0} passed, {1} failed, {2} skipped' -f $result.PassedCount, ($result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount), ($result.SkippedCount + $result.NotRunCount)
exit ($result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount)
