using Orleans.Metadata;
using Orleans.Placement;

namespace Orleans.MLOps.Grains.Platform;

/// <summary>Places a grain on silos of a role; see <see cref="RoleFilter"/>.</summary>
internal sealed class RoleFilterStrategy : PlacementFilterStrategy
{
    private const string Property = "role";

    public RoleFilterStrategy()
        : base(0)
    {
    }

    public RoleFilterStrategy(string role)
        : base(0) => Role = role;

    public string Role { get; private set; } = "";

    public override void AdditionalInitialize(GrainProperties properties) => Role = GetPlacementFilterGrainProperty(Property, properties) ?? "";

    protected override IEnumerable<KeyValuePair<string, string>> GetAdditionalGrainProperties(
        IServiceProvider services, Type grainClass, GrainType grainType, IReadOnlyDictionary<string, string> existingProperties)
    {
        yield return new(Property, Role);
    }
}
