using System.Collections.Concurrent;
using System.Security.Cryptography;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Monitoring;
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
        if (version.Status != ModelVersionStatus.Ready)
        {
            throw new FailedPreconditionException(
                $"Version {key.Version} of model '{key.Model}' may not serve: its export differs from the trained network by up to {version.Parity.MaxAbsoluteDifference:g3}.", "version");
        }

        var onnx = await ReadAsync(version.Onnx);
        var reference = version.Reference is null ? null : MonitoringReference.FromBytes(await ReadAsync(version.Reference));
        try
        {
            return new LoadedModel(version, onnx, reference);
        }
        catch (InvalidDataException error)
        {
            throw new DataLossException($"Version {key.Version} of model '{key.Model}' cannot be loaded: {error.Message}", inner: error);
        }
    }

    private async Task<byte[]> ReadAsync(BlobRef blob)
    {
        await using var stream = await blobs.OpenReadAsync(blob.Digest);
        var bytes = new byte[blob.Length];
        var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false);
        var digest = Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, read)));
        return digest == blob.Digest
            ? bytes
            : throw new DataLossException($"Blob {blob.Digest} holds other bytes: their SHA-256 is {digest}.");
    }
}
