using Orleans.MLOps.Learning.Serving;

namespace Orleans.MLOps.Learning.Models;

/// <summary>
/// Compares an exported model in ONNX Runtime with the network in Torch, on given rows and on rows made to find differences. A version that
/// does not pass must not serve.
/// </summary>
public static class ParityCheck
{
    /// <summary>Rows that every check adds: half random, half extreme.</summary>
    public const int GeneratedRows = 1000;

    /// <summary>Absolute and relative tolerance: a row passes when |onnx - torch| is at most Tolerance + Tolerance * |torch|.</summary>
    public const double Tolerance = 1e-5;

    private const ulong Purpose = 0x50415249;
    private static readonly float[] Extremes =
        [0f, -0f, float.MaxValue, -float.MaxValue, float.Epsilon, -float.Epsilon, 1e-38f, 1e30f, -1e30f, 1f, -1f];

    /// <summary>Runs the check. Loads libtorch.</summary>
    /// <param name="spec">The network.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="onnx">The exported file's bytes.</param>
    /// <param name="rows">Rows of real data, such as the holdout; may have no rows.</param>
    /// <param name="seed">Seed of the generated rows.</param>
    /// <returns>The report; it says whether the model passed.</returns>
    /// <exception cref="InvalidDataException">The bytes are no ONNX model of this network's inputs.</exception>
    /// <exception cref="ArgumentException">Weights or rows do not fit the network.</exception>
    public static ParityReport Run(TabularNetworkSpec spec, ModelWeights weights, ReadOnlySpan<byte> onnx, EncodedRows rows, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var reference = new ReferenceForward(spec, weights);
        using var scorer = new OnnxScorer(onnx);
        if (scorer.NumericInputs != spec.Numeric.Count || scorer.CategoricalInputs != spec.Categorical.Count)
            throw new InvalidDataException(
                $"The ONNX model takes {scorer.NumericInputs} numbers and {scorer.CategoricalInputs} categories; " +
                $"the network takes {spec.Numeric.Count} and {spec.Categorical.Count}.");
        var generated = Generate(spec, seed);
        var total = rows.Rows + generated.Rows;
        float[] numeric = [.. rows.Numeric, .. generated.Numeric];
        long[] categories = [.. rows.CategoriesAsInt64(), .. generated.CategoriesAsInt64()];
        var expected = reference.Predict(numeric, categories, total);
        var actual = new float[total];
        try
        {
            scorer.Score(numeric, categories, total, actual);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"The ONNX model cannot score rows of this network: {error.Message}", error);
        }

        var comparison = new ParityComparison();
        comparison.Add(expected, actual, start: 0, perRow: 1);
        return comparison.Report(total);
    }

    private static EncodedRows Generate(TabularNetworkSpec spec, long seed)
    {
        var random = new SeededStream((ulong)seed, Purpose);
        var numeric = new float[GeneratedRows * spec.Numeric.Count];
        var categories = new int[GeneratedRows * spec.Categorical.Count];
        for (var row = 0; row < GeneratedRows; row++)
        {
            var extreme = row % 2 == 1;
            for (var i = 0; i < spec.Numeric.Count; i++)
            {
                var input = spec.Numeric[i];
                var typical = Math.Clamp((float)(input.Mean + 2.0 * input.Scale * random.NextNormal()), -float.MaxValue, float.MaxValue);
                numeric[row * spec.Numeric.Count + i] =
                    extreme && random.NextInt32(2) == 0 ? Extremes[random.NextInt32(Extremes.Length)] : typical;
            }

            for (var i = 0; i < spec.Categorical.Count; i++)
                categories[row * spec.Categorical.Count + i] =
                    extreme && random.NextInt32(2) == 0 ? 0 : random.NextInt32(spec.Categorical[i].Vocabulary.Count + 1);
        }

        return new EncodedRows(GeneratedRows, numeric, categories);
    }
}
