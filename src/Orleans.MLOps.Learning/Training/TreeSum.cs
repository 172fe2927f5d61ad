using System.Numerics.Tensors;

namespace Orleans.MLOps.Learning.Training;

/// <summary>
/// Adds equally long vectors in the fixed binary tree over their order: ((0+1)+(2+3))+... A block of 2^k aligned vectors forms a whole
/// subtree, so the same tree can be cut between shards without changing a bit of the sum.
/// </summary>
internal sealed class TreeSum(int length, int count)
{
    private readonly float[][] _levels = [.. Enumerable.Range(0, int.Log2(count) + 1).Select(_ => new float[length])];
    private int _added;

    /// <summary>Vectors that make the sum.</summary>
    public int Count => count;

    /// <summary>The sum, once all vectors have been added.</summary>
    public Span<float> Sum => _added == 0 ? _levels[^1] : throw new InvalidOperationException($"Only {_added} of {count} vectors were added.");

    /// <summary>Adds the next vector in order; it is used as scratch space.</summary>
    /// <param name="vector">One vector, or the sum of a whole subtree.</param>
    /// <param name="leaves">Vectors below it: a power of two that divides the number added so far.</param>
    public void Add(Span<float> vector, int leaves = 1)
    {
        var level = int.Log2(leaves);
        for (; (_added >> level & 1) == 1; level++)
            TensorPrimitives.Add(_levels[level], vector, vector);
        vector.CopyTo(_levels[level]);
        _added = (_added + leaves) % count;
    }
}
