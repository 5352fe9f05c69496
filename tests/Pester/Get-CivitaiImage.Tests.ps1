param(
    [string] $Configuration = 'Debug'
)

BeforeAll {
    . (Join-Path $PSScriptRoot 'Gallery.ps1')
    $gallery = Start-Gallery -Configuration $Configuration

    # Runs a script under a culture; the engine sets it back by itself for each pipeline on some versions and not on others.
    function Invoke-InCulture {
        param([string] $Culture, [scriptblock] $Script)
        $before = [System.Threading.Thread]::CurrentThread.CurrentCulture
        try {
            [System.Threading.Thread]::CurrentThread.CurrentCulture = [cultureinfo]::GetCultureInfo($Culture)
            & $Script
        }
        finally {
            [System.Threading.Thread]::CurrentThread.CurrentCulture = $before
        }
    }
}

AfterAll {
    Stop-Gallery -Process $gallery
}

Describe 'Get-CivitaiImage and the commands around it' {
    BeforeAll {
        $images = @(Get-CivitaiImage -ModelVersionId 1 -First 60 -Sort Newest -IncludeTag)
    }

    It 'asks for one page when Select-Object takes <Count>, and leaves nothing open' -TestCases @(
        @{ Count = 1; Command = 'Get-CivitaiImage -ModelVersionId 1' }
        @{ Count = 200; Command = 'Get-CivitaiImage -ModelVersionId 1' }
        @{ Count = 10; Command = 'Get-CivitaiImage -Username alice | Where-Object Id' }
    ) {
        param($Count, $Command)
        $null = Get-GalleryRequest
        @(Invoke-Expression $Command | Select-Object -First $Count).Count | Should -Be $Count
        @(Get-GalleryRequest).Count | Should -Be 1
        (Invoke-RestMethod "$env:CIVITAI_BASE_URL/gallery/state").openResponses | Should -Be 0
    }

    It 'finds nothing missing in strict mode' {
        Set-StrictMode -Version Latest
        { $images | Select-Object -Property * | Out-Null; $images | ForEach-Object { $null = $_.Meta; $_.Tags.Count; $_.ModelVersionIds.Count } } | Should -Not -Throw
    }

    It 'writes rows that Import-Csv reads back, under <Culture>' -TestCases @(
        @{ Culture = 'de-DE' }
        @{ Culture = 'fa-IR' }
        @{ Culture = 'th-TH' }
        @{ Culture = 'en-US' }
    ) {
        param($Culture)
        $csv = Join-Path $TestDrive "$Culture.csv"
        $rows = @(Invoke-InCulture $Culture {
                $images | Export-Csv $csv -NoTypeInformation
                Import-Csv $csv
            })
        $rows.Count | Should -Be $images.Count

        # Whole columns at once: Should takes its time for each call.
        $rows.Id | Should -Be @($images | ForEach-Object { "$($_.Id)" })
        $rows.Url | Should -Be $images.Url
        $rows.Tags | Should -Be @($images | ForEach-Object { $_.Tags -join ', ' })
        $rows.ModelVersionIds | Should -Be @($images | ForEach-Object { $_.ModelVersionIds -join ', ' })
        $rows.Prompt | Should -Be @($images | ForEach-Object { "$($_.Prompt)" })
        $rows.ReactionCount | Should -Be @($images | ForEach-Object { "$($_.ReactionCount)" })
        $rows.Seed | Should -Be @($images | ForEach-Object { "$($_.Seed)" })
        Invoke-InCulture $Culture { $rows | ForEach-Object { [datetime]::Parse($_.CreatedAt, [cultureinfo]::CurrentCulture) } } |
            Should -Be @($images | ForEach-Object { [datetime]::new($_.CreatedAt.Ticks - $_.CreatedAt.Ticks % [timespan]::TicksPerSecond) })

        # A row is an image again.
        $first = Invoke-InCulture $Culture { $rows[0] | Get-CivitaiImage }
        $first.Id | Should -Be $images[0].Id
    }

    It 'writes no type name where a value belongs' {
        ($images | ConvertTo-Csv -NoTypeInformation) -cmatch 'Civitai\.|System\.|Object\[\]' | Should -BeNullOrEmpty
    }

    It 'converts to JSON and back' {
        $json = $images | ConvertTo-Json -WarningVariable warnings
        $warnings | Should -BeNullOrEmpty
        $back = @($json | ConvertFrom-Json | ForEach-Object { $_ })
        $back.Count | Should -Be $images.Count
        $with = 0..($images.Count - 1) | Where-Object { $images[$_].Meta -and $images[$_].Meta['Hires upscaler'] } | Select-Object -First 1
        $back[$with].Id | Should -Be $images[$with].Id
        $back[$with].Tags -join ', ' | Should -Be ($images[$with].Tags -join ', ')
        $back[$with].TagIds -join ', ' | Should -Be ($images[$with].TagIds -join ', ')
        $back[$with].Prompt | Should -Be $images[$with].Prompt
        $back[$with].Stats.HeartCount | Should -Be $images[$with].HeartCount
        foreach ($name in 'Prompt', 'NegativePrompt', 'Steps', 'Sampler', 'CfgScale', 'Seed', 'Model', 'Size', 'ClipSkip') {
            $back[$with].Meta.$name | Should -Be $images[$with].Meta.$name
        }

        $back[$with].Meta.Infotext | Should -Match 'Hires upscaler: '
        $one = $images[$with] | ConvertTo-Json -WarningVariable warnings | ConvertFrom-Json
        $warnings | Should -BeNullOrEmpty
        $one.Meta.Seed | Should -Be $images[$with].Seed
    }

    It 'converts the oddest generation data to JSON without a warning' {
        $null = Get-CivitaiImage -ModelId 123 -NsfwLevel Explicit -First 400 | ConvertTo-Json -WarningVariable warnings
        $warnings | Should -BeNullOrEmpty
    }

    It 'is grouped, sorted, measured, compared and made unique by values' {
        ($images | Group-Object NsfwLevel -AsHashTable -AsString).Keys | Should -Contain 'None'
        ($images | Group-Object { $_.CreatedAt.Date } | Measure-Object Count -Sum).Sum | Should -Be $images.Count
        ($images | Sort-Object ReactionCount -Descending)[0].ReactionCount | Should -Be ($images | Measure-Object ReactionCount -Maximum).Maximum
        ($images | Sort-Object CreatedAt).Id | Should -Be $images[($images.Count - 1)..0].Id
        ($images | Sort-Object)[0].Id | Should -Be ($images.Id | Measure-Object -Minimum).Minimum

        $again = @(Get-CivitaiImage -ModelVersionId 1 -First 50 -Sort Newest)
        $difference = @(Compare-Object $images $again)
        $difference.Count | Should -Be 10
        $difference.SideIndicator | Sort-Object -Unique | Should -Be '<='
        @($images + $again | Sort-Object -Unique).Count | Should -Be 60
        @($images[0], $again[0] | Select-Object -Unique).Count | Should -Be 1
        $images.Contains($again[3]) | Should -BeTrue
    }

    It 'survives Export-Clixml with its generation data' {
        $file = Join-Path $TestDrive 'images.xml'
        $images | Export-Clixml $file
        $back = @(Import-Clixml $file)
        $back.Id | Should -Be $images.Id
        $back.Prompt | Should -Be $images.Prompt
        $back[0].CreatedAt | Should -Be $images[0].CreatedAt
        $back[0].Tags -join ', ' | Should -Be ($images[0].Tags -join ', ')
        $with = $images | Where-Object { $_.Meta -and $_.Meta['Hires upscaler'] } | Select-Object -First 1
        ($back | Where-Object Id -EQ $with.Id).Meta.Fields['Hires upscaler'] | Should -Be $with.Meta['Hires upscaler']
        @($back | Get-CivitaiImage).Id | Should -Be $images.Id
    }

    It 'has property sets, on images and on what Import-Clixml gives' {
        $file = Join-Path $TestDrive 'sets.xml'
        $images[0] | Export-Clixml $file
        foreach ($image in $images[0], (Import-Clixml $file)) {
            ($image | Select-Object Generation).psobject.Properties.Name | Should -Be ('Prompt', 'NegativePrompt', 'Sampler', 'Steps', 'CfgScale', 'Seed', 'Model', 'Size', 'ClipSkip')
            ($image | Select-Object Reactions).psobject.Properties.Name | Should -Be ('LikeCount', 'HeartCount', 'LaughCount', 'CryCount', 'CommentCount', 'ReactionCount')
        }
    }

    It 'gives property sets beside Id' {
        ($images[0] | Select-Object Id, Reactions).psobject.Properties.Name[0..1] -join ' ' | Should -Be 'Id LikeCount'
        ($images[0] | Select-Object Id, Generation).Id | Should -Be $images[0].Id
    }

    It 'is shown under headers that can be typed into Where-Object, at <Width> columns' -TestCases @(
        @{ Width = 120; Headers = 'Id', 'Type', 'CreatedAt', 'NsfwLevel', 'Dimensions', 'Username', 'ReactionCount', 'BaseModel', 'Prompt' }
        @{ Width = 80; Headers = 'Id', 'Type', 'CreatedAt', 'NsfwLevel', 'Dimensions', 'Username', 'ReactionCount' }
        @{ Width = 60; Headers = 'Id', 'Type', 'CreatedAt', 'NsfwLevel', 'Dimensions', 'Username' }
    ) {
        param($Width, $Headers)
        $lines = ($images | Format-Table | Out-String -Width $Width) -replace '\x1b\[[0-9;]*m', '' -split "`r?`n" | Where-Object { $_ }
        @(-split $lines[0]) | Should -Be $Headers
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual $Width
        foreach ($header in $Headers) {
            $images[0].psobject.Properties.Name | Should -Contain $header
        }

        $lines[2] | Should -Match ('{0} {1:yyyy-MM-dd}' -f $images[0].Type, $images[0].CreatedAt)
    }

    It 'completes <Line> with <Expected>' -TestCases @(
        @{ Line = 'Save-CivitaiImage -Sidecar '; Expected = 'Json', 'Text' }
        @{ Line = 'Save-CivitaiImage -Sidecar Json, '; Expected = @('Text') }
        @{ Line = 'Save-CivitaiImage -Sidecar Json,'; Expected = @('Text') }
        @{ Line = 'Get-CivitaiImage -NsfwLevel '; Expected = 'Explicit', 'Mature', 'None', 'Soft' }
        @{ Line = 'Get-CivitaiImage -BaseModel Hunyuan3'; Expected = @('Hunyuan3D') }
        @{ Line = 'Get-CivitaiImage -BaseModel ''MiniMax'; Expected = @("'MiniMax H3'") }
    ) {
        param($Line, $Expected)
        (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText | Sort-Object | Should -Be $Expected
    }

    It 'completes levels without the one that is refused' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
        $line = 'Get-CivitaiImage -BrowsingLevel '
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Sort-Object | Should -Be ('PG', 'PG13', 'R', 'X', 'XXX')
    }

    It 'leaves no progress on the screen after Select-Object' {
        $shell = [powershell]::Create('NewRunspace')
        try {
            $null = $shell.AddScript(@"
                Import-Module '$((Get-Module CivitaiPS).Path -replace '\.dll$', '.psd1')'
                `$clock = [Diagnostics.Stopwatch]::StartNew()
                Get-CivitaiImage -NsfwLevel Explicit -PageSize 1 | Where-Object { `$clock.ElapsedMilliseconds -gt 2600 } | Select-Object -First 1
"@).Invoke()
            $shell.Streams.Progress.Count | Should -BeGreaterThan 1
            $shell.Streams.Progress[0].Activity | Should -Be 'Listing images'
            $shell.Streams.Progress[-1].RecordType | Should -Be 'Completed'
        }
        finally {
            $shell.Dispose()
        }
    }

    It 'is shown as a table, a list and in columns, without control characters' {
        $all = @(Get-CivitaiImage -ModelId 123 -First 200 -NsfwLevel X)
        foreach ($text in ($all | Format-Table | Out-String -Width 120), ($all | Format-List | Out-String -Width 120), ($all | Format-Wide | Out-String -Width 120)) {
            # What PowerShell itself colours is not ours.
            $plain = $text -replace '\x1b\[[0-9;]*m', ''
            $plain | Should -Not -Match '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]'
            ($plain -split "`r?`n" | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 120
            $plain | Should -Match $all[0].Id
        }

        $list = ($all[0] | Format-List | Out-String -Width 120)
        $list | Should -Match 'NegativePrompt'
        $list | Should -Match ([regex]::Escape("$($all[0].Stats)".Substring(0, 20)))
    }

    It 'runs in jobs and in parallel with the same results' {
        $module = (Get-Module CivitaiPS).Path -replace '\.dll$', '.psd1'
        $ids = 1..3 | ForEach-Object -Parallel {
            Import-Module $using:module
            (Get-CivitaiImage -ModelVersionId 1 -First 5 -Sort Newest).Id -join ','
        }
        $ids | Sort-Object -Unique | Should -Be ($images[0..4].Id -join ',')
    } -Skip:($PSVersionTable.PSVersion.Major -lt 7)
}
