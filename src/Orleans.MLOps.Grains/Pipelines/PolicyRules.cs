using Orleans.MLOps.Pipelines;

namespace Orleans.MLOps.Grains.Pipelines;

/// <summary>What a continuous training policy may be.</summary>
internal static class PolicyRules
{
    public const string Recent = "recent";
    public const string Full = "full";
    public const string Warm = "warm";

    private const int FewestDays = 3;
    private static readonly string[] Known = [Recent, Full, Warm];

    public static void Validate(ContinuousTrainingPolicy policy)
    {
        var fewest = TimeSpan.FromDays(FewestDays);
        Require(policy.JudgeWindow >= fewest, "judge_window", policy.JudgeWindow, $"at least {FewestDays} days");
        Require(policy.RecentWindow > policy.JudgeWindow, "recent_window", policy.RecentWindow, $"longer than the judge window ({policy.JudgeWindow})");
        Require(policy.MinimumDays >= FewestDays, "minimum_days", policy.MinimumDays, $"at least {FewestDays}");
        Require(policy.MinimumInterval >= fewest, "minimum_interval", policy.MinimumInterval, $"at least {FewestDays} days");
        Require(policy.TrainingCharge >= TimeSpan.Zero, "training_charge", policy.TrainingCharge, "zero or longer");
        Require(policy.Confidence == 0.95, "confidence", policy.Confidence, "0.95, the level of the block bootstrap");
        Require(policy.Candidates.Length > 0, "candidates", "empty", $"some of {string.Join(", ", Known)}");
        foreach (var candidate in policy.Candidates)
        {
            Require(Known.Contains(candidate), "candidates", candidate, $"some of {string.Join(", ", Known)}");
        }

        Require(policy.Candidates.Distinct().Count() == policy.Candidates.Length, "candidates", string.Join(", ", policy.Candidates), "each at most once");
    }

    private static void Require(bool holds, string field, object given, string allowed)
    {
        if (!holds)
        {
            throw new InvalidInputException($"{field} is {given}; allowed: {allowed}.", field);
        }
    }
}
