namespace Orleans.MLOps.Architecture.Tests;

/// <summary>Dependencies go one way, as the list of projects says.</summary>
public sealed class DependencyTests
{
    /// <summary>What a project may know beside itself; doors know the contract and the SDK only.</summary>
    public static TheoryData<string, string[]> Allowed => new()
    {
        { "Abstractions", [] },
        { "Statistics", [] },
        { "Learning", [] },
        { "Storage", ["Abstractions"] },
        { "Grains", ["Abstractions", "Statistics", "Learning", "Storage"] },
        { "Client", ["Abstractions", "Learning"] },
        { "Hosting", ["Abstractions", "Storage", "Learning", "Grains", "Client"] },
        { "Gateway", ["Abstractions", "Client"] },
        { "Server", ["Abstractions", "Statistics", "Grains", "Client", "Hosting", "Gateway"] },
    };

    [Theory]
    [MemberData(nameof(Allowed))]
    public void References_OfProject_AreTheAllowedOnes(string project, string[] allowed)
    {
        var known = Platform.Load(project).GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => name.StartsWith("Orleans.MLOps.", StringComparison.Ordinal))
            .Select(name => name["Orleans.MLOps.".Length..]);

        Assert.Empty(known.Except(allowed));
    }

    [Fact]
    public void Allowed_ForEveryProject_NamesOnlyProjectsBeforeIt()
    {
        foreach (var row in Allowed)
        {
            var (project, allowed) = row.Data;
            Assert.All(allowed, name => Assert.True(
                Array.IndexOf(Platform.Order, name) < Array.IndexOf(Platform.Order, project), $"{project} may not know {name}."));
        }
    }

    [Theory]
    [InlineData("Statistics")]
    [InlineData("Learning")]
    public void References_OfAlgorithms_KnowNothingOfOrleans(string project) => Assert.DoesNotContain(
        Platform.Load(project).GetReferencedAssemblies(),
        reference => reference.Name!.StartsWith("Orleans", StringComparison.Ordinal));

    [Theory]
    [InlineData("Abstractions")]
    [InlineData("Storage")]
    [InlineData("Grains")]
    [InlineData("Client")]
    [InlineData("Hosting")]
    [InlineData("Gateway")]
    [InlineData("Server")]
    public void References_OfAllButLearning_DoNotNameTorch(string project) => Assert.DoesNotContain(
        Platform.Load(project).GetReferencedAssemblies(),
        reference => reference.Name == "TorchSharp");
}
