using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Monitoring;

namespace Orleans.MLOps.Grains.Tests.Monitoring;

public sealed class MonitorOptionsRulesTests
{
    private static readonly MonitorOptions Good = new() { Endpoint = "e" };

    [Fact]
    public void Validate_DefaultsAndEdges_AreAllowed()
    {
        MonitorOptionsRules.Validate(Good);
        MonitorOptionsRules.Validate(Good with { QualitySlack = 0, CoolDown = TimeSpan.Zero, MinimumRows = 1, Window = TimeSpan.FromHours(1), RetrainOn = [] });
        MonitorOptionsRules.Validate(Good with { Window = TimeSpan.FromDays(90), MaximumAge = TimeSpan.FromTicks(1) });
    }

    public static TheoryData<string, MonitorOptions> Refused { get; } = new()
    {
        { "quality_threshold", Good with { QualityThreshold = 0 } },
        { "quality_threshold", Good with { QualityThreshold = double.NaN } },
        { "quality_threshold", Good with { QualityThreshold = double.PositiveInfinity } },
        { "quality_slack", Good with { QualitySlack = -0.1 } },
        { "psi_threshold", Good with { PsiThreshold = 0 } },
        { "minimum_rows", Good with { MinimumRows = 0 } },
        { "cool_down", Good with { CoolDown = TimeSpan.FromTicks(-1) } },
        { "maximum_age", Good with { MaximumAge = TimeSpan.Zero } },
        { "window", Good with { Window = TimeSpan.Zero } },
        { "window", Good with { Window = TimeSpan.FromMinutes(90) } },
        { "window", Good with { Window = TimeSpan.FromDays(91) } },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void Validate_OutsideItsRange_IsRefusedByField(string field, MonitorOptions options)
    {
        var error = Assert.Throws<InvalidInputException>(() => MonitorOptionsRules.Validate(options));

        Assert.Equal(field, error.Field);
        Assert.StartsWith($"{field} is ", error.Message, StringComparison.Ordinal);
    }
}
