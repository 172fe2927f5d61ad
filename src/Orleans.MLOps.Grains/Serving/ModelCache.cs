using System.Collections.Concurrent;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Models;
using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>The model versions this silo has loaded. Bytes are checked against their digest before they are trusted.</summary>
internal sealed class ModelCache(IBlobStore blobs, IGrainFactory grains)
{
    private readonly ConcurrentDictionary<ModelVersionKey, Lazy<Task<LoadedModel>>> _models = new();

    public async Task<LoadedModel> GetAsync(ModelVersionKey key)
    {
        var model = _models.GetOrAdd(key, static (key, cache) => new(() => cache.LoadAsync(key)), this);
        try
        {
            return await model.Value;
        }
        catch
        {
            _models.TryRemove(KeyValuePair.Create(key, model));
            throw;
        }
    }

    private async Task<LoadedModel> LoadAsync(ModelVersionKey key)
    {
        var version = await grains.GetGrain<IModelGrain>(new ModelKey(key.Project, key.Model).ToString()).GetVersion(key.Version);
        var served = version.RequireServable("version");
        var owner = $"version {key.Version} of model '{key.Model}'";
        var onnx = await blobs.ReadOwnAsync(served.Digest, owner);
        var reference = version.Reference is null ? null : MonitoringReference.FromBytes(await blobs.ReadOwnAsync(version.Reference.Digest, owner));
        try
        {
            return new LoadedModel(version, onnx, reference);
        }
        catch (InvalidDataException error)
        {
            throw new DataLossException($"Version {key.Version} of model '{key.Model}' cannot be loaded: {error.Message}", inner: error);
        }
    }
}
