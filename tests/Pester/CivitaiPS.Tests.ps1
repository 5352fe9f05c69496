param(
    [string] $Configuration = 'Debug'
)

BeforeAll {
    . (Join-Path $PSScriptRoot 'Gallery.ps1')
    $gallery = Start-Gallery -Configuration $Configuration
}

AfterAll {
    Stop-Gallery -Process $gallery
}

Describe 'Get-CivitaiImage' {
    BeforeEach {
        $null = Get-GalleryRequest
    }

    It 'stops asking when Select-Object has enough' {
        $images = @(Get-CivitaiImage -ModelVersionId 1 | Select-Object -First 3)
        $images.Count | Should -Be 3
        $images[0].psobject.TypeNames[0] | Should -Be 'Civitai.Image'
        @(Get-GalleryRequest).Count | Should -Be 1
        (Invoke-RestMethod "$env:CIVITAI_BASE_URL/gallery/state").openResponses | Should -Be 0
    }

    It 'gives properties that sort, group and measure' {
        $images = Get-CivitaiImage -ModelVersionId 1 -First 50
        ($images | Measure-Object HeartCount -Sum).Sum | Should -BeGreaterThan 0
        ($images | Group-Object Username).Count | Should -BeGreaterThan 1
        ($images | Sort-Object CreatedAt | Select-Object -First 1).CreatedAt | Should -BeOfType [datetime]
    }

    It 'refuses <Arguments> without a request' -TestCases @(
        @{ Arguments = '-ModelId 0' }
        @{ Arguments = "-Username 'two words'" }
        @{ Arguments = '-PageSize 500' }
    ) {
        param($Arguments)
        { Invoke-Expression "Get-CivitaiImage $Arguments" } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
        @(Get-GalleryRequest).Count | Should -Be 0
    }
}

Describe 'Save-CivitaiImage' {
    It 'saves what is piped in and leaves nothing half done' {
        $folder = Join-Path $TestDrive 'castles'
        $saved = @(Get-CivitaiImage -ModelId 123 -Sort MostReactions -First 10 | Save-CivitaiImage $folder)
        $saved.Count | Should -Be 10
        $saved.Status | Sort-Object -Unique | Should -Be 'Downloaded'
        Get-ChildItem $folder -Filter *.part* | Should -BeNullOrEmpty
        @(Get-ChildItem $folder).FullName | Sort-Object | Should -Be ($saved.Path | Sort-Object)
    }

    It 'touches nothing with -WhatIf' {
        $folder = Join-Path $TestDrive 'untouched'
        Get-CivitaiImage -ModelVersionId 1 -First 3 | Save-CivitaiImage $folder -WhatIf | Should -BeNullOrEmpty
        Test-Path $folder | Should -BeFalse
    }

    It 'takes the rows of a CSV file that Export-Csv has written' {
        $csv = Join-Path $TestDrive 'images.csv'
        $folder = Join-Path $TestDrive 'from-csv'
        $images = Get-CivitaiImage -ModelVersionId 1 -First 5
        $images | Export-Csv $csv -NoTypeInformation
        $rows = @(Import-Csv $csv)
        $rows.Count | Should -Be 5
        $saved = @($rows | Save-CivitaiImage $folder)
        $saved.Id | Sort-Object | Should -Be ($images.Id | Sort-Object)
        @(Get-ChildItem $folder).Count | Should -Be 5
    }

    It 'takes images that were kept with Export-Clixml' {
        $file = Join-Path $TestDrive 'images.xml'
        $folder = Join-Path $TestDrive 'from-clixml'
        Get-CivitaiImage -ModelVersionId 1 -First 3 | Export-Clixml $file
        @(Import-Clixml $file | Save-CivitaiImage $folder).Count | Should -Be 3
    }
}
