using System.Globalization;
using System.Reflection;

namespace HelpBuilder;

/// <summary>Reads the commands of a built assembly without running any of it.</summary>
internal static class CommandReader
{
    /// <summary>What a parameter without a set of its own says: it is in all of them.</summary>
    public const string AllSets = "__AllParameterSets";

    private const string Automation = "System.Management.Automation.";

    /// <summary>What the engine adds to a command that says SupportsPaging.</summary>
    private static readonly CommandParameter[] Paging =
    [
        OfEngine("IncludeTotalCount", "switch"), OfEngine("Skip", "ulong"), OfEngine("First", "ulong"),
    ];

    /// <summary>What the engine adds to a command that says SupportsShouldProcess.</summary>
    private static readonly CommandParameter[] ShouldProcess =
    [
        OfEngine("WhatIf", "switch", "wi"), OfEngine("Confirm", "switch", "cf"),
    ];

    /// <summary>The names that PowerShell has for types, as Get-Command shows them.</summary>
    private static readonly Dictionary<string, string> Accelerators = new(StringComparer.Ordinal)
    {
        ["System.Object"] = "Object",
        ["System.String"] = "string",
        ["System.Int32"] = "int",
        ["System.Int64"] = "long",
        ["System.UInt64"] = "ulong",
        ["System.Boolean"] = "bool",
        ["System.DateTime"] = "datetime",
        ["System.Uri"] = "uri",
        ["System.Security.SecureString"] = "securestring",
        [Automation + "PSCredential"] = "pscredential",
        [Automation + "SwitchParameter"] = "switch",
        [Automation + "ScriptBlock"] = "scriptblock",
    };

    /// <summary>Reads the commands.</summary>
    /// <param name="assembly">The built assembly.</param>
    /// <param name="references">What it was compiled against.</param>
    public static IReadOnlyList<Command> Read(string assembly, IEnumerable<string> references)
    {
        using var context = new MetadataLoadContext(new PathAssemblyResolver([assembly, .. references]), "netstandard");
        return context.LoadFromAssemblyPath(assembly).GetExportedTypes()
            .Select(type => (Type: type, Attribute: Attribute(type.GetCustomAttributesData(), "CmdletAttribute")))
            .Where(pair => pair.Attribute is not null)
            .Select(pair => Read(pair.Type, pair.Attribute!))
            .OrderBy(command => command.Name, StringComparer.Ordinal)
            .ToList();
    }

    private static Command Read(Type type, CustomAttributeData cmdlet)
    {
        var parameters = Properties(type).Select(Read).ToList();
        var sets = parameters.SelectMany(parameter => parameter.Uses).Select(use => use.Set).Where(set => set != AllSets).Distinct(StringComparer.Ordinal).ToList();
        if (Named<string>(cmdlet, "DefaultParameterSetName") is { } first)
        {
            sets.Remove(first);
            sets.Insert(0, first);
        }

        if (Named<bool>(cmdlet, "SupportsPaging"))
        {
            parameters.AddRange(Paging);
        }

        if (Named<bool>(cmdlet, "SupportsShouldProcess"))
        {
            parameters.AddRange(ShouldProcess);
        }

        return new Command(
            (string)cmdlet.ConstructorArguments[0].Value!,
            (string)cmdlet.ConstructorArguments[1].Value!,
            sets.Count > 0 ? sets : [AllSets],
            parameters);
    }

    /// <summary>The parameters in the order of the source: what a base class has comes last.</summary>
    private static IEnumerable<PropertyInfo> Properties(Type type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            foreach (var property in current.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
            {
                if (Attribute(property.GetCustomAttributesData(), "ParameterAttribute") is not null)
                {
                    yield return property;
                }
            }
        }
    }

    private static CommandParameter Read(PropertyInfo property)
    {
        var attributes = property.GetCustomAttributesData();
        var type = Underlying(property.PropertyType);
        var element = type.IsArray ? type.GetElementType()! : type;
        return new CommandParameter
        {
            Name = property.Name,
            Type = NameOf(element) + (type.IsArray ? "[]" : string.Empty),
            IsArray = type.IsArray,
            IsSwitch = element.FullName == Automation + "SwitchParameter",
            TakesWildcards = Attribute(attributes, "SupportsWildcardsAttribute") is not null,
            Aliases = Strings(Attribute(attributes, "AliasAttribute")),
            AcceptedValues = Attribute(attributes, "ValidateSetAttribute") is { } set ? Strings(set) : element.IsEnum ? WordsOf(element) : [],
            Range = RangeOf(Attribute(attributes, "ValidateRangeAttribute")),
            Uses = attributes.Where(attribute => attribute.AttributeType.FullName == Automation + "ParameterAttribute").Select(UseOf).ToList(),
        };
    }

    private static ParameterUse UseOf(CustomAttributeData attribute) => new(
        Named<string>(attribute, "ParameterSetName") ?? AllSets,
        Named<bool>(attribute, "Mandatory"),
        Named<int?>(attribute, "Position"),
        (Named<bool>(attribute, "ValueFromPipeline"), Named<bool>(attribute, "ValueFromPipelineByPropertyName")) switch
        {
            (true, true) => "True (ByPropertyName, ByValue)",
            (true, false) => "True (ByValue)",
            (false, true) => "True (ByPropertyName)",
            _ => "False",
        });

    private static CommandParameter OfEngine(string name, string type, params string[] aliases) => new()
    {
        Name = name,
        Type = type,
        IsSwitch = type == "switch",
        Aliases = aliases,
        Uses = [new ParameterUse(AllSets, IsRequired: false, Position: null, "False")],
    };

    private static Type Underlying(Type type) =>
        type is { IsGenericType: true, FullName: { } name } && name.StartsWith("System.Nullable`1", StringComparison.Ordinal) ? type.GetGenericArguments()[0] : type;

    private static string NameOf(Type type) => Accelerators.GetValueOrDefault(type.FullName!, type.Name);

    /// <summary>In the order of their numbers. A set of flags that names "no flag" is no choice that a user has.</summary>
    private static List<string> WordsOf(Type type)
    {
        var isFlags = type.GetCustomAttributesData().Any(attribute => attribute.AttributeType.FullName == "System.FlagsAttribute");
        return type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (field.Name, Value: Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)))
            .Where(word => !isFlags || word.Value != 0)
            .OrderBy(word => word.Value)
            .Select(word => word.Name)
            .ToList();
    }

    private static (string Least, string Most)? RangeOf(CustomAttributeData? attribute)
    {
        if (attribute?.ConstructorArguments is not [{ Value: not null } least, { Value: not null } most])
        {
            return null;
        }

        var limit = most.Value is long.MaxValue or int.MaxValue ? "any" : Convert.ToString(most.Value, CultureInfo.InvariantCulture)!;
        return (Convert.ToString(least.Value, CultureInfo.InvariantCulture)!, limit);
    }

    private static CustomAttributeData? Attribute(IEnumerable<CustomAttributeData> attributes, string name) =>
        attributes.FirstOrDefault(attribute => attribute.AttributeType.FullName == Automation + name);

    private static T? Named<T>(CustomAttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(argument => argument.MemberName == name).TypedValue.Value is T value ? value : default;

    private static List<string> Strings(CustomAttributeData? attribute) =>
        attribute?.ConstructorArguments is [{ Value: IReadOnlyCollection<CustomAttributeTypedArgument> values }, ..]
            ? values.Select(value => (string)value.Value!).ToList()
            : [];
}
