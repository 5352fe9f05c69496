using System.Runtime.InteropServices;
using EngineHost;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>The module in company and in odd surroundings, each in a PowerShell of its own, which talks to the gallery of this process.</summary>
public sealed class IsolationTests(ModuleSession session) : IClassFixture<ModuleSession>, IDisposable
{
    private const string Job = "$saved = @(Get-CivitaiImage -ModelVersionId 1 -First 3 | Save-CivitaiImage ./there); \"saved $($saved.Count)\"";

    private readonly string _folder = Directory.CreateTempSubdirectory("civitaips-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task An_older_Polly_loaded_first_is_left_alone() => WorksAsync($$"""
        $older = [Reflection.Assembly]::LoadFrom('{{BuildMetadata.Get("OlderPolly")}}')
        {{Import}}
        {{Job}}
        $copies = @([AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'Polly.Core' })
        "copies $($copies.Count), the module's own $(@($copies | Where-Object Location -like '*CivitaiPS*').Count), the older one first $($copies[0] -eq $older)"
        """, "saved 3", "copies 2, the module's own 1, the older one first True");

    [Fact]
    public Task Another_Json_library_loaded_first_is_left_alone() => WorksAsync($$"""
        # The default context has the framework's own and takes no second one; modules that bring another load it like this.
        $other = [Runtime.Loader.AssemblyLoadContext]::new('other').LoadFromAssemblyPath('{{BuildMetadata.Get("OtherJson")}}')
        "json $($other.GetName().Version.Major)"
        {{Import}}
        {{Job}}
        """, "json 11", "saved 3");

    [Fact]
    public Task It_is_imported_without_a_word_and_its_types_are_known_before_the_first_command() => WorksAsync($$"""
        (Test-ModuleManifest '{{BuiltModule.Manifest}}').Name
        {{Import}}
        [Civitai.Image].Name
        [Civitai.ImageSort]::MostReactions
        [Civitai.BrowsingLevel]'PG, R'
        """, "CivitaiPS", "Image", "MostReactions", "PG, R");

    [Fact]
    public Task It_is_imported_twice_and_removed_and_imported_again() => WorksAsync($$"""
        {{Import}}
        {{Import}} -Force
        {{Job}}
        Remove-Module CivitaiPS
        {{Import}}
        Get-CivitaiImage -ModelVersionId 1 -First 1 | ForEach-Object { "again $($_.GetType().Name)" }
        """, "saved 3", "again Image");

    [Fact]
    public Task It_works_in_constrained_language() => WorksAsync($$"""
        {{Import}}
        $ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'
        {{Job}}
        "mode $($ExecutionContext.SessionState.LanguageMode)"
        """, "saved 3", "mode ConstrainedLanguage");

    [Fact]
    public Task Sixteen_runspaces_of_a_pool_use_it_at_once() => WorksAsync($$"""
        $initial = [initialsessionstate]::CreateDefault2()
        $initial.ImportPSModule([string[]]'{{BuiltModule.Manifest}}')
        $pool = [runspacefactory]::CreateRunspacePool($initial)
        [void]$pool.SetMaxRunspaces(16)
        $pool.Open()
        $running = foreach ($n in 1..16) {
            $shell = [powershell]::Create().AddScript('Get-CivitaiImage -ModelVersionId 1 -First 5 -PageSize 2')
            $shell.RunspacePool = $pool
            @{ Shell = $shell; Result = $shell.BeginInvoke() }
        }
        $count = 0
        foreach ($one in $running) { $count += $one.Shell.EndInvoke($one.Result).Count }
        $pool.Dispose()
        "images $count"
        """, "images 80");

    [Fact]
    public Task It_works_in_parallel_script_blocks() => WorksAsync($$"""
        $found = 1..6 | ForEach-Object -Parallel { {{Import}}; Get-CivitaiImage -ModelVersionId 1 -First $_ } -ThrottleLimit 3
        "images $(@($found).Count)"
        """, "images 21");

    [Fact]
    public Task It_works_in_parallel_jobs() => WorksAsync($$"""
        $job = 1..4 | ForEach-Object -Parallel { {{Import}}; Get-CivitaiImage -ModelVersionId 1 -First $_ } -AsJob
        $found = $job | Wait-Job | Receive-Job
        "images $(@($found).Count)"
        """, "images 10");

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("fa-IR")]
    [InlineData("ar-SA")]
    [InlineData("th-TH")]
    public Task It_works_in_any_culture(string culture) => WorksAsync($$"""
        [cultureinfo]::CurrentCulture = '{{culture}}'
        [cultureinfo]::CurrentUICulture = '{{culture}}'
        {{Import}}
        {{Job}}
        $image = Get-CivitaiImage -ModelVersionId 1 -First 1 -Sort mostreactions -NsfwLevel explicit
        $named = $image | Save-CivitaiImage ./dated -FileName '{Date}-{ID}'
        "name $($named.Path -match '[\\/]20[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]+\.[a-z0-9]+$')"
        """, "saved 3", "name True");

    private static string Import => $"Import-Module '{BuiltModule.Manifest}'";

    [Fact]
    public async Task Importing_touches_nothing_of_the_engine()
    {
        // Without the engine nothing can be asked of anybody; the whole folder is not there.
        var copy = CopyModule();
        Directory.Delete(Path.Combine(copy, "lib"), recursive: true);
        Directory.Delete(Path.Combine(copy, "en-US"), recursive: true);
        await WorksAsync(
            $$"""
            Import-Module '{{Path.Combine(copy, "CivitaiPS.psd1")}}'
            "commands $((Get-Module CivitaiPS).ExportedCommands.Count)"
            "loaded $([AppDomain]::CurrentDomain.GetAssemblies().Where{ $_.Location -like '{{copy}}*' }.ForEach{ $_.GetName().Name })"
            """,
            "commands 5",
            "loaded CivitaiPS Civitai");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_engine_of_this_very_system_is_taken_where_there_is_one(bool isThere)
    {
        var copy = CopyModule();
        var engine = Path.Combine(copy, "lib", "net8.0");
        var compiled = Directory.CreateDirectory(Path.Combine(engine, isThere ? RuntimeInformation.RuntimeIdentifier : "another-system")).FullName;
        foreach (var file in Directory.GetFiles(engine))
        {
            File.Copy(file, Path.Combine(compiled, Path.GetFileName(file)), overwrite: true);
        }

        await WorksAsync(
            $$"""
            Import-Module '{{Path.Combine(copy, "CivitaiPS.psd1")}}'
            {{Job}}
            [AppDomain]::CurrentDomain.GetAssemblies().Where{ $_.GetName().Name -in 'Civitai.Client', 'Polly.Core' }.ForEach{ [IO.Path]::GetDirectoryName($_.Location) }
            """,
            "saved 3",
            isThere ? compiled : engine,
            isThere ? compiled : engine);
    }

    private string CopyModule()
    {
        var copy = Path.Combine(_folder, "module");
        foreach (var file in Directory.GetFiles(BuiltModule.Folder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(BuiltModule.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        // What is compiled for a system is the tests' own to make.
        foreach (var compiled in Directory.GetDirectories(Path.Combine(copy, "lib", "net8.0")))
        {
            Directory.Delete(compiled, recursive: true);
        }

        return copy;
    }

    private async Task WorksAsync(string script, params string[] lines)
    {
        // Without a console: all three standard streams are pipes.
        var start = PwshRun.Describe(_folder, "-NonInteractive", "-Command", "$ErrorActionPreference = 'Stop'\n" + script);
        start.Environment["CIVITAI_BASE_URL"] = session.Gallery.BaseUri.ToString();
        var run = await PwshRun.StartAsync(start, TestContext.Current.CancellationToken);
        Assert.True(run.ExitCode == 0, run.Error + run.Output);
        Assert.Empty(run.Error);
        Assert.Equal(lines, run.Lines);
    }
}
