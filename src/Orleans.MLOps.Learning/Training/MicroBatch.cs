using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Native;

namespace Orleans.MLOps.Learning.Training;

/// <summary>
/// Reused buffers for one number of rows. The input matrix is filled by managed code, standardised numbers and embedding rows side by
/// side, which spares a dozen small native calls a step; autograd hands the input's gradient back for the embedding tables.
/// </summary>
internal sealed class MicroBatch : IDisposable
{
    private readonly TabularNetworkSpec _spec;
    private readonly (float Mean, float Scale)[] _numeric;
    private readonly (int Column, int Table, int Size)[] _embeddings;
    private readonly int _width;
    private readonly NativeBuffer? _inputGradient;

    public MicroBatch(TabularNetworkSpec spec, int rows)
    {
        _spec = spec;
        _width = spec.InputWidth;
        _numeric = [.. spec.Numeric.Select(input => (input.Mean, input.Scale))];
        _embeddings = new (int, int, int)[spec.Categorical.Count];
        var (column, table) = (_numeric.Length, 0);
        for (var i = 0; i < _embeddings.Length; i++)
        {
            var size = spec.Categorical[i].EmbeddingSize;
            _embeddings[i] = (column, table, size);
            column += size;
            table += (spec.Categorical[i].Vocabulary.Count + 1) * size;
        }

        Input = new NativeBuffer(rows, _width);
        Labels = new NativeBuffer(rows, 1);
        Weights = new NativeBuffer(rows, 1);
        Masks = spec.Dropout > 0f ? [.. spec.Hidden.Select(width => new NativeBuffer(rows, width))] : [];
        if (_embeddings.Length == 0)
            return;
        _inputGradient = new NativeBuffer(rows, _width);
        Input.Tensor.requires_grad_();
        Input.Tensor.grad = _inputGradient.Tensor;
    }

    public NativeBuffer Input { get; }

    public NativeBuffer Labels { get; }

    public NativeBuffer Weights { get; }

    public NativeBuffer[] Masks { get; }

    /// <summary>Gathers rows. Returns the sum of their weights.</summary>
    public float Fill(TrainingSet data, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights)
    {
        var input = Input.Values;
        var labels = Labels.Values;
        var rowWeights = Weights.Values;
        var total = 0f;
        for (var i = 0; i < rows.Length; i++)
        {
            var row = rows[i];
            var target = input.Slice(i * _width, _width);
            labels[i] = data.Labels[row];
            rowWeights[i] = data.Weights is null ? 1f : data.Weights[row];
            total += rowWeights[i];
            Standardise(data.Numeric.AsSpan(row * _numeric.Length, _numeric.Length), target);
            var categories = data.Categories.AsSpan(row * _embeddings.Length, _embeddings.Length);
            for (var c = 0; c < categories.Length; c++)
            {
                var (column, table, size) = _embeddings[c];
                weights.Slice(table + categories[c] * size, size).CopyTo(target[column..]);
            }
        }

        return total;
    }

    public void ClearInputGradient() => _inputGradient?.Values.Clear();

    /// <summary>Adds the input's gradient to the rows of the embedding tables that the input was taken from, in row order.</summary>
    public void ScatterEmbeddingGradient(TrainingSet data, ReadOnlySpan<int> rows, Span<float> gradient)
    {
        if (_inputGradient is null)
            return;
        var values = _inputGradient.Values;
        for (var i = 0; i < rows.Length; i++)
        {
            var source = values.Slice(i * _width, _width);
            var categories = data.Categories.AsSpan(rows[i] * _embeddings.Length, _embeddings.Length);
            for (var c = 0; c < categories.Length; c++)
            {
                var (column, table, size) = _embeddings[c];
                var from = source.Slice(column, size);
                var to = gradient.Slice(table + categories[c] * size, size);
                for (var k = 0; k < to.Length; k++)
                    to[k] += from[k];
            }
        }
    }

    public void Dispose()
    {
        Input.Dispose();
        _inputGradient?.Dispose();
        Labels.Dispose();
        Weights.Dispose();
        foreach (var mask in Masks)
            mask.Dispose();
    }

    private void Standardise(ReadOnlySpan<float> raw, Span<float> standardised)
    {
        for (var i = 0; i < raw.Length; i++)
        {
            var (mean, scale) = _numeric[i];
            standardised[i] = Math.Clamp((raw[i] - mean) / scale, -_spec.StandardisedLimit, _spec.StandardisedLimit);
        }
    }
}
