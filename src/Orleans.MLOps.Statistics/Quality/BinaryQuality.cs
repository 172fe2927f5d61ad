namespace Orleans.MLOps.Statistics.Quality;

/// <summary>How good predicted probabilities of a yes/no question were. Figures without a meaning (no rows, one class only) are NaN.</summary>
public sealed record BinaryQuality
{
    /// <summary>The number of equally wide bins of the calibration error: 10.</summary>
    public const int CalibrationBins = 10;

    /// <summary>Predictions.</summary>
    public required long Count { get; init; }

    /// <summary>Labels that are true.</summary>
    public required long Positives { get; init; }

    /// <summary>Mean logarithmic loss in nats, clipped as <see cref="Quality.LogLoss"/> says.</summary>
    public required double LogLoss { get; init; }

    /// <summary>Area under the ROC curve, exact, by ranks; ties count half (Mann-Whitney). NaN when only one class occurs.</summary>
    public required double Auc { get; init; }

    /// <summary>Share of right answers when a probability of at least 0.5 means yes.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Accuracy of always giving the more frequent answer.</summary>
    public required double MajorityShare { get; init; }

    /// <summary>Mean squared error of the probabilities.</summary>
    public required double Brier { get; init; }

    /// <summary>
    /// Expected calibration error: over ten equally wide bins of the probability, the mean of |mean probability - share of true labels| weighted by rows.
    /// </summary>
    public required double ExpectedCalibrationError { get; init; }

    /// <summary>Measures predictions against labels; copies both once.</summary>
    /// <exception cref="ArgumentException">Not one label for each probability.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A probability is not 0 to 1.</exception>
    public static BinaryQuality Measure(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> labels)
    {
        var loss = Quality.LogLoss.Mean(probabilities, labels);
        Span<double> gaps = stackalloc double[CalibrationBins];
        gaps.Clear();
        long positives = 0, right = 0;
        double squares = 0;
        for (var i = 0; i < probabilities.Length; i++)
        {
            var (p, label) = (probabilities[i], labels[i]);
            var outcome = label ? 1 : 0;
            positives += outcome;
            right += p >= 0.5 == label ? 1 : 0;
            squares += (p - outcome) * (p - outcome);
            gaps[Math.Min((int)(p * CalibrationBins), CalibrationBins - 1)] += p - outcome;
        }
        double gap = 0;
        foreach (var g in gaps)
            gap += Math.Abs(g);
        var n = (double)probabilities.Length;
        return new BinaryQuality
        {
            Count = probabilities.Length,
            Positives = positives,
            LogLoss = loss,
            Auc = MeasureAuc(probabilities, labels),
            Accuracy = right / n,
            MajorityShare = Math.Max(positives, probabilities.Length - positives) / n,
            Brier = squares / n,
            ExpectedCalibrationError = gap / n,
        };
    }

    /// <summary>The area under the ROC curve of any finite scores; ties count half. NaN when only one class occurs.</summary>
    /// <exception cref="ArgumentException">Not one label for each score, or a score is NaN.</exception>
    public static double MeasureAuc(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels)
    {
        if (scores.Length != labels.Length)
            throw new ArgumentException($"{scores.Length} scores and {labels.Length} labels were given; there must be as many.", nameof(labels));
        var keys = scores.ToArray();
        var items = labels.ToArray();
        Array.Sort(keys, items);
        if (keys.Length > 0 && double.IsNaN(keys[0]))
            throw new ArgumentException("A score is NaN; scores must be numbers.", nameof(scores));

        long positives = 0, negatives = 0, twiceWon = 0;
        for (var start = 0; start < keys.Length;)
        {
            long tiedPositives = 0, tiedNegatives = 0;
            var end = start;
            for (; end < keys.Length && keys[end] == keys[start]; end++)
            {
                if (items[end])
                    tiedPositives++;
                else
                    tiedNegatives++;
            }
            twiceWon += tiedPositives * (2 * negatives + tiedNegatives);
            positives += tiedPositives;
            negatives += tiedNegatives;
            start = end;
        }
        return positives == 0 || negatives == 0 ? double.NaN : twiceWon / 2.0 / ((double)positives * negatives);
    }
}
