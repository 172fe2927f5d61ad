using Orleans.MLOps.Grains.Serving.Tensors;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>A model version in memory, ready to answer.</summary>
internal abstract class LoadedModel(ModelVersionInfo version) : IDisposable
{
    public ModelVersionInfo Version { get; } = version;

    /// <summary>What it takes and gives as tensors.</summary>
    public abstract TensorSignature Signature { get; }

    /// <summary>What runs it, by Triton's names.</summary>
    public abstract string Platform { get; }

    /// <summary>Whether rows of several requests may go to the engine together.</summary>
    public abstract bool Batchable { get; }

    /// <summary>Whether a small call is shorter than what a change of threads costs a caller.</summary>
    public abstract bool RunsShort { get; }

    /// <summary>Computes requests of this model together, in one call of the engine; each then has what is its own, or none has.</summary>
    /// <exception cref="ArgumentException">The engine cannot compute one of them.</exception>
    public abstract void Compute(IReadOnlyList<QueuedRequest> batch);

    public abstract void Dispose();
}
