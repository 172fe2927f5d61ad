namespace Orleans.MLOps.Grains.Serving;

/// <summary>What was found of a canary besides its requests.</summary>
/// <param name="Reason">What sends it back; null for nothing.</param>
/// <param name="IsJudged">Enough is known for it to advance.</param>
internal readonly record struct CanaryFinding(string? Reason, bool IsJudged);
