using Orleans.MLOps.Grains.Models;
using Orleans.MLOps.Grains.Serving.Tensors;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>A network of the platform: numbers and texts in, a probability out.</summary>
internal sealed class TabularModel(ModelVersionInfo version, byte[] onnx) : LoadedModel(version)
{
    private readonly TabularScorer _scorer = new(TabularNetworkSpec.Parse(version.RequireWeights("version").NetworkJson), onnx);

    public override TensorSignature Signature => TabularTensors.SignatureOf(Version.Signature);

    public override string Platform => "onnxruntime_onnx";

    /// <summary>Its rows never meet.</summary>
    public override bool Batchable => true;

    public override bool RunsShort => true;

    /// <summary>Encodes columns in the order of the model's signature.</summary>
    public (float[] Numbers, long[] Indices) Encode(double[][] numeric, string[][] categorical, int rows) => _scorer.Encode(numeric, categorical, rows);

    /// <summary>Scores encoded rows on the caller's thread.</summary>
    public void Score(float[] numbers, long[] indices, int rows, float[] probabilities) => _scorer.Engine.Score(numbers, indices, rows, probabilities);

    /// <summary>Encodes and scores columns on the caller's thread, beside the batches.</summary>
    public float[] Score(double[][] numeric, string[][] categorical, int rows) => _scorer.Score(numeric, categorical, rows);

    public override void Compute(IReadOnlyList<QueuedRequest> batch)
    {
        if (batch.Count == 1)
        {
            var only = (QueuedRows)batch[0];
            Score(only.Numbers, only.Indices, only.Rows, only.Probabilities);
            return;
        }

        var rows = 0;
        foreach (var request in batch)
        {
            rows += request.Rows;
        }

        var numbers = new float[rows * _scorer.Engine.NumericInputs];
        var indices = new long[rows * _scorer.Engine.CategoricalInputs];
        var row = 0;
        foreach (QueuedRows request in batch)
        {
            request.Numbers.CopyTo(numbers, row * _scorer.Engine.NumericInputs);
            request.Indices.CopyTo(indices, row * _scorer.Engine.CategoricalInputs);
            row += request.Rows;
        }

        var probabilities = new float[rows];
        Score(numbers, indices, rows, probabilities);
        row = 0;
        foreach (QueuedRows request in batch)
        {
            probabilities.AsSpan(row, request.Rows).CopyTo(request.Probabilities);
            row += request.Rows;
        }
    }

    public override void Dispose() => _scorer.Dispose();
}
