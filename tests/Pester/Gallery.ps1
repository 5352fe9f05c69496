# Dot-sourced by the tests: the gallery as a process of its own, and the built module talking to it.

function Start-Gallery {
    param(
        [Parameter(Mandatory = $true)]
        [string] $Configuration
    )

    $root = [System.IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../..'))
    $program = Join-Path $root "tests/Gallery/bin/$Configuration/net10.0/Gallery.dll"
    if (-not (Test-Path -LiteralPath $program)) {
        throw "'$program' is not there. Build first: dotnet build --configuration $Configuration"
    }

    $start = [System.Diagnostics.ProcessStartInfo]::new('dotnet', "`"$program`" --until-stdin-closes")
    $start.UseShellExecute = $false
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $process = [System.Diagnostics.Process]::Start($start)
    $line = $process.StandardOutput.ReadLine()
    if ($line -notmatch 'listening on (?<address>http://\S+)') {
        throw "The gallery said '$line' instead of where it listens."
    }

    $env:CIVITAI_BASE_URL = $Matches.address
    $version = (Import-PowerShellDataFile -Path (Join-Path $root 'CivitaiPS.psd1')).ModuleVersion
    Import-Module (Join-Path $root "output/CivitaiPS/$version/CivitaiPS.psd1") -Force
    return $process
}

function Stop-Gallery {
    param(
        [System.Diagnostics.Process] $Process
    )

    Remove-Item Env:CIVITAI_BASE_URL
    if ($Process) {
        $Process.StandardInput.Close()
        $Process.WaitForExit()
        $Process.Dispose()
    }
}

# What was asked since the last call.
function Get-GalleryRequest {
    $requests = (Invoke-WebRequest -UseBasicParsing -Uri "$env:CIVITAI_BASE_URL/gallery/log").Content -split "`n" |
        Where-Object { $_ } |
        ConvertFrom-Json
    $null = Invoke-WebRequest -UseBasicParsing -Uri "$env:CIVITAI_BASE_URL/gallery/clear"
    return $requests
}
