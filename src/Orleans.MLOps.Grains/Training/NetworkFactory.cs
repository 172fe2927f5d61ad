using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>Makes a job's network: its inputs' standardisation and vocabularies come from the train rows alone, or from the version it starts from.</summary>
internal static class NetworkFactory
{
    public const int LargestVocabulary = 1000;

    public static TabularNetworkSpec Create(FrameData frame, int[] trainRows, TrainingJobSpec spec) => new()
    {
        Numeric = [.. spec.Numeric.Select((name, i) => Standardise(name, frame.Numeric[i], trainRows))],
        Categorical = [.. spec.Categorical.Select((name, i) => Encode(name, frame.Categorical[i], trainRows, spec.Network.EmbeddingSize))],
        Hidden = [.. spec.Network.Hidden],
        Dropout = (float)spec.Network.Dropout,
    };

    /// <summary>The network of the version that a job starts from, with the job's own dropout.</summary>
    /// <exception cref="InvalidInputException">The version has other inputs or layers than the job.</exception>
    public static TabularNetworkSpec Continue(TabularNetworkSpec version, TrainingJobSpec spec)
    {
        var same = version.Numeric.Select(input => input.Name).SequenceEqual(spec.Numeric)
            && version.Categorical.Select(input => input.Name).SequenceEqual(spec.Categorical)
            && version.Hidden.SequenceEqual(spec.Network.Hidden);
        return same
            ? version with { Dropout = (float)spec.Network.Dropout }
            : throw new InvalidInputException(
                $"warm_start '{spec.WarmStart}' has the inputs {Names(version.Numeric.Select(input => input.Name), version.Categorical.Select(input => input.Name))} and hidden layers {string.Join(", ", version.Hidden)}; "
                + $"the job has {Names(spec.Numeric, spec.Categorical)} and {string.Join(", ", spec.Network.Hidden)}.",
                "warm_start");
    }

    private static NumericInput Standardise(string name, double[] values, int[] rows)
    {
        var (count, mean, squares) = (0L, 0.0, 0.0);
        foreach (var row in rows)
        {
            var value = values[row];
            if (double.IsFinite(value))
            {
                count++;
                var difference = value - mean;
                mean += difference / count;
                squares += difference * (value - mean);
            }
        }

        var scale = count > 0 ? (float)Math.Sqrt(squares / count) : 0f;
        return new NumericInput { Name = name, Mean = (float)mean, Scale = float.IsFinite(scale) && scale > 0f ? scale : 1f };
    }

    private static CategoricalInput Encode(string name, string[] values, int[] rows, int largestEmbedding)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            // The empty text is a missing value, which has the index of unknown categories.
            if (values[row] is { Length: > 0 } category)
            {
                System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, category, out _)++;
            }
        }

        string[] vocabulary =
        [
            .. counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal)
                .Take(LargestVocabulary).Select(entry => entry.Key),
        ];
        var size = (int)Math.Ceiling(Math.Sqrt(Math.Max(1, vocabulary.Length)));
        return new CategoricalInput { Name = name, Vocabulary = vocabulary, EmbeddingSize = Math.Min(largestEmbedding, size) };
    }

    private static string Names(IEnumerable<string> numeric, IEnumerable<string> categorical) => string.Join(", ", numeric.Concat(categorical));
}
