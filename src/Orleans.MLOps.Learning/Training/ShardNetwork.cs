using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Native;
using TorchSharp;
using Functional = TorchSharp.torch.nn.functional;

namespace Orleans.MLOps.Learning.Training;

/// <summary>
/// One shard's replica: all weights in one flat tensor, all gradients in another, the layers' parameters as views of both, so autograd
/// adds in place and the exchange and the optimizer see one vector each. Used by one thread.
/// </summary>
internal sealed class ShardNetwork : IDisposable
{
    private const int EvaluationPiece = 1024;

    private readonly TrainingPlan _plan;
    private readonly TrainingSet _data;
    private readonly NativeBuffer _weights;
    private readonly NativeBuffer _gradient;
    private readonly List<(torch.Tensor Weight, torch.Tensor Bias)> _layers = [];
    private readonly List<torch.Tensor> _views = [];
    private readonly Dictionary<int, MicroBatch> _batches = [];

    public ShardNetwork(TrainingPlan plan, TrainingSet data, ModelWeights start)
    {
        _plan = plan;
        _data = data;
        var length = start.Flat.Length;
        _weights = new NativeBuffer(length);
        _gradient = new NativeBuffer(length + 2);
        start.Flat.Span.CopyTo(_weights.Values);
        for (var i = 0; i < NetworkLayout.Layers(plan.Network).Count; i++)
            _layers.Add((Parameter(start, NetworkLayout.Weight(i)), Parameter(start, NetworkLayout.Bias(i))));
    }

    public Span<float> Weights => _weights.Values;

    /// <summary>Gradient of the last micro-batch, followed by its summed loss and summed weight.</summary>
    public Span<float> Gradient => _gradient.Values;

    public void ComputeGradient(ReadOnlySpan<int> rows, long step, int virtualShard)
    {
        var gradient = _gradient.Values;
        gradient.Clear();
        if (rows.IsEmpty)
            return;
        var batch = Batch(rows.Length);
        gradient[^1] = batch.Fill(_data, rows, _weights.Values);
        for (var i = 0; i < batch.Masks.Length; i++)
            DropoutMask.Fill(batch.Masks[i].Values, _plan.Network.Dropout, _plan.Seed, step, virtualShard, i);
        batch.ClearInputGradient();
        using (torch.NewDisposeScope())
        {
            var loss = Loss(batch, Forward(batch, batch.Masks));
            loss.backward();
            gradient[^2] = loss.item<float>();
        }

        batch.ScatterEmbeddingGradient(_data, rows, gradient);
    }

    /// <summary>Leaves the summed loss and weight of rows, without dropout, where <see cref="Gradient"/> has them.</summary>
    public void Evaluate(int from, int to)
    {
        _gradient.Values.Clear();
        var (loss, weight) = (0.0, 0.0);
        Span<int> rows = stackalloc int[EvaluationPiece];
        for (var start = from; start < to; start += EvaluationPiece)
        {
            var piece = rows[..Math.Min(EvaluationPiece, to - start)];
            for (var i = 0; i < piece.Length; i++)
                piece[i] = start + i;
            var batch = Batch(piece.Length);
            weight += batch.Fill(_data, piece, _weights.Values);
            using var scope = torch.NewDisposeScope();
            using var inference = torch.no_grad();
            loss += Loss(batch, Forward(batch, [])).item<float>();
        }

        _gradient.Values[^2] = (float)loss;
        _gradient.Values[^1] = (float)weight;
    }

    public void Dispose()
    {
        foreach (var batch in _batches.Values)
            batch.Dispose();
        _views.ForEach(view => view.Dispose());
        _gradient.Dispose();
        _weights.Dispose();
    }

    private static torch.Tensor Loss(MicroBatch batch, torch.Tensor logits) => Functional.binary_cross_entropy_with_logits(
        logits, batch.Labels.Tensor, batch.Weights.Tensor, torch.nn.Reduction.Sum);

    private torch.Tensor Forward(MicroBatch batch, NativeBuffer[] masks)
    {
        var current = batch.Input.Tensor;
        for (var i = 0; i < _layers.Count - 1; i++)
        {
            current = Functional.linear(current, _layers[i].Weight, _layers[i].Bias);

            // A mask is never negative, so it may come before the ReLU; both then work in place.
            if (masks.Length > 0)
                current = current.mul_(masks[i].Tensor);
            current = current.relu_();
        }

        return Functional.linear(current, _layers[^1].Weight, _layers[^1].Bias);
    }

    private MicroBatch Batch(int rows)
    {
        if (!_batches.TryGetValue(rows, out var batch))
            _batches.Add(rows, batch = new MicroBatch(_plan.Network, rows));
        return batch;
    }

    private torch.Tensor Parameter(ModelWeights layout, string name)
    {
        var tensor = layout.Tensors.Single(candidate => candidate.Name == name);
        var parameter = View(_weights, tensor);
        parameter.requires_grad_();
        parameter.grad = View(_gradient, tensor);
        return parameter;
    }

    private torch.Tensor View(NativeBuffer flat, WeightTensor tensor)
    {
        using var range = flat.Tensor.narrow(0, tensor.Offset, tensor.Length);
        var view = range.view([.. tensor.Shape.Select(dimension => (long)dimension)]);
        _views.Add(view);
        return view;
    }
}
