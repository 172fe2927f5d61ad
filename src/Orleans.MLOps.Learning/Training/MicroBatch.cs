using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Native;

namespace Orleans.MLOps.Learning.Training;

/// <summary>
/// Reused buffers for one number of rows. The input matrix is filled by managed code: standardised numbers and embedding rows side by side.
/// </summary>
internal sealed class MicroBatch : IDisposable
{
    private readonly TabularNetworkSpec _spec;
    private readonly NativeBuffer? _inputGradient;

    public MicroBatch(TabularNetworkSpec spec, int rows)
    {
        _spec = spec;
        Rows = rows;
        Input = new NativeBuffer(rows, spec.InputWidth);
        Labels = new NativeBuffer(rows, 1);
        Weights = new NativeBuffer(rows, 1);
        Masks = spec.Dropout > 0f ? [.. spec.Hidden.Select(width => new NativeBuffer(rows, width))] : [];
        if (spec.Categorical.Count == 0)
            return;
        _inputGradient = new NativeBuffer(rows, spec.InputWidth);
        Input.Tensor.requires_grad_();
        Input.Tensor.grad = _inputGradient.Tensor;
    }

    public int Rows { get; }

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
        var numbers = _spec.Numeric.Count;
        var total = 0f;
        for (var i = 0; i < rows.Length; i++)
        {
            var row = rows[i];
            labels[i] = data.Labels[row];
            rowWeights[i] = data.Weights is null ? 1f : data.Weights[row];
            total += rowWeights[i];
            Standardise(data.Numeric.AsSpan(row * numbers, numbers), input.Slice(i * _spec.InputWidth, numbers));
        }

        var column = numbers;
        var table = 0;
        for (var c = 0; c < _spec.Categorical.Count; c++)
        {
            var size = _spec.Categorical[c].EmbeddingSize;
            for (var i = 0; i < rows.Length; i++)
            {
                var category = data.Categories[rows[i] * _spec.Categorical.Count + c];
                weights.Slice(table + category * size, size).CopyTo(input[(i * _spec.InputWidth + column)..]);
            }

            column += size;
            table += (_spec.Categorical[c].Vocabulary.Count + 1) * size;
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
        var column = _spec.Numeric.Count;
        var table = 0;
        for (var c = 0; c < _spec.Categorical.Count; c++)
        {
            var size = _spec.Categorical[c].EmbeddingSize;
            for (var i = 0; i < rows.Length; i++)
            {
                var category = data.Categories[rows[i] * _spec.Categorical.Count + c];
                var from = values.Slice(i * _spec.InputWidth + column, size);
                var to = gradient.Slice(table + category * size, size);
                for (var k = 0; k < to.Length; k++)
                    to[k] += from[k];
            }

            column += size;
            table += (_spec.Categorical[c].Vocabulary.Count + 1) * size;
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
            var input = _spec.Numeric[i];
            standardised[i] = Math.Clamp((raw[i] - input.Mean) / input.Scale, -_spec.StandardisedLimit, _spec.StandardisedLimit);
        }
    }
}
