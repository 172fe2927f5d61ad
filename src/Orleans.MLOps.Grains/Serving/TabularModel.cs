using Orleans.MLOps.Grains.Models;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>A network of the platform: numbers and texts in, a probability out.</summary>
internal sealed class TabularModel : LoadedModel
{
    private readonly TabularScorer _scorer;

    public TabularModel(ModelVersionInfo version, byte[] onnx)
        : base(version)
    {
        _scorer = new TabularScorer(TabularNetworkSpec.Parse(version.RequireWeights("version").NetworkJson), onnx);
        Batcher = new MicroBatcher(_scorer.Engine);
    }

    public MicroBatcher Batcher { get; }

    public override TensorSignature Signature => TabularTensors.SignatureOf(Version.Signature);

    public override string Platform => "onnxruntime_onnx";

    /// <summary>Scores columns in the order of the model's signature.</summary>
    public async ValueTask<float[]> ScoreAsync(double[][] numeric, string[][] categorical, int rows)
    {
        var (numbers, indices) = _scorer.Encode(numeric, categorical, rows);
        var probabilities = new float[rows];
        await Batcher.ScoreAsync(numbers, indices, rows, probabilities);
        return probabilities;
    }

    /// <summary>The same on the caller's thread, beside the batches.</summary>
    public float[] Score(double[][] numeric, string[][] categorical, int rows) => _scorer.Score(numeric, categorical, rows);

    public override void Dispose() => _scorer.Dispose();
}
