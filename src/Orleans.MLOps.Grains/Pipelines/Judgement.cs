using Orleans.MLOps.Pipelines;

namespace Orleans.MLOps.Grains.Pipelines;

/// <summary>What the comparison on held-out labels showed.</summary>
internal sealed record Judgement(CandidateResult[] Candidates, long Rows, int Days, double? ChampionLogLoss);
