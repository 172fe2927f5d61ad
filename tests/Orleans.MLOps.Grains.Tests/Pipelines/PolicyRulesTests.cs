using Orleans.MLOps.Grains.Pipelines;
using Orleans.MLOps.Pipelines;

namespace Orleans.MLOps.Grains.Tests.Pipelines;

public sealed class PolicyRulesTests
{
    private static readonly ContinuousTrainingPolicy Good = PolicySamples.Good;

    [Fact]
    public void Validate_DefaultsAndEdges_AreAllowed()
    {
        PolicyRules.Validate(Good);
        PolicyRules.Validate(Good with
        {
            JudgeWindow = TimeSpan.FromDays(3),
            RecentWindow = TimeSpan.FromDays(3) + TimeSpan.FromTicks(1),
            TrainingCharge = TimeSpan.Zero,
            Candidates = ["warm"],
        });
    }

    public static TheoryData<string, ContinuousTrainingPolicy> Refused { get; } = new()
    {
        { "judge_window", Good with { JudgeWindow = TimeSpan.FromDays(2.9) } },
        { "recent_window", Good with { RecentWindow = TimeSpan.FromDays(7) } },
        { "recent_window", Good with { RecentWindow = TimeSpan.FromDays(4000) } },
        { "minimum_days", Good with { MinimumDays = 2 } },
        { "minimum_days", Good with { MinimumDays = 9 } },
        { "minimum_interval", Good with { MinimumInterval = TimeSpan.MaxValue } },
        { "training_charge", Good with { TrainingCharge = TimeSpan.MaxValue } },
        { "minimum_interval", Good with { MinimumInterval = TimeSpan.FromDays(1) } },
        { "training_charge", Good with { TrainingCharge = TimeSpan.FromTicks(-1) } },
        { "confidence", Good with { Confidence = 0.9 } },
        { "confidence", Good with { Confidence = double.NaN } },
        { "candidates", Good with { Candidates = [] } },
        { "candidates", Good with { Candidates = ["recent", "newest"] } },
        { "candidates", Good with { Candidates = ["full", "full"] } },
        { "register_as", Good with { Template = Good.Template with { RegisterAs = null } } },
        { "template.project", Good with { Project = "another" } },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void Validate_WhatCannotHold_IsRefusedByField(string field, ContinuousTrainingPolicy policy)
    {
        var error = Assert.Throws<InvalidInputException>(() => PolicyRules.Validate(policy));

        Assert.Equal(field, error.Field);
        Assert.Contains("allowed: ", error.Message, StringComparison.Ordinal);
    }
}
