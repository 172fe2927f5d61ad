using Orleans.MLOps.Serving.Typed;

namespace Orleans.MLOps.Generators.Tests;

/// <summary>A row of columns, with everything that a feature may be.</summary>
[ModelInput]
public sealed partial record Customer(
    [Feature("monthly_charges")] double MonthlyCharges, int Tenure, string? Contract, bool Paperless, float? Score = null, bool? Known = null, decimal? Limit = null, long Id = 0);

/// <summary>What a network of the platform answers.</summary>
[ModelOutput]
public sealed partial record Churn([Feature("probability")] double Probability, [Feature("prediction_id")] string PredictionId)
{
    /// <summary>The version that answered.</summary>
    [Feature("model_version")]
    public int Version { get; init; }
}

/// <summary>Only the probability, missing when it is no number.</summary>
[ModelOutput]
public partial struct Likelihood
{
    /// <summary>The probability.</summary>
    [Feature("probability")]
    public double? Value { get; set; }
}

/// <summary>A row of tensors.</summary>
[ModelInput(Tensors = true)]
public sealed partial class Window
{
    /// <summary>Sixteen numbers or another length.</summary>
    [Feature("input")]
    public float[] Values { get; set; } = [];

    /// <summary>Memory of numbers.</summary>
    public ReadOnlyMemory<long> Counts { get; set; }

    /// <summary>One number.</summary>
    public short Day { get; set; }

    /// <summary>One truth value.</summary>
    public bool Holiday { get; set; }

    /// <summary>One text.</summary>
    public string Shop { get; set; } = "";

    /// <summary>Several texts.</summary>
    public string[] Tags { get; set; } = [];
}

/// <summary>What a model of tensors gave.</summary>
[ModelOutput]
public sealed partial record Forecast
{
    /// <summary>One number a row, wider than the tensor's.</summary>
    public required double Total { get; init; }

    /// <summary>Several numbers a row.</summary>
    public required float[] Hours { get; init; }

    /// <summary>One text a row.</summary>
    public required string Label { get; init; }

    /// <summary>Several texts a row.</summary>
    public ReadOnlyMemory<string> Names { get; init; }

    /// <summary>Truth values.</summary>
    public bool[]? Flags { get; init; }
}

/// <summary>What is sent and comes back.</summary>
[ModelInput(Tensors = true), ModelOutput]
public sealed partial record Pair(float Value, string Text);
