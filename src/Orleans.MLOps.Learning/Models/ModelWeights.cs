namespace Orleans.MLOps.Learning.Models;

/// <summary>
/// Immutable, ordered, named float tensors in one flat row-major array. Plain .NET: holding or reading weights loads no native library.
/// </summary>
public sealed class ModelWeights
{
    private readonly float[] _values;
    private readonly Dictionary<string, WeightTensor> _byName = new(StringComparer.Ordinal);

    /// <summary>Makes weights of the given tensors laid out one after another.</summary>
    /// <param name="tensors">Names and shapes in order.</param>
    /// <param name="values">All elements in that order; copied.</param>
    /// <exception cref="ArgumentException">A name repeats, a dimension is negative, or the number of values does not fit the shapes.</exception>
    public ModelWeights(IEnumerable<(string Name, IReadOnlyList<int> Shape)> tensors, ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var list = new List<WeightTensor>();
        var offset = 0L;
        foreach (var (name, shape) in tensors)
        {
            var length = 1L;
            foreach (var dimension in shape)
            {
                if (dimension < 0)
                    throw new ArgumentException($"Tensor '{name}' has the dimension {dimension}; dimensions are at least 0.");
                length = Math.Min(length * dimension, int.MaxValue);
            }

            if (offset + length > values.Length)
                throw new ArgumentException($"Tensor '{name}' needs {offset + length} values in all, but {values.Length} were given.");
            var tensor = new WeightTensor(name, [.. shape], (int)offset, (int)length);
            if (!_byName.TryAdd(name, tensor))
                throw new ArgumentException($"Two tensors have the name '{name}'.");
            list.Add(tensor);
            offset += length;
        }

        if (offset != values.Length)
            throw new ArgumentException($"The tensors hold {offset} values in all, but {values.Length} were given.");
        Tensors = list;
        _values = values.ToArray();
    }

    /// <summary>The tensors in order.</summary>
    public IReadOnlyList<WeightTensor> Tensors { get; }

    /// <summary>All elements in tensor order.</summary>
    public ReadOnlyMemory<float> Flat => _values;

    /// <summary>Elements of one tensor, row-major.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <exception cref="KeyNotFoundException">No tensor has that name.</exception>
    public ReadOnlySpan<float> this[string name] => _byName.TryGetValue(name, out var tensor)
        ? _values.AsSpan(tensor.Offset, tensor.Length)
        : throw new KeyNotFoundException($"No tensor is named '{name}'; there are {string.Join(", ", _byName.Keys)}.");

    /// <summary>Whether another set has the same names and shapes in the same order.</summary>
    /// <param name="other">The other weights.</param>
    /// <returns>True when both lay out alike, whatever their values.</returns>
    public bool HasLayoutOf(ModelWeights other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Tensors.Count == other.Tensors.Count && Tensors.Zip(other.Tensors).All(pair =>
            pair.First.Name == pair.Second.Name && pair.First.Shape.SequenceEqual(pair.Second.Shape));
    }

    /// <summary>Weights of the same layout with other values.</summary>
    /// <param name="values">As many values as these weights hold; copied.</param>
    /// <returns>New weights; these stay as they are.</returns>
    /// <exception cref="ArgumentException">The number of values differs.</exception>
    public ModelWeights WithValues(ReadOnlySpan<float> values) => new(Tensors.Select(tensor => (tensor.Name, tensor.Shape)), values);
}
