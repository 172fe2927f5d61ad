using Orleans.MLOps.Grains.Models;
using Orleans.MLOps.Grains.Serving.Tensors;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>A network of the platform: numbers and texts in, a probability out.</summary>
internal sealed class TabularModel : LoadedModel
{
    private readonly OnnxScorer _scorer;

    public TabularModel(ModelVersionInfo version, byte[] onnx)
        : base(version)
    {
        Encoder = new TabularEncoder(TabularNetworkSpec.Parse(version.RequireWeights("version").NetworkJson));
        _scorer = new OnnxScorer(onnx);
        Batcher = new MicroBatcher(_scorer);
    }

    public TabularEncoder Encoder { get; }

    public MicroBatcher Batcher { get; }

    public override TensorSignature Signature => TabularTensors.SignatureOf(Version.Signature);

    public override string Platform => "onnxruntime_onnx";

    /// <summary>Scores columns in the order of the model's signature.</summary>
    public async ValueTask<float[]> ScoreAsync(double[][] numeric, string[][] categorical, int rows)
    {
        var (numbers, indices) = Encode(numeric, categorical, rows);
        var probabilities = new float[rows];
        await Batcher.ScoreAsync(numbers, indices, rows, probabilities);
        return probabilities;
    }

    /// <summary>The same on the caller's thread, beside the batches.</summary>
    public float[] Score(double[][] numeric, string[][] categorical, int rows)
    {
        var (numbers, indices) = Encode(numeric, categorical, rows);
        var probabilities = new float[rows];
        _scorer.Score(numbers, indices, rows, probabilities);
        return probabilities;
    }

    public override void Dispose() => _scorer.Dispose();

    private (float[] Numbers, long[] Indices) Encode(double[][] numeric, string[][] categorical, int rows)
    {
        var (numbers, indices) = (new float[rows * numeric.Length], new long[rows * categorical.Length]);
        for (var input = 0; input < numeric.Length; input++)
        {
            for (var row = 0; row < rows; row++)
            {
                numbers[(row * numeric.Length) + input] = Encoder.EncodeNumber(input, numeric[input][row]);
            }
        }

        for (var input = 0; input < categorical.Length; input++)
        {
            for (var row = 0; row < rows; row++)
            {
                indices[(row * categorical.Length) + input] = Encoder.EncodeCategory(input, categorical[input][row]);
            }
        }

        return (numbers, indices);
    }
}
