using Orleans.MLOps.Grains.Training;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Tests.Training;

public sealed class TrainingSpecCheckTests
{
    private static readonly TrainingJobSpec Good = TrainingSamples.Job(new string('a', 64));

    public static TheoryData<string, TrainingJobSpec, string> Refused { get; } = new()
    {
        { "dataset_version", Good with { DatasetVersion = "flights" }, "'flights'" },
        { "dataset_version", Good with { DatasetVersion = "dataset/p/d@12" }, "dataset/project/name@digest" },
        { "feature_view", Good with { FeatureView = "late:1" }, "view/project/name:1" },
        { "feature_view", Good with { FeatureView = "view/p/late" }, "view/project/name:1" },
        { "warm_start", Good with { WarmStart = "late" }, "model/project/name/version" },
        { "warm_start", Good with { WarmStart = "model/p/late/0" }, "model/project/name/version" },
        { "network.hidden", Good with { Network = new() { Hidden = [65_536, 65_536] } }, "4295" },
        { "network.hidden", Good with { Network = new() { Hidden = [.. Enumerable.Repeat(65_536, 16)] } }, "at most 100000000 parameters" },
        { "accelerator", Good with { Accelerator = (Accelerator)7 }, "Cpu or Cuda" },
    };

    [Fact]
    public void Run_KeysInTheirForm_AreAllowed() => TrainingSpecCheck.Run(
        Good with
        {
            DatasetVersion = $"dataset/p/d@{new string('b', 64)}",
            FeatureView = "view/p/late:2",
            WarmStart = "model/p/late/1",
            Network = new() { Hidden = [8192, 8192] },
        },
        slots: 1);

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void Run_WhatCannotHold_IsRefusedByFieldWithTheForm(string field, TrainingJobSpec spec, string words)
    {
        var error = Assert.Throws<InvalidInputException>(() => TrainingSpecCheck.Run(spec, slots: 1));

        Assert.Equal(field, error.Field);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("numeric", "label")]
    [InlineData("numeric", "Label")]
    [InlineData("categorical", "row_id")]
    [InlineData("categorical", "label_available_at")]
    public void RequireFeatures_ColumnsThatEveryFrameHas_AreNoInputs(string field, string column)
    {
        var spec = field == "numeric" ? Good with { Numeric = ["x", column] } : Good with { Categorical = [column] };

        var error = Assert.Throws<InvalidInputException>(() => TrainingFrameCheck.RequireFeatures(spec));

        Assert.Equal(field, error.Field);
        Assert.Contains($"'{column}'", error.Message, StringComparison.Ordinal);
    }
}
