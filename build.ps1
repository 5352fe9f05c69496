<#
.SYNOPSIS
    The door to the house for people with PowerShell. Does nothing that `dotnet` alone cannot.
.DESCRIPTION
    Build    dotnet build                      the module, complete and importable, in output/CivitaiPS/<version>/
    Test     dotnet test                       and, where Pester 5 or later is installed, the user's view in tests/Pester
    Run      this PowerShell, with the module imported and a gallery on this machine to talk to
    Package  dotnet pack src/CivitaiPS         the package that the PowerShell Gallery takes, in output/
    Clean    dotnet clean                      and removes output/
.EXAMPLE
    ./build.ps1 -Task Build, Test
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Run', 'Package', 'Clean')]
    [string[]] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Debug'
)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

function Invoke-Dotnet {
    Write-Host "dotnet $args" -ForegroundColor Cyan
    & dotnet @args
    if ($LASTEXITCODE -ne 0) {
        throw "dotnet $($args[0]) ended with $LASTEXITCODE."
    }
}

function Get-ModuleManifest {
    $version = (Import-PowerShellDataFile -Path (Join-Path $PSScriptRoot 'CivitaiPS.psd1')).ModuleVersion
    return Join-Path $PSScriptRoot "output/CivitaiPS/$version/CivitaiPS.psd1"
}

function Invoke-PesterTest {
    $pester = Get-Module -ListAvailable -Name Pester | Where-Object { $_.Version.Major -ge 5 } | Sort-Object Version | Select-Object -Last 1
    if (-not $pester) {
        Write-Warning 'Pester 5 or later is not installed: the tests in tests/Pester were not run. Install-Module Pester gets it.'
        return
    }

    # In a process of its own: a loaded assembly cannot be replaced by the next build.
    $pwsh = (Get-Process -Id $PID).Path
    & $pwsh -NoProfile -NonInteractive -File (Join-Path $PSScriptRoot 'tests/Pester/Invoke-Tests.ps1') -Configuration $Configuration
    if ($LASTEXITCODE -ne 0) {
        throw "Pester ended with $LASTEXITCODE."
    }
}

function Open-Playground {
    Invoke-Dotnet build tests/Playground --configuration $Configuration

    # The same engine host as 'dotnet run --project tests/Playground', but with everything that an installed PowerShell has.
    $gallery = Join-Path $PSScriptRoot "tests/Gallery/bin/$Configuration/net10.0/Gallery.dll"
    $start = [System.Diagnostics.ProcessStartInfo]::new('dotnet', "`"$gallery`" --until-stdin-closes")
    $start.UseShellExecute = $false
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $process = [System.Diagnostics.Process]::Start($start)
    $before = $env:CIVITAI_BASE_URL
    try {
        $env:CIVITAI_BASE_URL = $process.StandardOutput.ReadLine() -replace '^.* '
        $welcome = "Write-Host 'A gallery of made-up images listens on $env:CIVITAI_BASE_URL until you exit. Try'; " +
            "Write-Host '  Get-CivitaiImage -ModelId 123 -Sort MostReactions -First 20 | Save-CivitaiImage ./pictures'"
        & (Get-Process -Id $PID).Path -NoLogo -NoExit -Command "Import-Module '$(Get-ModuleManifest)'; $welcome"
    }
    finally {
        $env:CIVITAI_BASE_URL = $before
        $process.StandardInput.Close()
        $process.WaitForExit()
    }
}

Push-Location $PSScriptRoot
try {
    foreach ($name in $Task) {
        switch ($name) {
            'Build' {
                Invoke-Dotnet build --configuration $Configuration
            }
            'Test' {
                Invoke-Dotnet test --configuration $Configuration
                Invoke-PesterTest
            }
            'Run' {
                Open-Playground
            }
            'Package' {
                Invoke-Dotnet pack src/CivitaiPS --configuration Release --output output
            }
            'Clean' {
                Invoke-Dotnet clean --configuration $Configuration
                if (Test-Path output) {
                    Remove-Item output -Recurse -Force
                }
            }
        }
    }
}
finally {
    Pop-Location
}
