using System.Collections;
using System.Management.Automation;
using System.Reflection;
using System.Xml.Linq;
using EngineHost;
using Xunit;

namespace CivitaiPS.Tests;

public sealed class ModuleTests
{
    [Fact]
    public void The_manifest_exports_exactly_the_commands_that_the_assembly_has()
    {
        using var engine = new EngineSession();
        engine.Import();
        var module = (PSModuleInfo)engine.Invoke("Get-Module CivitaiPS").Output.Single().BaseObject;
        var manifest = (Hashtable)engine.Invoke($"& ([scriptblock]::Create([IO.File]::ReadAllText('{BuiltModule.Manifest}')))").Output.Single().BaseObject;

        // The assembly that the engine has loaded into this process, looked at from outside.
        var assembly = AppDomain.CurrentDomain.GetAssemblies().Single(loaded => string.Equals(loaded.GetName().Name, "CivitaiPS", StringComparison.Ordinal));
        var inAssembly = assembly.GetExportedTypes()
            .Select(type => type.GetCustomAttribute<CmdletAttribute>())
            .OfType<CmdletAttribute>()
            .Select(cmdlet => $"{cmdlet.VerbName}-{cmdlet.NounName}")
            .Order(StringComparer.Ordinal);

        Assert.Equal(inAssembly, module.ExportedCommands.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(inAssembly, ((object[])manifest["CmdletsToExport"]!).Cast<string>().Order(StringComparer.Ordinal));
        Assert.Equal(BuiltModule.Folder, module.ModuleBase);
        Assert.Empty(module.ExportedVariables);
        Assert.Empty(module.ExportedAliases);
    }

    [Fact]
    public void It_is_imported_in_constrained_language_mode()
    {
        using var engine = new EngineSession(languageMode: PSLanguageMode.ConstrainedLanguage);
        engine.Import();
        var result = engine.Invoke("(Get-Command -Module CivitaiPS).Count -gt 0");
        Assert.Empty(result.Errors);
        Assert.Equal(true, result.Output.Single().BaseObject);
    }

    [Theory]
    [InlineData("CivitaiPS.Format.ps1xml", "Configuration")]
    [InlineData("CivitaiPS.Types.ps1xml", "Types")]
    public void Views_and_types_are_well_formed(string file, string root)
    {
        var document = XDocument.Load(Path.Combine(BuiltModule.Folder, file));
        Assert.Equal(root, document.Root!.Name.LocalName);
    }
}
