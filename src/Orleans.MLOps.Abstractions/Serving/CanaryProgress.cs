namespace Orleans.MLOps.Serving;

/// <summary>How far a canary has come.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.canary-progress")]
public sealed record CanaryProgress
{
    /// <summary>What was asked for.</summary>
    [Id(0)]
    public required CanarySpec Spec { get; init; }

    /// <summary>How it stands.</summary>
    [Id(1)]
    public CanaryStatus Status { get; init; }

    /// <summary>The step, from 0.</summary>
    [Id(2)]
    public int Step { get; init; }

    /// <summary>When the step began, or when it ended.</summary>
    [Id(3)]
    public DateTimeOffset Since { get; init; }

    /// <summary>Why it stands as it does.</summary>
    [Id(4)]
    public string Reason { get; init; } = "";

    /// <summary>The variants that were served before and are served again when a guard does not hold.</summary>
    [Id(5)]
    public VariantSpec[] Before { get; init; } = [];

    /// <summary>When the first step began.</summary>
    [Id(6)]
    public DateTimeOffset Began { get; init; }
}
