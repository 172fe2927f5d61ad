using Orleans.MLOps.Grains.Models;
using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>A model version in memory, ready to answer.</summary>
internal sealed class LoadedModel : IDisposable
{
    private readonly OnnxScorer _scorer;

    public LoadedModel(ModelVersionInfo version, byte[] onnx, MonitoringReference? reference)
    {
        Version = version;
        Reference = reference;
        Encoder = new TabularEncoder(TabularNetworkSpec.Parse(version.RequireWeights("version").NetworkJson));
        _scorer = new OnnxScorer(onnx);
        Batcher = new MicroBatcher(_scorer);
    }

    public ModelVersionInfo Version { get; }

    /// <summary>What drift is measured against; null when the version was registered without it.</summary>
    public MonitoringReference? Reference { get; }

    public TabularEncoder Encoder { get; }

    public MicroBatcher Batcher { get; }

    /// <summary>Scores columns in the order of the model's signature.</summary>
    public async ValueTask<float[]> ScoreAsync(double[][] numeric, string[][] categorical, int rows)
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

        var probabilities = new float[rows];
        await Batcher.ScoreAsync(numbers, indices, rows, probabilities);
        return probabilities;
    }

    public void Dispose() => _scorer.Dispose();
}
