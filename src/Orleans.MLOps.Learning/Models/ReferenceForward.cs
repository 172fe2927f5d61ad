using Orleans.MLOps.Learning.Native;
using TorchSharp;
using Functional = TorchSharp.torch.nn.functional;

namespace Orleans.MLOps.Learning.Models;

/// <summary>
/// Plain Torch forward pass of a network in evaluation mode: what an exported model must agree with. Written apart from the trainer's
/// fast path, so each is a check on the other. Loads libtorch on first use. Thread-safe.
/// </summary>
public sealed class ReferenceForward : IDisposable
{
    private readonly TabularNetworkSpec _spec;
    private readonly Dictionary<string, torch.Tensor> _weights = [];
    private readonly torch.Tensor _means;
    private readonly torch.Tensor _scales;

    /// <summary>Copies weights into Torch.</summary>
    /// <param name="spec">The network.</param>
    /// <param name="weights">Its weights.</param>
    /// <exception cref="ArgumentException">The specification is not valid or the weights do not fit it.</exception>
    /// <exception cref="DllNotFoundException">The host carries no libtorch.</exception>
    public ReferenceForward(TabularNetworkSpec spec, ModelWeights weights)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(weights);
        spec.Validate();
        NetworkLayout.Require(spec, weights);
        TorchNative.EnsureLoadable();
        _spec = spec;
        foreach (var tensor in weights.Tensors)
            _weights[tensor.Name] = torch.tensor(
                weights[tensor.Name].ToArray(), [.. tensor.Shape.Select(dimension => (long)dimension)]).DetachFromDisposeScope();
        _means = torch.tensor(spec.Numeric.Select(input => input.Mean).ToArray()).DetachFromDisposeScope();
        _scales = torch.tensor(spec.Numeric.Select(input => input.Scale).ToArray()).DetachFromDisposeScope();
    }

    /// <summary>Computes the probability of every row.</summary>
    /// <param name="numeric">Raw numbers, row-major [rows, numeric inputs].</param>
    /// <param name="categories">Category indices, row-major [rows, categorical inputs].</param>
    /// <param name="rows">Number of rows.</param>
    /// <returns>One probability in [0, 1] a row.</returns>
    /// <exception cref="ArgumentException">An array's length does not fit.</exception>
    public float[] Predict(float[] numeric, long[] categories, int rows)
    {
        ArgumentNullException.ThrowIfNull(numeric);
        ArgumentNullException.ThrowIfNull(categories);
        if (numeric.Length != (long)rows * _spec.Numeric.Count || categories.Length != (long)rows * _spec.Categorical.Count)
            throw new ArgumentException(
                $"{numeric.Length} numbers and {categories.Length} categories were given; {rows} rows of {_spec.Numeric.Count} and {_spec.Categorical.Count} are needed.");
        if (rows == 0)
            return [];
        using var scope = torch.NewDisposeScope();
        using var inference = torch.no_grad();
        var parts = new List<torch.Tensor>();
        if (_spec.Numeric.Count > 0)
        {
            var raw = torch.tensor(numeric, rows, _spec.Numeric.Count);
            parts.Add(raw.sub(_means).div(_scales).clamp(-_spec.StandardisedLimit, _spec.StandardisedLimit));
        }

        var indices = torch.tensor(categories, rows, _spec.Categorical.Count);
        for (var i = 0; i < _spec.Categorical.Count; i++)
            parts.Add(_weights[NetworkLayout.Embedding(i)].index_select(0, indices.select(1, i)));
        var current = torch.cat([.. parts], 1);
        for (var i = 0; i <= _spec.Hidden.Count; i++)
        {
            current = Functional.linear(current, _weights[NetworkLayout.Weight(i)], _weights[NetworkLayout.Bias(i)]);
            if (i < _spec.Hidden.Count)
                current = current.relu();
        }

        return current.sigmoid().data<float>().ToArray();
    }

    /// <summary>Frees the weights.</summary>
    public void Dispose()
    {
        foreach (var tensor in _weights.Values)
            tensor.Dispose();
        _means.Dispose();
        _scales.Dispose();
    }
}
