using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Models;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Serving.Tensors;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>Loads model versions. Bytes are checked against their digest before they are trusted, and opened on a thread that gives way to answers.</summary>
internal sealed class ModelLoader(IBlobStore blobs, IGrainFactory grains, TorchScriptPolicy torchScript, Builtins builtins)
{
    /// <exception cref="FailedPreconditionException">The version may not serve.</exception>
    /// <exception cref="DataLossException">Its bytes are missing or cannot be opened.</exception>
    public async Task<LoadedModel> LoadAsync(ModelVersionKey key)
    {
        var version = await grains.GetGrain<IModelGrain>(new ModelKey(key.Project, key.Model).ToString()).GetVersion(key.Version);
        version.RequireServable("version");
        torchScript.Require(version.TorchScript);
        var served = version.Onnx ?? version.TorchScript;
        var bytes = served is null ? [] : await blobs.ReadOwnAsync(served.Digest, $"version {key.Version} of model '{key.Model}'");
        try
        {
            return await ModelLoading.RunAsync(() => Open(version, bytes));
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentException)
        {
            throw new DataLossException($"Version {key.Version} of model '{key.Model}' cannot be loaded: {error.Message}", inner: error);
        }
    }

    private LoadedModel Open(ModelVersionInfo version, byte[] bytes) =>
        version.Weights is not null ? new TabularModel(version, bytes) : new TensorModel(version, TensorEngines.Open(version, bytes, builtins));
}
