using Orleans.MLOps;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace OwnHost;

/// <summary>
/// A logistic regression with weights set by hand, so that this host serves without training and therefore without libtorch.
/// A training job does all of this by itself.
/// </summary>
internal static class LatenessModel
{
    public const string Name = "parcel-lateness";

    private const int ParityRows = 1000;
    private const double Tolerance = 1e-5;
    private static readonly float[] Weights = [0.8f, 1.6f, -0.5f];

    private static readonly TabularNetworkSpec Network = new()
    {
        Numeric =
        [
            new NumericInput { Name = "kilograms", Mean = 6f, Scale = 8f },
            new NumericInput { Name = "kilometres", Mean = 400f, Scale = 300f },
        ],
        Hidden = [],
        Dropout = 0f,
    };

    public static async Task DeployAsync(IGrainFactory grains, IBlobStore blobs, IMlopsClient mlops)
    {
        var weights = new ModelWeights([("layers.0.weight", [1, 2]), ("layers.0.bias", [1])], Weights);
        var onnx = OnnxExporter.Export(Network, weights);
        var version = await grains.GetGrain<IModelGrain>(new ModelKey("default", Name).ToString()).Register(new RegisterModelVersion
        {
            Model = Name,
            OperationId = "by-hand",
            Onnx = await StoreAsync(blobs, onnx),
            Weights = await StoreAsync(blobs, SafeTensorsFile.Write(weights)),
            NetworkJson = Network.ToJson(),
            Signature = [.. Network.Numeric.Select(input => new SignatureColumn { Name = input.Name })],
            Parity = CheckParity(onnx),
        });
        await mlops.Serving.DeployAsync(new DeployEndpoint
        {
            Name = Name,
            Model = Name,
            Variants = [new VariantSpec { Name = "only", Version = version.Version }],
            OperationId = "first",
        });
    }

    /// <summary>The exported file must say what the formula says, or the platform refuses to serve it.</summary>
    private static ParityRecord CheckParity(byte[] onnx)
    {
        var rows = Enumerable.Range(0, ParityRows).Select(row => new[] { row * 0.03f, row }).ToArray();
        var scores = new float[ParityRows];
        using var scorer = new OnnxScorer(onnx);
        scorer.Score([.. rows.SelectMany(row => row)], [], ParityRows, scores);
        var differences = rows.Select((row, i) => Math.Abs(Formula(row[0], row[1]) - scores[i])).ToArray();
        return new ParityRecord
        {
            Rows = ParityRows,
            MaxAbsoluteDifference = differences.Max(),
            Passed = differences.Zip(scores).All(pair => pair.First <= Tolerance + (Tolerance * pair.Second)),
        };
    }

    private static double Formula(double kilograms, double kilometres) =>
        1 / (1 + Math.Exp(-((Weights[0] * (kilograms - 6) / 8) + (Weights[1] * (kilometres - 400) / 300) + Weights[2])));

    private static async Task<BlobRef> StoreAsync(IBlobStore blobs, byte[] bytes) =>
        await blobs.CommitAsync(await blobs.StageAsync(new MemoryStream(bytes)));
}
