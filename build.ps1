<#
.SYNOPSIS
    The tasks of this repository, for people with PowerShell: Windows PowerShell 5.1 or PowerShell 7, installed or as a .NET tool. Does nothing that `dotnet` alone cannot.
.DESCRIPTION
    Build    dotnet build                      the module, complete and importable, in output/CivitaiPS/<version>/
    Test     dotnet test                       everything, the Pester tests included
    Run      dotnet run --project tests/Playground -- -Interactive
                                               a prompt with the module imported and a gallery on this machine to talk to
    Package  dotnet pack src/CivitaiPS         the package for the PowerShell Gallery, in output/
    Clean    dotnet clean                      and removes output/
.EXAMPLE
    ./build.ps1 -Task Build, Test
.EXAMPLE
    dotnet tool restore; dotnet pwsh -Command './build.ps1 -Task Build, Test'
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

# What dotnet writes goes where it always goes, so its own words are there when it fails.
function Invoke-Dotnet {
    Write-Host "dotnet $args" -ForegroundColor Cyan

    # Windows PowerShell takes each line on a redirected standard error for an error of its own, which must not end this one early.
    $ErrorActionPreference = 'Continue'
    $PSNativeCommandUseErrorActionPreference = $false
    & dotnet @args
    if ($LASTEXITCODE -ne 0) {
        throw "dotnet $($args[0]) ended with exit code $LASTEXITCODE."
    }
}

Push-Location -LiteralPath $PSScriptRoot
try {
    foreach ($name in $Task) {
        switch ($name) {
            'Build' {
                Invoke-Dotnet build --configuration $Configuration
            }
            'Test' {
                Invoke-Dotnet test --configuration $Configuration
            }
            'Run' {
                Invoke-Dotnet run --project tests/Playground --configuration $Configuration '--' -Interactive
            }
            'Package' {
                Invoke-Dotnet pack src/CivitaiPS --configuration Release --output output
            }
            'Clean' {
                Invoke-Dotnet clean --configuration $Configuration
                if (Test-Path -LiteralPath output) {
                    Remove-Item -LiteralPath output -Recurse -Force
                }
            }
        }
    }
}
finally {
    Pop-Location
}
