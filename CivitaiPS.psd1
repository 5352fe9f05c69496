@{
    RootModule           = 'CivitaiPS.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '6e0d6a0e-6c1b-4b52-9c55-3f0a4b6f7d21'
    Author               = 'The CivitaiPS authors'
    CompanyName          = 'The CivitaiPS authors'
    Copyright            = '(c) The CivitaiPS authors. MIT License.'
    Description          = 'Query, filter and archive the image gallery of Civitai from PowerShell: complete listings that page lazily, and downloads that are right or not there.'
    PowerShellVersion    = '5.1'
    DotNetFrameworkVersion = '4.7.2'
    CompatiblePSEditions = @('Core', 'Desktop')
    # Without it [Civitai.Image] is unknown until the first command has run.
    RequiredAssemblies   = @('Civitai.dll')
    TypesToProcess       = @('CivitaiPS.Types.ps1xml')
    FormatsToProcess     = @('CivitaiPS.Format.ps1xml')
    CmdletsToExport      = @('Connect-Civitai', 'Disconnect-Civitai', 'Get-CivitaiConnection', 'Get-CivitaiImage', 'Save-CivitaiImage')
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    PrivateData          = @{
        PSData = @{
            LicenseUri   = 'https://github.com/CivitaiPS/CivitaiPS/blob/main/LICENSE'
            ProjectUri   = 'https://github.com/CivitaiPS/CivitaiPS'
            ReleaseNotes = 'https://github.com/CivitaiPS/CivitaiPS/blob/main/CHANGELOG.md'
            Tags         = @('Civitai', 'Images', 'Gallery', 'Download', 'StableDiffusion', 'AI', 'PSEdition_Core', 'PSEdition_Desktop', 'Windows', 'Linux', 'MacOS')
        }
    }
}
