using Orleans.MLOps.Statistics.Quality;

namespace Orleans.MLOps.Statistics.Windows;

/// <summary>
/// What monitoring keeps of the labelled predictions of one stretch of time: sums for log loss, accuracy, Brier score and calibration in the
/// large, and histograms of the scores from which the area under the ROC curve is estimated. Counts merge exactly, sums up to
/// rounding. Adding allocates nothing. Not thread-safe.
/// </summary>
public sealed class QualityPane : IPane<QualityPane>
{
    /// <summary>Equally wide bins of the score histograms: 200. Scores in one bin count as tied.</summary>
    public const int HistogramBins = 200;

    private readonly long[] _positiveScores = new long[HistogramBins];
    private readonly long[] _negativeScores = new long[HistogramBins];

    /// <summary>Labelled predictions.</summary>
    public long Count { get; private set; }

    /// <summary>Labels that were true.</summary>
    public long Positives { get; private set; }

    /// <summary>Predictions that were right when a probability of at least 0.5 means yes.</summary>
    public long Correct { get; private set; }

    /// <summary>Rows refused because the probability was not 0 to 1.</summary>
    public long InvalidCount { get; private set; }

    /// <summary>Sum of the logarithmic losses, clipped as <see cref="LogLoss"/> says.</summary>
    public double LogLossSum { get; private set; }

    /// <summary>Sum of the predicted probabilities.</summary>
    public double ProbabilitySum { get; private set; }

    /// <summary>Sum of the squared errors.</summary>
    public double BrierSum { get; private set; }

    /// <summary>Mean logarithmic loss in nats; NaN while empty.</summary>
    public double MeanLogLoss => LogLossSum / Count;

    /// <summary>Share of right answers; NaN while empty.</summary>
    public double Accuracy => (double)Correct / Count;

    /// <summary>Mean squared error; NaN while empty.</summary>
    public double Brier => BrierSum / Count;

    /// <summary>Share of true labels; NaN while empty.</summary>
    public double PositiveShare => (double)Positives / Count;

    /// <summary>Mean predicted probability; NaN while empty.</summary>
    public double MeanProbability => ProbabilitySum / Count;

    /// <summary>Score histogram of the rows whose label was true.</summary>
    public ReadOnlySpan<long> PositiveScores => _positiveScores;

    /// <summary>Score histogram of the rows whose label was false.</summary>
    public ReadOnlySpan<long> NegativeScores => _negativeScores;

    /// <summary>Adds one labelled prediction; a probability that is not 0 to 1 is counted as invalid and gives false.</summary>
    public bool Add(double probability, bool label)
    {
        if (!(probability is >= 0 and <= 1))
        {
            InvalidCount++;
            return false;
        }
        var outcome = label ? 1 : 0;
        Count++;
        Positives += outcome;
        Correct += probability >= 0.5 == label ? 1 : 0;
        LogLossSum += LogLoss.Of(probability, label);
        ProbabilitySum += probability;
        BrierSum += (probability - outcome) * (probability - outcome);
        (label ? _positiveScores : _negativeScores)[Math.Min((int)(probability * HistogramBins), HistogramBins - 1)]++;
        return true;
    }

    /// <summary>Takes a prediction out again that was added with this probability and label, such as one whose label was corrected.</summary>
    /// <exception cref="InvalidOperationException">No row of that label and score bin is in the pane.</exception>
    public void Remove(double probability, bool label)
    {
        if (!(probability is >= 0 and <= 1))
        {
            InvalidCount = Math.Max(0, InvalidCount - 1);
            return;
        }
        var outcome = label ? 1 : 0;
        ref var cell = ref (label ? _positiveScores : _negativeScores)[Math.Min((int)(probability * HistogramBins), HistogramBins - 1)];
        if (cell == 0)
            throw new InvalidOperationException($"No prediction of {probability} with the label {label} is in the pane.");
        cell--;
        Count--;
        Positives -= outcome;
        Correct -= probability >= 0.5 == label ? 1 : 0;
        LogLossSum = Math.Max(0, LogLossSum - LogLoss.Of(probability, label));
        ProbabilitySum = Math.Max(0, ProbabilitySum - probability);
        BrierSum = Math.Max(0, BrierSum - (probability - outcome) * (probability - outcome));
    }

    /// <summary>Area under the ROC curve from the histograms; NaN when only one class occurs. Differs from the exact one by at most half the share of pairs in one bin.</summary>
    public double EstimateAuc()
    {
        double below = 0, won = 0;
        for (var bin = 0; bin < HistogramBins; bin++)
        {
            won += _positiveScores[bin] * (below + 0.5 * _negativeScores[bin]);
            below += _negativeScores[bin];
        }
        return Positives == 0 || Positives == Count ? double.NaN : won / ((double)Positives * (Count - Positives));
    }

    /// <inheritdoc/>
    public void MergeFrom(QualityPane other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Count += other.Count;
        Positives += other.Positives;
        Correct += other.Correct;
        InvalidCount += other.InvalidCount;
        LogLossSum += other.LogLossSum;
        ProbabilitySum += other.ProbabilitySum;
        BrierSum += other.BrierSum;
        for (var bin = 0; bin < HistogramBins; bin++)
        {
            _positiveScores[bin] += other._positiveScores[bin];
            _negativeScores[bin] += other._negativeScores[bin];
        }
    }

    /// <inheritdoc/>
    public void Clear()
    {
        (Count, Positives, Correct, InvalidCount) = (0, 0, 0, 0);
        (LogLossSum, ProbabilitySum, BrierSum) = (0, 0, 0);
        Array.Clear(_positiveScores);
        Array.Clear(_negativeScores);
    }

    /// <inheritdoc/>
    public void Write(BinaryWriter writer)
    {
        StateFormat.WriteHeader(writer, StateKind.QualityPane);
        StateFormat.WriteCount(writer, Correct);
        StateFormat.WriteCount(writer, InvalidCount);
        writer.Write(LogLossSum);
        writer.Write(ProbabilitySum);
        writer.Write(BrierSum);
        for (var bin = 0; bin < HistogramBins; bin++)
        {
            StateFormat.WriteCount(writer, _positiveScores[bin]);
            StateFormat.WriteCount(writer, _negativeScores[bin]);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">Another kind of state, an unknown version, or an impossible value.</exception>
    public static QualityPane Read(BinaryReader reader)
    {
        StateFormat.ReadHeader(reader, StateKind.QualityPane);
        var pane = new QualityPane
        {
            Correct = StateFormat.ReadCount(reader, "Right predictions"),
            InvalidCount = StateFormat.ReadCount(reader, "Invalid rows"),
            LogLossSum = StateFormat.ReadFinite(reader, "Sum of log losses", 0),
            ProbabilitySum = StateFormat.ReadFinite(reader, "Sum of probabilities", 0),
            BrierSum = StateFormat.ReadFinite(reader, "Sum of squared errors", 0),
        };
        for (var bin = 0; bin < HistogramBins; bin++)
        {
            pane._positiveScores[bin] = StateFormat.ReadCount(reader, "Score count");
            pane._negativeScores[bin] = StateFormat.ReadCount(reader, "Score count");
            pane.Positives = StateFormat.AddCounts(pane.Positives, pane._positiveScores[bin], "Positives");
            pane.Count = StateFormat.AddCounts(pane.Count, pane._positiveScores[bin], "Rows");
            pane.Count = StateFormat.AddCounts(pane.Count, pane._negativeScores[bin], "Rows");
        }
        StateFormat.Require(pane.Correct <= pane.Count, "Right predictions", pane.Correct, $"at most the {pane.Count} rows");
        return pane;
    }
}
