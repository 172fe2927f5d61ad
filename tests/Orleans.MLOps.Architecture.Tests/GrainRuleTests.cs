using System.Reflection;

namespace Orleans.MLOps.Architecture.Tests;

/// <summary>Rules that keep grain state and calls apart; each has a trap of Orleans behind it.</summary>
public sealed class GrainRuleTests
{
    private static readonly Assembly[] GrainAssemblies = [Platform.Load("Abstractions"), Platform.Load("Grains")];

    private static IEnumerable<Type> GrainClasses =>
        Platform.Load("Grains").GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && typeof(Grain).IsAssignableFrom(type));

    private static IEnumerable<Type> GrainInterfaces =>
        GrainAssemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => type.IsInterface && typeof(IGrain).IsAssignableFrom(type));

    [Fact]
    public void PersistentState_OfAllGrains_HasUniqueNames()
    {
        // ADO.NET storage keys rows by state name and grain key alone: two classes with one name would share rows.
        var names = GrainClasses
            .SelectMany(type => type.GetConstructors().Single().GetParameters())
            .Select(parameter => parameter.GetCustomAttribute<PersistentStateAttribute>())
            .OfType<PersistentStateAttribute>()
            .Select(attribute => attribute.StateName)
            .ToList();

        Assert.NotEmpty(names);
        Assert.Equal(names.Distinct(StringComparer.Ordinal), names);
    }

    [Fact]
    public void GrainClasses_Always_AreInternalSealedWithAGrainType() => Assert.All(GrainClasses, type =>
    {
        Assert.True(type.IsSealed && !type.IsPublic, $"{type.Name} must be internal sealed.");
        Assert.NotNull(type.GetCustomAttribute<GrainTypeAttribute>());
    });

    [Fact]
    public void GrainInterfaces_Always_HaveStringKeysAndAliases() => Assert.All(GrainInterfaces, type =>
    {
        Assert.True(typeof(IGrainWithStringKey).IsAssignableFrom(type), $"{type.Name} must have a string key.");
        Assert.NotNull(type.GetCustomAttribute<AliasAttribute>());
        Assert.All(type.GetMethods(), method => Assert.True(
            method.GetCustomAttribute<AliasAttribute>() is not null, $"{type.Name}.{method.Name} needs an alias."));
    });

    [Fact]
    public void Aliases_OfInterfacesAndRecords_AreUnique()
    {
        var aliases = GrainAssemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.Namespace?.StartsWith("Orleans.MLOps", StringComparison.Ordinal) == true)
            .SelectMany(type => type.GetCustomAttributes<AliasAttribute>(inherit: false))
            .Select(attribute => attribute.Alias)
            .ToList();

        Assert.Equal(aliases.Distinct(StringComparer.Ordinal), aliases);
    }

    [Fact]
    public void GrainKeys_InGrainsAndDoors_ComeFromKeyTypesOnly()
    {
        // A key without '/' can be read as a number or a Guid, and then two keys share a row.
        string[] rooms = ["Grains", "Client", "Gateway", "Hosting", "Server"];
        var offenders = rooms.SelectMany(Platform.SourceFiles)
            .SelectMany(file => File.ReadLines(file).Select((line, i) => (File: Path.GetFileName(file), Line: i + 1, Text: line)))
            .Where(line => line.Text.Contains("GetGrain<", StringComparison.Ordinal) && line.Text.Contains("($\"", StringComparison.Ordinal));

        Assert.Empty(offenders);
    }
}
