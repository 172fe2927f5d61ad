using System.Security.Cryptography;
using System.Text;
using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Pipelines;

/// <summary>The decisions of a retraining. Pure.</summary>
internal static class PipelineRunRules
{
    private const int WarmEpochsDivisor = 2;
    private const double WarmRateDivisor = 3;

    public static bool HasEnded(PipelineRunStatus status) => status is PipelineRunStatus.Completed or PipelineRunStatus.Failed;

    /// <summary>The version that gets most of the endpoint's traffic.</summary>
    public static int ServingVersion(EndpointInfo endpoint) => endpoint.Variants.MaxBy(variant => variant.Weight)!.Version;

    /// <summary>A job id that follows from run and candidate, so that starting again after a crash finds the same job.</summary>
    public static string JobId(string runId, string candidate) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{runId}/{candidate}")))[..32];

    /// <summary>
    /// What a candidate trains on. At t, all train on labels known before t - H; the recent and the warm one on the window W,
    /// the warm one from the champion's weights with half the epochs and a third of the step; the full one on everything.
    /// </summary>
    public static TrainingJobSpec CandidateSpec(
        ContinuousTrainingPolicy policy, string candidate, DateTimeOffset at, string frameDigest, string datasetVersion, string championKey) =>
        policy.Template with
        {
            Name = $"{policy.Template.Name} {candidate} {at:yyyy-MM-dd}",
            FrameDigest = frameDigest,
            DatasetVersion = datasetVersion,
            TrainFrom = candidate == PolicyRules.Full ? null : at - policy.RecentWindow,
            TrainTo = at - policy.JudgeWindow,
            HoldoutTo = at,
            WarmStart = candidate == PolicyRules.Warm ? championKey : null,
            Epochs = candidate == PolicyRules.Warm ? Math.Max(1, policy.Template.Epochs / WarmEpochsDivisor) : policy.Template.Epochs,
            LearningRate = candidate == PolicyRules.Warm ? policy.Template.LearningRate / WarmRateDivisor : policy.Template.LearningRate,
        };

    /// <summary>The candidate that wins: of those better with the asked confidence, the one with the lowest loss.</summary>
    public static CandidateResult? Winner(IEnumerable<CandidateResult> candidates) =>
        candidates.Where(candidate => candidate is { UpperBound: < 0, LogLoss: not null }).MinBy(candidate => candidate.LogLoss);

    public static string Explain(PipelineRunInfo run, CandidateResult? winner, int minimumDays) => winner is not null
        ? $"Version {winner.ModelVersion} ({winner.Name}) loses {-winner.Difference:f4} less a prediction than version {run.ChampionVersion}; the one-sided 95% bound is {-winner.UpperBound:f4}."
        : run.JudgedDays < minimumDays
            ? $"Labels of {run.JudgedDays} event days are not enough evidence; {minimumDays} are needed."
            : $"No candidate is better than version {run.ChampionVersion} with 95% confidence.";
}
