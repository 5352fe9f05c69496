param(
    [string] $Configuration = 'Debug'
)

BeforeAll {
    . (Join-Path $PSScriptRoot 'Gallery.ps1')
    $gallery = Start-Gallery -Configuration $Configuration
    $manifest = (Get-Module CivitaiPS).Path -replace '\.dll$', '.psd1'
}

AfterAll {
    Stop-Gallery -Process $gallery
}

Describe 'Save-CivitaiImage in the hands of a user' {
    It 'tries again what failed, from the error variable' {
        $folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive 'blocked')
        $file = Join-Path $folder 'best'
        Set-Content -Path $file -Value 'a file where a folder of the names should be'
        $save = @{ Path = $folder; FileName = 'best/{Id}' }
        Get-CivitaiImage -ModelVersionId 1 -First 3 | Save-CivitaiImage @save -ErrorVariable failed -ErrorAction SilentlyContinue -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $failed.Count | Should -Be 3
        $failed.FullyQualifiedErrorId | Sort-Object -Unique | Should -BeLike 'CivitaiFileWriteFailed,*'
        Remove-Item $file
        @($failed.TargetObject | Save-CivitaiImage @save).Status | Should -Be @('Downloaded', 'Downloaded', 'Downloaded')
    }

    It 'refuses a path that is a file' {
        $file = Join-Path $TestDrive 'file'
        Set-Content -Path $file -Value 'a file where the folder should be'
        { Get-CivitaiImage -ModelVersionId 1 -First 3 | Save-CivitaiImage $file } | Should -Throw -ErrorId 'CivitaiPathNotFolder,*'
    }

    It 'stops with Select-Object and leaves complete files and parts only' {
        $folder = Join-Path $TestDrive 'stopped'
        @(Get-CivitaiImage -ModelVersionId 1 | Save-CivitaiImage $folder | Select-Object -First 2).Count | Should -Be 2
        (Invoke-RestMethod "$env:CIVITAI_BASE_URL/gallery/state").openResponses | Should -Be 0
    }

    It 'reads a CSV file that was written under <Culture>' -TestCases @(
        @{ Culture = 'de-DE' }
        @{ Culture = 'fa-IR' }
        @{ Culture = 'th-TH' }
    ) {
        param($Culture)
        $before = [cultureinfo]::CurrentCulture
        try {
            [System.Threading.Thread]::CurrentThread.CurrentCulture = $Culture
            $csv = Join-Path $TestDrive "$Culture.csv"
            $folder = Join-Path $TestDrive $Culture
            $images = @(Get-CivitaiImage -ModelVersionId 1 -First 3)
            $images | Export-Csv $csv -NoTypeInformation
            $saved = @(Import-Csv $csv | Save-CivitaiImage $folder -FileName '{Date}-{Id}')
            $saved.Count | Should -Be 3
            foreach ($image in $images) {
                $name = '{0}-{1}.*' -f $image.CreatedAt.ToUniversalTime().ToString('yyyy-MM-dd', [cultureinfo]::InvariantCulture), $image.Id
                @(Get-ChildItem (Join-Path $folder $name)).Count | Should -Be 1
            }
        }
        finally {
            [System.Threading.Thread]::CurrentThread.CurrentCulture = $before
        }
    }

    It 'writes what it saved to a CSV file' {
        $csv = Join-Path $TestDrive 'saved.csv'
        Get-CivitaiImage -ModelVersionId 1 -First 2 | Save-CivitaiImage (Join-Path $TestDrive 'listed') | Export-Csv $csv -NoTypeInformation
        $rows = @(Import-Csv $csv)
        $rows.Count | Should -Be 2
        $rows | ForEach-Object { Test-Path $_.Path | Should -BeTrue }
    }

    It 'shows where a file is from here, and never half of it, at <Width> columns' -TestCases @(
        @{ Width = 120 }
        @{ Width = 60 }
    ) {
        param($Width)
        Push-Location -LiteralPath $TestDrive
        try {
            $saved = @(Get-CivitaiImage -ModelVersionId 1 -First 3 | Save-CivitaiImage ./views -FileName '{BaseModel}/{Date:yyyy-MM}/a-name-that-is-longer-than-a-narrow-screen-{Id}')
            $lines = ($saved | Format-Table | Out-String -Width $Width) -replace '\x1b\[[0-9;]*m', '' -split "`r?`n" | Where-Object { $_ }
            @(-split $lines[0]) | Should -Be ('Id', 'Status', 'Length', 'Path')
            ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual $Width
            $shown = -join ($lines | Select-Object -Skip 2 | ForEach-Object { $_.Substring(36).Trim() })
            $expected = -join ($saved | ForEach-Object { $_.Path.Substring($PWD.ProviderPath.Length + 1) })
            $shown -replace ' ' | Should -Be ($expected -replace ' ')

            Set-Location -LiteralPath ([System.IO.Path]::GetPathRoot($PWD.ProviderPath))
            ($saved[0] | Format-Table | Out-String -Width 400) | Should -Match ([regex]::Escape($saved[0].Path.Substring($PWD.ProviderPath.Length)))
            ($saved[0] | Format-List | Out-String -Width 400) | Should -Match ([regex]::Escape($saved[0].Path))
        }
        finally {
            Pop-Location
        }
    }

    It 'sums a run up in the information stream' {
        $folder = Join-Path $TestDrive 'summed'
        $null = Get-CivitaiImage -ModelVersionId 1 -First 3 | Save-CivitaiImage $folder -InformationVariable first
        $saved = @(Get-CivitaiImage -ModelVersionId 1 -First 5 | Save-CivitaiImage $folder -NewOnly -InformationVariable second -WarningVariable warnings)
        $saved.Count | Should -Be 2
        $first.Tags | Should -Be 'CivitaiSummary'
        $second.MessageData | Should -BeOfType Civitai.SaveSummary
        $second.MessageData.SavedCount | Should -Be 2
        $second.MessageData.ExistingCount | Should -Be 3
        "$($second.MessageData)" | Should -Match '^2 saved, 3 there already, 0 failed, '
        $warnings | Should -BeNullOrEmpty
    }

    It 'keeps a limit on the rate that PowerShell units give' {
        $saved = @(Save-CivitaiImage -InputObject @(Get-CivitaiImage -ModelVersionId 1 -First 3) (Join-Path $TestDrive 'limited') -RateLimit 2MB)
        $saved.Status | Should -Be @('Downloaded', 'Downloaded', 'Downloaded')
    }

    It 'takes its defaults from $PSDefaultParameterValues' {
        $PSDefaultParameterValues['Save-CivitaiImage:FileName'] = 'default-{Id}'
        $PSDefaultParameterValues['Get-CivitaiImage:First'] = 2
        try {
            $saved = @(Get-CivitaiImage -ModelVersionId 1 | Save-CivitaiImage (Join-Path $TestDrive 'defaults'))
            $saved.Count | Should -Be 2
            $saved | ForEach-Object { Split-Path $_.Path -Leaf | Should -BeLike 'default-*' }
        }
        finally {
            $PSDefaultParameterValues.Remove('Save-CivitaiImage:FileName')
            $PSDefaultParameterValues.Remove('Get-CivitaiImage:First')
        }
    }

    It 'saves images that went into a job, and what comes out of one' {
        $images = @(Get-CivitaiImage -ModelVersionId 1 -First 2)
        $folder = Join-Path $TestDrive 'job'
        $saved = @(Start-Job -ArgumentList $manifest, $folder, $images -ScriptBlock {
                param($manifest, $folder, $images)
                Import-Module $manifest
                $images | Save-CivitaiImage $folder
            } | Receive-Job -Wait -AutoRemoveJob)
        $saved.Count | Should -Be 2
        $saved[0].psobject.TypeNames[0] | Should -Be 'Deserialized.Civitai.SavedImage'
        $saved[0].Prompt | Should -Be ($images | Where-Object Id -EQ $saved[0].Id).Prompt
        @($saved | Save-CivitaiImage $folder).Status | Should -Be @('AlreadyExists', 'AlreadyExists')
    }

    It 'works in thread jobs' -Skip:(-not (Get-Command Start-ThreadJob -ErrorAction SilentlyContinue)) {
        $folder = Join-Path $TestDrive 'threads'
        $jobs = 1, 2, 1231 | ForEach-Object {
            Start-ThreadJob -ArgumentList $manifest, $folder, $_ -ScriptBlock {
                param($manifest, $folder, $n)
                Import-Module $manifest
                Get-CivitaiImage -ModelVersionId $n -First 2 | Save-CivitaiImage $folder
            }
        }
        @($jobs | Receive-Job -Wait -AutoRemoveJob).Count | Should -Be 6
    }
}

Describe 'The connection' {
    AfterEach {
        Disconnect-Civitai
    }

    It 'is shown without its key' {
        $key = ConvertTo-SecureString 'a-key-that-nobody-may-see' -AsPlainText -Force
        { Connect-Civitai -ApiKey $key } | Should -Throw -ErrorId 'CivitaiUnauthorized,*'
        Connect-Civitai -TimeoutSec 30 -MaximumRetryCount 1 | Out-Null
        $connection = Get-CivitaiConnection
        $connection.TimeoutSec | Should -Be 30
        $connection.MaximumRetryCount | Should -Be 1
        $error[0..5] | Format-List * -Force | Out-String | Should -Not -Match 'nobody-may-see'
    }

    It 'refuses an address with user information' {
        { Connect-Civitai -BaseUri 'https://me:secret@example.com/' } | Should -Throw -ErrorId 'CivitaiBaseUriNotAllowed,*'
    }
}
