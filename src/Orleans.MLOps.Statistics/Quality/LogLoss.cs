namespace Orleans.MLOps.Statistics.Quality;

/// <summary>
/// Logarithmic loss of a predicted probability: -ln of the probability given to what happened. Probabilities are clipped to
/// [<see cref="Clip"/>, 1 - <see cref="Clip"/>], so one sure and wrong prediction costs 16.1 and not infinity.
/// </summary>
public static class LogLoss
{
    /// <summary>The clip: 0.0000001.</summary>
    public const double Clip = 1e-7;

    /// <summary>The loss of one prediction, in nats.</summary>
    /// <param name="probability">Predicted probability of true, 0 to 1.</param>
    /// <param name="label">What happened.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not 0 to 1.</exception>
    public static double Of(double probability, bool label)
    {
        if (!(probability is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability must be 0 to 1.");
        return -Math.Log(Math.Clamp(label ? probability : 1 - probability, Clip, 1 - Clip));
    }

    /// <summary>The mean loss, in nats; NaN without predictions.</summary>
    /// <exception cref="ArgumentException">Not one label for each probability.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A probability is not 0 to 1.</exception>
    public static double Mean(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> labels)
    {
        if (probabilities.Length != labels.Length)
            throw new ArgumentException($"{probabilities.Length} probabilities and {labels.Length} labels were given; there must be as many.", nameof(labels));
        double sum = 0;
        for (var i = 0; i < probabilities.Length; i++)
            sum += Of(probabilities[i], labels[i]);
        return sum / probabilities.Length;
    }
}
