using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Scoring;

/// <summary>How a job ended.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.scoring-outcome")]
internal sealed record ScoringOutcome
{
    [Id(0)]
    public required ScoringJobStatus Status { get; init; }

    [Id(1)]
    public ErrorCode? ErrorCode { get; init; }

    [Id(2)]
    public string? Reason { get; init; }

    /// <summary>The digest of the new version.</summary>
    [Id(3)]
    public string? TargetDigest { get; init; }

    public static ScoringOutcome Completed(string digest) => new() { Status = ScoringJobStatus.Completed, TargetDigest = digest };

    public static ScoringOutcome Cancelled { get; } = new() { Status = ScoringJobStatus.Cancelled, Reason = "It was cancelled." };

    public static ScoringOutcome Failed(ErrorCode code, string? reason) => new() { Status = ScoringJobStatus.Failed, ErrorCode = code, Reason = reason };

    public static ScoringOutcome Failed(Exception error) => error is MLOpsException typed
        ? Failed(typed.Code, typed.Message)
        : Failed(MLOps.ErrorCode.Unavailable, $"It failed for a reason of the platform's: {error.Message}");
}
