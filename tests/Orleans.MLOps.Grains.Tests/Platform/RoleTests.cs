using System.Reflection;
using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Tests.Platform;

public sealed class RoleTests
{
    [Theory]
    [InlineData(null, "training", true)]
    [InlineData("all", "training", true)]
    [InlineData("training", "training", true)]
    [InlineData("gateway, serving", "serving", true)]
    [InlineData("gateway,serving", "training", false)]
    [InlineData("gateway", "serving", false)]
    public void Does_RolesOfASilo_AreItsOwnOrAll(string? roles, string role, bool expected) => Assert.Equal(expected, SiloRoles.Does(roles, role));

    [Theory]
    [InlineData("training serving all", "training", "training all")]
    [InlineData("gateway serving", "serving", "serving")]
    [InlineData("gateway serving", "training", "gateway serving")]
    [InlineData("", "training", "")]
    public void KeepOrAll_Silos_AreThoseOfTheRoleOrAllWhenThereIsNone(string silos, string role, string expected) => Assert.Equal(
        expected.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        RoleFilter.KeepOrAll(silos.Split(' ', StringSplitOptions.RemoveEmptyEntries), silo => SiloRoles.Does(silo, role)));

    /// <summary>The table of roles in docs/cluster.md.</summary>
    [Fact]
    public void GrainsOfEachRole_Always_AreThoseThatTheDocsName()
    {
        var placed = typeof(PlacedOnRoleAttribute).Assembly.GetTypes()
            .Select(type => (type.Name, type.GetCustomAttribute<PlacedOnRoleAttribute>()?.Role))
            .Where(grain => grain.Role is not null)
            .GroupBy(grain => grain.Role!, grain => grain.Name)
            .ToDictionary(role => role.Key, role => role.Order().ToArray());

        Assert.Equal(["serving", "training"], placed.Keys.Order());
        Assert.Equal(["TrainingJobGrain"], placed["training"]);
        Assert.Equal(["EndpointGrain", "EndpointMonitorGrain", "LabelGrain", "ModelMonitorGrain", "OnlineFeaturesGrain", "ScoringJobGrain"], placed["serving"]);
    }
}
