using Orleans.MLOps.Client.Models.Packages;
using Orleans.MLOps.Client.Resilience;
using Orleans.MLOps.Features;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Serving.Typed;

namespace Orleans.MLOps.Client.Serving;

/// <summary>A packaged network of the platform, which takes columns; as tensors each of them is one.</summary>
internal sealed class EmbeddedColumns : IEmbeddedCore
{
    private readonly TabularScorer scorer;
    private readonly FeatureLayout layout;
    private readonly Lock gate = new();
    private EmbeddedTelemetry? telemetry;

    private EmbeddedColumns(SignatureColumn[] signature, TabularScorer scorer)
    {
        this.scorer = scorer;
        layout = FeatureLayout.Create(signature, null);
        Tensors = TabularTensors.SignatureOf(signature, recorded: false);
    }

    public TensorSignature Tensors { get; }

    /// <exception cref="ArgumentException">The network's specification is not valid.</exception>
    /// <exception cref="InvalidDataException">The bytes are no model that can run, or one of another network's inputs.</exception>
    /// <exception cref="InvalidInputException">The manifest's signature is not the network's.</exception>
    public static EmbeddedColumns Open(ModelPackageManifest manifest, byte[] onnx)
    {
        var network = TabularNetworkSpec.Parse(manifest.NetworkJson!);
        RequireSignature(manifest, network);
        return new(manifest.Signature, new TabularScorer(network, onnx));
    }

    public double[] Predict(FeatureColumn[] columns)
    {
        var reporter = Volatile.Read(ref telemetry);
        var started = reporter?.Start() ?? 0;
        var bound = ColumnBinder.Bind(layout, columns);
        var probabilities = Array.ConvertAll(scorer.Score(bound.Numeric, bound.Categorical, bound.Rows), probability => (double)probability);
        reporter?.Offer(bound, probabilities, started);
        return probabilities;
    }

    public Tensor[] Infer(Tensor[] inputs, string[] outputs) => [InputTensors.Numbers(TabularTensors.Probability, Predict(TabularTensors.ToColumns(inputs)))];

    public EmbeddedTelemetry Attach(IServingClient serving, ReportPredictions head, EmbeddedTelemetryOptions options, ProcessEnd process)
    {
        lock (gate)
        {
            if (telemetry is not null)
            {
                throw new FailedPreconditionException($"The model reports already: dispose the {nameof(EmbeddedTelemetry)} before.", "telemetry");
            }

            return telemetry = new EmbeddedTelemetry(serving, head, layout, options, ended => Interlocked.CompareExchange(ref telemetry, null, ended), process);
        }
    }

    public void Dispose() => scorer.Dispose();

    /// <summary>Columns are bound by the signature and encoded by the network, so both must name the same ones in the same order.</summary>
    private static void RequireSignature(ModelPackageManifest manifest, TabularNetworkSpec network)
    {
        SignatureColumn[] needed = [.. network.Numeric.Select(input => new SignatureColumn { Name = input.Name }), .. network.Categorical.Select(input => new SignatureColumn { Name = input.Name, Categorical = true })];
        SignatureColumn[] given = [.. manifest.Signature.OrderBy(column => column.Categorical)];
        if (!given.SequenceEqual(needed))
        {
            throw new InvalidInputException(
                $"The signature of {manifest.Title} has the inputs {Names(given)}; its network takes {Names(needed)}.", ModelPackageFormat.Manifest);
        }
    }

    private static string Names(SignatureColumn[] columns) => string.Join(", ", columns.Select(column => $"'{column.Name}' ({(column.Categorical ? "text" : "number")})"));
}
