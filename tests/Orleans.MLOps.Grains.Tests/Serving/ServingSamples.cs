using Orleans.MLOps.Features;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Tests.Serving;

/// <summary>A small network, models of it, and requests for them.</summary>
internal static class ServingSamples
{
    public static readonly DateTimeOffset Now = new(2001, 2, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly TabularNetworkSpec Network = new()
    {
        Numeric = [new NumericInput { Name = "x", Mean = 0, Scale = 1 }],
        Categorical = [new CategoricalInput { Name = "c", Vocabulary = ["a", "b"], EmbeddingSize = 2 }],
        Hidden = [4],
    };

    public static readonly SignatureColumn[] Signature = [new() { Name = "x" }, new() { Name = "c", Categorical = true }];

    public static readonly FeatureViewDefinition View = new()
    {
        Name = "view",
        Sql = "SELECT 1",
        RowId = "id",
        EventTime = "asked",
        Label = "late",
        LabelAvailableAt = "known",
        Windows = [new WindowFeature { Name = "rate", Aggregate = WindowAggregate.Mean, Column = "late", Key = "c", Length = TimeSpan.FromHours(1) }],
    };

    public static TabularModel Load(int version, long seed = 1) => new(
        new ModelVersionInfo
        {
            Project = "default",
            Model = "m",
            Version = version,
            Onnx = new() { Digest = "onnx", Length = 1 },
            Weights = new() { Digest = "weights", Length = 1 },
            NetworkJson = Network.ToJson(),
            Signature = Signature,
            Digest = "digest",
            Parity = new ParityRecord { Passed = true },
        },
        OnnxExporter.Export(Network, WeightInitializer.Create(Network, seed)));

    public static PredictRequest Request(string endpoint, double[] x, string[] c, params DateTimeOffset[] times) => new()
    {
        Endpoint = endpoint,
        Columns = [Numbers("x", x), Texts("c", c)],
        EventTimes = times,
    };

    public static FeatureColumn Numbers(string name, params double[] values) => new() { Name = name, Numbers = values };

    public static FeatureColumn Texts(string name, params string[] values) => new() { Name = name, Texts = values };

    public static long Microseconds(DateTimeOffset time) => TableValue.ToMicroseconds(time);
}
