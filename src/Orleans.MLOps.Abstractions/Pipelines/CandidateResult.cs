namespace Orleans.MLOps.Pipelines;

/// <summary>One candidate of a retraining.</summary>
[GenerateSerializer, Immutable, Alias("mlops.pipelines.candidate-result")]
public sealed record CandidateResult
{
    /// <summary>recent, full or warm.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Its training job.</summary>
    [Id(1)]
    public string? JobId { get; init; }

    /// <summary>Its registered version.</summary>
    [Id(2)]
    public int? ModelVersion { get; init; }

    /// <summary>Its weights.</summary>
    [Id(3)]
    public string? WeightsDigest { get; init; }

    /// <summary>Mean log loss on the judged labels.</summary>
    [Id(4)]
    public double? LogLoss { get; init; }

    /// <summary>Mean paired difference to the champion; below 0 is better.</summary>
    [Id(5)]
    public double? Difference { get; init; }

    /// <summary>One-sided upper confidence bound of the difference.</summary>
    [Id(6)]
    public double? UpperBound { get; init; }

    /// <summary>Wall time of its training.</summary>
    [Id(7)]
    public double TrainSeconds { get; init; }

    /// <summary>Why it could not compete.</summary>
    [Id(8)]
    public string? Error { get; init; }
}
