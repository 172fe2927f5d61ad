using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Serving.Tensors;

/// <summary>A general model: tensors in, tensors out.</summary>
internal sealed class TensorModel : LoadedModel
{
    /// <summary>The engine's own; the caller's thread is given to calls that are expected to be shorter.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromMicroseconds(200);

    /// <summary>A model that takes longer for next to nothing keeps others from being loaded.</summary>
    private static readonly TimeSpan LongestTrial = TimeSpan.FromSeconds(30);

    public TensorModel(ModelVersionInfo version, IModelEngine engine)
        : base(version)
    {
        Engine = engine;
        Signature = TensorEngines.SignatureOf(engine);
        var trial = Try(engine);
        Batchable = trial.Independent;
        RunsShort = trial.RunTime > TimeSpan.Zero && trial.RunTime < Short || version.Builtin is Builtins.Echo;
    }

    public IModelEngine Engine { get; }

    public override TensorSignature Signature { get; }

    public override string Platform => Version.Builtin is not null ? "builtin" : Version.Onnx is not null ? "onnxruntime_onnx" : "pytorch_libtorch";

    public override bool Batchable { get; }

    public override bool RunsShort { get; }

    public override void Compute(IReadOnlyList<QueuedRequest> batch) => TensorBatch.Compute(Engine, batch);

    public override void Dispose() => Engine.Dispose();

    private static RowIndependence Try(IModelEngine engine)
    {
        try
        {
            return RowIndependence.Of(engine, LongestTrial);
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }
}
