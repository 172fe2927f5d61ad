namespace Orleans.MLOps.Learning.Training.Exchange;

/// <summary>Consecutive ranks of a training that one host computes.</summary>
/// <param name="First">The first rank.</param>
/// <param name="Count">Number of ranks, at least 1.</param>
public readonly record struct RankRange(int First, int Count)
{
    /// <summary>The rank behind the last one.</summary>
    public int End => First + Count;

    /// <summary>
    /// Sizes of the whole subtrees of the summation tree that make up the range, in the order of their ranks. A host need only pass on one
    /// sum for each: what is added across hosts are then the same pairs as on one host.
    /// </summary>
    /// <returns>Powers of two that sum up to <see cref="Count"/>; at most two of each size.</returns>
    public int[] Subtrees()
    {
        var sizes = new List<int>();
        for (var rank = First; rank < End;)
        {
            var size = 1;
            while (rank % (2 * size) == 0 && rank + 2 * size <= End)
                size *= 2;
            sizes.Add(size);
            rank += size;
        }

        return [.. sizes];
    }
}
