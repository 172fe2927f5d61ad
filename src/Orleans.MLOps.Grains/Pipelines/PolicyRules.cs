using Orleans.MLOps.Grains.Training;
using Orleans.MLOps.Models;
using Orleans.MLOps.Pipelines;

namespace Orleans.MLOps.Grains.Pipelines;

/// <summary>What a continuous training policy may be.</summary>
internal static class PolicyRules
{
    public const string Recent = "recent";
    public const string Full = "full";
    public const string Warm = "warm";

    private const int FewestDays = 3;
    private const int MostYears = 10;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(MostYears * 365.25);
    private static readonly string AnyDigest = new('0', 64);
    private static readonly string[] Known = [Recent, Full, Warm];

    public static void Validate(ContinuousTrainingPolicy policy)
    {
        var fewest = TimeSpan.FromDays(FewestDays);
        Require(policy.JudgeWindow >= fewest, "judge_window", policy.JudgeWindow, $"at least {FewestDays} days");
        Require(policy.RecentWindow > policy.JudgeWindow, "recent_window", policy.RecentWindow, $"longer than the judge window ({policy.JudgeWindow})");
        Require(policy.RecentWindow <= Longest, "recent_window", policy.RecentWindow, $"at most {MostYears} years");
        Require(policy.MinimumDays >= FewestDays, "minimum_days", policy.MinimumDays, $"at least {FewestDays}");
        Require(policy.MinimumDays <= policy.JudgeWindow.TotalDays + 1, "minimum_days", policy.MinimumDays, $"as many as the judge window ({policy.JudgeWindow}) touches");
        Require(policy.MinimumInterval <= Longest, "minimum_interval", policy.MinimumInterval, $"at most {MostYears} years");
        Require(policy.TrainingCharge <= Longest, "training_charge", policy.TrainingCharge, $"at most {MostYears} years");
        Require(policy.MinimumInterval >= fewest, "minimum_interval", policy.MinimumInterval, $"at least {FewestDays} days");
        Require(policy.TrainingCharge >= TimeSpan.Zero, "training_charge", policy.TrainingCharge, "zero or longer");
        Require(policy.Confidence == 0.95, "confidence", policy.Confidence, "0.95, the level of the block bootstrap");
        Require(policy.Template.Project == policy.Project, "template.project", policy.Template.Project, $"the policy's project ({policy.Project})");
        Require(!string.IsNullOrEmpty(policy.Template.RegisterAs), "register_as", "empty", "the model that the endpoint serves");
        Require(policy.Candidates.Length > 0, "candidates", "empty", $"some of {string.Join(", ", Known)}");
        foreach (var candidate in policy.Candidates)
        {
            Require(Known.Contains(candidate), "candidates", candidate, $"some of {string.Join(", ", Known)}");
        }

        Require(policy.Candidates.Distinct().Count() == policy.Candidates.Length, "candidates", string.Join(", ", policy.Candidates), "each at most once");
    }

    /// <summary>What every candidate's job will be checked for, as far as it is known before there is one.</summary>
    /// <param name="policy">A policy that is valid by itself.</param>
    /// <param name="champion">The version that serves; candidates must take the same inputs.</param>
    /// <param name="slots">Training threads of this node.</param>
    /// <exception cref="InvalidInputException">No job could be started from the template.</exception>
    public static void CheckTemplate(ContinuousTrainingPolicy policy, ModelVersionInfo champion, int slots)
    {
        var template = policy.Template;
        foreach (var candidate in policy.Candidates)
        {
            var spec = PipelineRunRules.CandidateSpec(
                policy, candidate, DateTimeOffset.UnixEpoch + Longest + Longest, AnyDigest, "", new ModelVersionKey(policy.Project, champion.Model, champion.Version).ToString());
            TrainingSpecCheck.Run(spec with { DatasetVersion = template.DatasetVersion }, slots);
        }

        TrainingFrameCheck.RequireFeatures(template);
        RequireInputs(template.Numeric, categorical: false, "template.numeric");
        RequireInputs(template.Categorical, categorical: true, "template.categorical");

        void RequireInputs(string[] given, bool categorical, string field)
        {
            var served = champion.Signature.Where(column => column.Categorical == categorical).Select(column => column.Name);
            Require(given.SequenceEqual(served), field, $"'{string.Join(", ", given)}'", $"the inputs of the serving version {champion.Version}, '{string.Join(", ", served)}'");
        }
    }

    private static void Require(bool holds, string field, object given, string allowed)
    {
        if (!holds)
        {
            throw new InvalidInputException($"{field} is {given}; allowed: {allowed}.", field);
        }
    }
}
