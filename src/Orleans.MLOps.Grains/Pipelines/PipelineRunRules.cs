using System.Security.Cryptography;
using System.Text;
using Orleans.MLOps.Grains.Models;
using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Pipelines;

/// <summary>The decisions of a retraining. Pure.</summary>
internal static class PipelineRunRules
{
    private const int WarmEpochsDivisor = 2;
    private const double WarmRateDivisor = 3;
    private const string LogLoss = "log_loss";

    public static bool HasEnded(PipelineRunStatus status) => status is PipelineRunStatus.Completed or PipelineRunStatus.Failed;

    /// <summary>Whether the step may be tried again: the platform was stopping or out of reach, and nothing was refused.</summary>
    public static bool MayPass(Exception error) =>
        error is UnavailableException or TimeoutException or OrleansException or OperationCanceledException or ObjectDisposedException;

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

    /// <summary>The verdict on the winner, for the gates of the aliases that it is to get: figures of both sides on the same labels.</summary>
    public static Dictionary<string, double> Evidence(PipelineRunInfo run)
    {
        var evidence = new Dictionary<string, double> { ["judged_rows"] = run.JudgedRows, ["judged_days"] = run.JudgedDays };
        var winner = run.Candidates.FirstOrDefault(candidate => candidate.ModelVersion == run.Winner);
        Add(evidence, LogLoss, winner?.LogLoss);
        Add(evidence, $"{GateRules.ChampionPrefix}{LogLoss}", run.ChampionLogLoss);
        Add(evidence, "log_loss_difference", winner?.Difference);
        Add(evidence, "log_loss_difference_upper_bound", winner?.UpperBound);
        return evidence;
    }

    public static string Explain(PipelineRunInfo run, CandidateResult? winner, int minimumDays) => winner is not null
        ? $"Version {winner.ModelVersion} ({winner.Name}) loses {-winner.Difference:f4} less a prediction than version {run.ChampionVersion}; the one-sided 95% bound is {-winner.UpperBound:f4}."
        : run.JudgedDays < minimumDays
            ? $"Labels of {run.JudgedDays} event days are not enough evidence; {minimumDays} are needed."
            : $"No candidate is better than version {run.ChampionVersion} with 95% confidence.";

    private static void Add(Dictionary<string, double> evidence, string name, double? value)
    {
        if (value is { } number)
        {
            evidence[name] = number;
        }
    }
}
