<#
.SYNOPSIS
    Runs the tests of this folder with Pester 5 or later, and exits with the number of those that failed.
.DESCRIPTION
    'dotnet test' calls this for each file and takes every test that comes back for one of its own. Called by hand it runs the tests in any
    PowerShell, Windows PowerShell 5.1 included, after 'dotnet build'.
.PARAMETER Path
    The files; all of this folder when omitted.
.PARAMETER FullName
    Runs only the tests whose full name (the names of their blocks and their own, with dots between them) is like one of these.
.PARAMETER Configuration
    Which build is tested.
.PARAMETER Pester
    The manifest of Pester; the one that the build has brought when omitted.
.PARAMETER ListOnly
    Finds the tests and runs none.
.PARAMETER ResultPath
    A file that gets an object for each test, as JSON.
.EXAMPLE
    dotnet pwsh tests/Pester/Invoke-Tests.ps1 -FullName '*CSV*'
#>
[CmdletBinding()]
param(
    [string[]] $Path = (Join-Path $PSScriptRoot '*.Tests.ps1'),

    [string[]] $FullName = @(),

    [string] $Configuration = 'Debug',

    [string] $Pester,

    [switch] $ListOnly,

    [string] $ResultPath
)

$ErrorActionPreference = 'Stop'

# The names of a test and of the blocks around it; Pester fills in what stands between < and > only when it runs a test.
function Get-TestName {
    param($Test)
    $names = @($Test.Path)
    for ($holder = $Test; $holder; $holder = if ($holder -eq $Test) { $Test.Block } else { $holder.Parent }) {
        if ($holder.Data -isnot [System.Collections.IDictionary]) { continue }
        foreach ($key in $holder.Data.Keys) { $names = @($names | ForEach-Object { $_.Replace("<$key>", "$($holder.Data[$key])") }) }
    }

    return $names -join ' > '
}

# A test whose block could not be set up carries no error of its own.
function Get-TestError {
    param($Test)
    $records = @($Test.ErrorRecord)
    for ($block = $Test.Block; $block -and -not $records; $block = $block.Parent) { $records = @($block.ErrorRecord) }
    foreach ($record in $records) {
        [pscustomobject]@{
            Message = if ($record.DisplayErrorMessage) { $record.DisplayErrorMessage } else { "$record" }
            Trace   = if ($record.DisplayStackTrace) { $record.DisplayStackTrace } else { "$($record.ScriptStackTrace)" }
        }
    }
}

if (-not $Pester) {
    $project = Join-Path $PSScriptRoot '../CivitaiPS.Tests'
    $Pester = & dotnet msbuild $project -getProperty:PesterManifest
    if (-not (Test-Path -LiteralPath "$Pester")) {
        throw "Pester is not in the package cache ('$Pester'). Build first: dotnet build"
    }
}

Import-Module -Name $Pester
$run = New-PesterConfiguration
$run.Run.Container = New-PesterContainer -Path $Path -Data @{ Configuration = $Configuration }
$run.Run.PassThru = $true
$run.Run.SkipRun = [bool] $ListOnly
$run.Filter.FullName = $FullName
$run.Output.Verbosity = if ($ListOnly) { 'None' } else { 'Detailed' }
$run.Output.RenderMode = 'Plaintext'
$result = Invoke-Pester -Configuration $run

if ($ResultPath) {
    # Rows of one test have one line: they are told apart by their order.
    $rows = @{}
    $tests = foreach ($test in $result.Tests) {
        $place = '{0}:{1}' -f [System.IO.Path]::GetFileName($test.ScriptBlock.File), $test.StartLine
        $rows[$place]++
        [pscustomobject]@{
            Place  = '{0} #{1}' -f $place, $rows[$place]
            Name   = Get-TestName $test
            Result = "$($test.Result)"
            Errors = @(Get-TestError $test)
        }
    }

    [System.IO.File]::WriteAllText($ResultPath, (ConvertTo-Json -InputObject @($tests) -Depth 4))
}

# A block or a file that fails to set up or to clean up fails without failing a test.
$failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
if (-not $ListOnly) {
    # One line for programs to read, the same words as at the end of a build.
    '{0} passed, {1} failed, {2} skipped' -f $result.PassedCount, $failed, ($result.SkippedCount + $result.NotRunCount)
}

exit $failed
