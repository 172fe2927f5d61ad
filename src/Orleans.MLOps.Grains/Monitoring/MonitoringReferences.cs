using System.Collections.Concurrent;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>The references of model versions, read once a silo: versions never change.</summary>
internal sealed class MonitoringReferences(IBlobStore blobs, IGrainFactory grains)
{
    private readonly ConcurrentDictionary<ModelVersionKey, MonitoringReference> _references = new();

    /// <summary>What drift of a version is measured against; <see cref="MonitoringReference.None"/> when it was registered without one.</summary>
    public async ValueTask<MonitoringReference> GetAsync(ModelVersionKey key)
    {
        if (_references.TryGetValue(key, out var known))
        {
            return known;
        }

        var version = await grains.GetGrain<IModelGrain>(new ModelKey(key.Project, key.Model).ToString()).GetVersion(key.Version);
        return _references[key] = version.Reference is { } reference
            ? MonitoringReference.FromBytes(await blobs.ReadOwnAsync(reference.Digest, $"version {key.Version} of model '{key.Model}'"))
            : MonitoringReference.None;
    }
}
