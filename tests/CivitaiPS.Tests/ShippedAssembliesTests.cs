using System.Diagnostics;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using EngineHost;
using Xunit;

namespace CivitaiPS.Tests;

/// <summary>The walls between the rooms and the promises about editions, read off the dlls that are shipped.</summary>
public sealed class ShippedAssembliesTests
{
    private static readonly string Net = Path.Combine(BuiltModule.Folder, "lib", "net8.0");
    private static readonly string Desktop = Path.Combine(BuiltModule.Folder, "lib", "netstandard2.0");

    [Theory]
    [InlineData("Civitai.dll", "netstandard")]
    [InlineData("CivitaiPS.dll", "Civitai, System.Management.Automation, netstandard")]
    public void What_stands_in_the_default_context_references_nothing_but_the_standards(string file, string references)
    {
        Assert.Equal(references, string.Join(", ", References(Path.Combine(BuiltModule.Folder, file)).Select(name => name.Name).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void The_engine_for_PowerShell_7_needs_nothing_above_what_7_4_has()
    {
        // PowerShell 7.4 runs on .NET 8. What is not in the folder must be part of that framework, in its version or a lower one.
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        foreach (var file in Directory.GetFiles(Net, "*.dll"))
        {
            foreach (var reference in References(file).Where(reference => !IsShipped(Net, reference)))
            {
                Assert.True(File.Exists(Path.Combine(framework, reference.Name + ".dll")), $"{Path.GetFileName(file)} references {reference}.");
                Assert.True(reference.Version!.Major <= 8, $"{Path.GetFileName(file)} references {reference}.");
            }
        }
    }

    [Fact]
    public void Every_reference_of_the_engine_for_Windows_PowerShell_is_in_its_folder_or_in_the_NET_Framework()
    {
        var framework = BuildMetadata.Get("DesktopFramework");
        Assert.True(Directory.Exists(framework), framework);
        foreach (var file in Directory.GetFiles(Desktop, "*.dll"))
        {
            foreach (var reference in References(file).Where(reference => !IsShipped(Desktop, reference)))
            {
                Assert.True(
                    File.Exists(Path.Combine(framework, reference.Name + ".dll")) || File.Exists(Path.Combine(framework, "Facades", reference.Name + ".dll")),
                    $"{Path.GetFileName(file)} references {reference}.");
            }
        }
    }

    [Theory]
    [InlineData("net8.0")]
    [InlineData("netstandard2.0")]
    public void No_assembly_is_shipped_that_the_engine_does_not_need(string flavour)
    {
        var folder = Path.Combine(BuiltModule.Folder, "lib", flavour);
        var needed = new HashSet<string>(StringComparer.Ordinal);
        Need("Civitai.Client");
        Assert.Equal(
            Directory.GetFiles(folder).Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal),
            needed.Order(StringComparer.Ordinal));

        void Need(string name)
        {
            var file = Path.Combine(folder, name + ".dll");
            if (File.Exists(file) && needed.Add(name))
            {
                foreach (var reference in References(file))
                {
                    Need(reference.Name!);
                }
            }
        }
    }

    [Fact]
    public void The_engine_for_PowerShell_7_ships_no_copy_of_what_the_framework_has()
    {
        Assert.Equal("Civitai.Client.dll Polly.Core.dll", string.Join(" ", Directory.GetFiles(Net).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void What_is_compiled_for_a_system_is_the_engine_itself_compiled_for_that_system()
    {
        Assert.SkipUnless(BuildMetadata.Get("Configuration") == "Release", "Only a Release build compiles ahead of time.");
        Assert.Equal("linux-arm64 linux-x64 osx-arm64 osx-x64 win-x64", string.Join(" ", Directory.GetDirectories(Net).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)));
        foreach (var folder in Directory.GetDirectories(Net))
        {
            Assert.Equal(Directory.GetFiles(Net).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal), Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal), StringComparer.Ordinal);
            foreach (var file in Directory.GetFiles(folder))
            {
                using var compiled = new PEReader(File.OpenRead(file));
                using var source = new PEReader(File.OpenRead(Path.Combine(Net, Path.GetFileName(file))));
                Assert.True(compiled.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0, file);
                Assert.Equal(MachineOf(Path.GetFileName(folder)), (int)compiled.PEHeaders.CoffHeader.Machine);
                Assert.Equal(Mvid(source), Mvid(compiled));
                Assert.Equal(References(source).Select(name => name.FullName), References(compiled).Select(name => name.FullName), StringComparer.Ordinal);
            }
        }
    }

    [Fact]
    public void The_module_folder_holds_no_symbols_tests_or_build_files()
    {
        string[] extensions = [".dll", ".psd1", ".ps1xml", ".xml", ".txt", ""];
        foreach (var file in Directory.GetFiles(BuiltModule.Folder, "*", SearchOption.AllDirectories))
        {
            Assert.Contains(Path.GetExtension(file), extensions, StringComparer.Ordinal);
        }
    }

    [Fact]
    public void No_path_of_the_machine_that_built_it_is_in_a_dll_of_the_module()
    {
        foreach (var file in Directory.GetFiles(BuiltModule.Folder, "Civitai*.dll", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(file);
            Assert.True(bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(BuiltModule.RepositoryRoot)) < 0, file);
        }
    }

    [Fact]
    public void A_Debug_build_is_not_optimised_and_has_its_symbols_inside()
    {
        foreach (var file in Directory.GetFiles(BuiltModule.Folder, "Civitai*.dll", SearchOption.AllDirectories))
        {
            using var image = new PEReader(File.OpenRead(file));
            Assert.True(BuildMetadata.IsDebug == image.ReadDebugDirectory().Any(entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb), file);
            Assert.True(BuildMetadata.IsDebug == IsNotOptimised(image.GetMetadataReader()), file);
        }
    }

    private static bool IsShipped(string folder, AssemblyName reference) =>
        string.Equals(reference.Name, "Civitai", StringComparison.Ordinal) || File.Exists(Path.Combine(folder, reference.Name + ".dll"));

    private static List<AssemblyName> References(string file)
    {
        using var image = new PEReader(File.OpenRead(file));
        return References(image);
    }

    private static List<AssemblyName> References(PEReader image)
    {
        var metadata = image.GetMetadataReader();
        return metadata.AssemblyReferences.Select(handle => metadata.GetAssemblyReference(handle).GetAssemblyName()).ToList();
    }

    private static bool IsNotOptimised(MetadataReader metadata)
    {
        foreach (var handle in metadata.GetAssemblyDefinition().GetCustomAttributes())
        {
            var attribute = metadata.GetCustomAttribute(handle);
            if (attribute.Constructor.Kind == HandleKind.MemberReference
                && metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent is { Kind: HandleKind.TypeReference } parent
                && metadata.StringComparer.Equals(metadata.GetTypeReference((TypeReferenceHandle)parent).Name, nameof(DebuggableAttribute)))
            {
                // After the prolog of two bytes comes the one argument, the modes.
                var value = metadata.GetBlobReader(attribute.Value);
                value.ReadUInt16();
                return ((DebuggableAttribute.DebuggingModes)value.ReadInt32()).HasFlag(DebuggableAttribute.DebuggingModes.DisableOptimizations);
            }
        }

        return false;
    }

    private static Guid Mvid(PEReader image)
    {
        var metadata = image.GetMetadataReader();
        return metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
    }

    /// <summary>The machine that compiled code says it is for: the processor's number, with the system's mixed in (coreclr's pedecoder.h).</summary>
    private static int MachineOf(string system) =>
        (system.EndsWith("arm64", StringComparison.Ordinal) ? 0xAA64 : 0x8664)
        ^ (system.StartsWith("linux", StringComparison.Ordinal) ? 0x7B79 : system.StartsWith("osx", StringComparison.Ordinal) ? 0x4644 : 0);
}
