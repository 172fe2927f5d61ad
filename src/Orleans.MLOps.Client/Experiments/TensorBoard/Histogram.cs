namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>How values spread over buckets: bucket i holds those from edge i up to edge i + 1.</summary>
public sealed record Histogram
{
    /// <summary>The most buckets of one histogram.</summary>
    public const int MaximumBuckets = 10_000;

    /// <summary>Finite and ascending; one more than <see cref="Counts"/>.</summary>
    public required double[] Edges { get; init; }

    /// <summary>How many values fell into each bucket, or their weight; finite and not negative, 1 to <see cref="MaximumBuckets"/>.</summary>
    public required double[] Counts { get; init; }

    /// <exception cref="InvalidInputException">The histogram breaks one of its rules; the message names it.</exception>
    internal void Check()
    {
        if (Counts is not { Length: >= 1 and <= MaximumBuckets })
        {
            throw new InvalidInputException($"{Counts?.Length ?? 0} counts were given: 1 to {MaximumBuckets} are allowed.", "counts");
        }

        if (Edges is null || Edges.Length != Counts.Length + 1)
        {
            throw new InvalidInputException($"{Edges?.Length ?? 0} edges were given for {Counts.Length} counts: {Counts.Length + 1} are allowed.", "edges");
        }

        for (var i = 0; i < Edges.Length; i++)
        {
            if (!double.IsFinite(Edges[i]) || (i > 0 && Edges[i] <= Edges[i - 1]))
            {
                throw new InvalidInputException($"Edge {i} is {Edges[i]}: finite numbers in ascending order are allowed.", "edges");
            }
        }

        var wrong = Array.FindIndex(Counts, count => !(double.IsFinite(count) && count >= 0));
        if (wrong >= 0)
        {
            throw new InvalidInputException($"Count {wrong} is {Counts[wrong]}: finite numbers from 0 are allowed.", "counts");
        }
    }
}
