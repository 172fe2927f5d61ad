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

    public abstract void Dispose();
}
