using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Statistics.Quality;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Pipelines;

/// <summary>
/// Compares champion and candidates on the labels that arrived in [t - H, t): paired log-loss differences, resampled by
/// event day (block bootstrap, widened for few days), one-sided 95%.
/// </summary>
internal sealed class Judge(ModelCache models, FrameReader frames)
{
    public async Task<Judgement> CompareAsync(
        ContinuousTrainingPolicy policy, DateTimeOffset at, string frameDigest, ModelVersionKey champion, CandidateResult[] candidates, CancellationToken cancellationToken)
    {
        var (numeric, categorical) = (policy.Template.Numeric, policy.Template.Categorical);
        var frame = await frames.ReadAsync(frameDigest, numeric, categorical, cancellationToken);
        var (from, to) = (TableValue.ToMicroseconds(at - policy.JudgeWindow), TableValue.ToMicroseconds(at));
        int[] rows = [.. Enumerable.Range(0, frame.Rows).Where(row => frame.AvailableAt[row] >= from && frame.AvailableAt[row] < to && !float.IsNaN(frame.Labels[row]))];
        var days = Array.ConvertAll(rows, row => DateOnly.FromDateTime(TableValue.FromMicroseconds(frame.EventTimes[row]).UtcDateTime));
        var championLosses = await LossesAsync(champion, frame, rows);
        var judged = new List<CandidateResult>();
        foreach (var candidate in candidates)
        {
            judged.Add(candidate.ModelVersion is { } version
                ? Compare(candidate, await TryLossesAsync(champion with { Version = version }, frame, rows), championLosses, days, policy)
                : candidate);
        }

        return new Judgement(
            [.. judged], rows.Length, days.Distinct().Count(), rows.Length == 0 ? null : championLosses.Average());
    }

    private static CandidateResult Compare(
        CandidateResult candidate, (double[]? Losses, string? Error) scored, double[] champion, DateOnly[] days, ContinuousTrainingPolicy policy)
    {
        if (scored.Losses is not { } losses)
        {
            return candidate with { Error = scored.Error };
        }

        var bootstrap = new PairedBlockBootstrap();
        for (var i = 0; i < losses.Length; i++)
        {
            bootstrap.Add(days[i], losses[i] - champion[i]);
        }

        var result = bootstrap.Judge((ulong)policy.Template.Seed, minimumBlocks: policy.MinimumDays, widenForFewBlocks: true);
        return candidate with
        {
            LogLoss = losses.Length == 0 ? null : losses.Average(),
            Difference = double.IsFinite(result.MeanDifference) ? result.MeanDifference : null,
            UpperBound = double.IsFinite(result.UpperBound) ? result.UpperBound : null,
        };
    }

    private async Task<(double[]? Losses, string? Error)> TryLossesAsync(ModelVersionKey version, FrameData frame, int[] rows)
    {
        try
        {
            return (await LossesAsync(version, frame, rows), null);
        }
        catch (FailedPreconditionException refused)
        {
            return (null, refused.Message);
        }
    }

    private async Task<double[]> LossesAsync(ModelVersionKey version, FrameData frame, int[] rows)
    {
        using var lease = await models.LeaseAsync(version);
        var model = lease.Model as TabularModel
            ?? throw new FailedPreconditionException($"Version {version.Version} of model '{version.Model}' takes tensors; only networks of the platform can be judged on a frame.", "version");
        var probabilities = model.Score(
            Array.ConvertAll(frame.Numeric, column => Array.ConvertAll(rows, row => column[row])),
            Array.ConvertAll(frame.Categorical, column => Array.ConvertAll(rows, row => column[row])),
            rows.Length);
        return [.. rows.Select((row, i) => LogLoss.Of(probabilities[i], frame.Labels[row] > 0.5f))];
    }
}
