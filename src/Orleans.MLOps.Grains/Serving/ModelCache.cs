using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>The model versions this silo has loaded. One is loaded once, however many ask for it, and unloaded when nobody holds a lease of it.</summary>
internal sealed class ModelCache(ModelLoader loader)
{
    private readonly Dictionary<ModelVersionKey, Entry> _models = [];

    /// <summary>Versions that are loaded or being loaded.</summary>
    public int Count
    {
        get
        {
            lock (_models)
            {
                return _models.Count;
            }
        }
    }

    /// <exception cref="MLOpsException">The version cannot be loaded.</exception>
    public async Task<ModelLease> LeaseAsync(ModelVersionKey key)
    {
        Entry entry;
        lock (_models)
        {
            if (!_models.TryGetValue(key, out entry!))
            {
                _models[key] = entry = new Entry(new Lazy<Task<LoadedModel>>(() => loader.LoadAsync(key)));
            }

            entry.Leases++;
        }

        try
        {
            return new ModelLease(await entry.Model.Value, () => Release(key, entry));
        }
        catch
        {
            Release(key, entry);
            throw;
        }
    }

    /// <summary>All versions of an endpoint: its variants in their order, then its shadow if it has one.</summary>
    /// <exception cref="MLOpsException">A version cannot be loaded; then none is leased.</exception>
    public async Task<ModelLease[]> LeaseAllAsync(EndpointInfo endpoint)
    {
        int[] versions = [.. endpoint.Variants.Select(variant => variant.Version), .. endpoint.Shadow is { } shadow ? [shadow.Version] : Array.Empty<int>()];
        Task<ModelLease>[] loading = [.. versions.Select(version => LeaseAsync(new ModelVersionKey(endpoint.Project, endpoint.Model, version)))];
        try
        {
            return await Task.WhenAll(loading);
        }
        catch
        {
            foreach (var lease in loading.Where(task => task.IsCompletedSuccessfully))
            {
                lease.Result.Dispose();
            }

            throw;
        }
    }

    private void Release(ModelVersionKey key, Entry entry)
    {
        lock (_models)
        {
            if (--entry.Leases > 0)
            {
                return;
            }

            _models.Remove(key);
        }

        if (entry.Model.Value.IsCompletedSuccessfully)
        {
            entry.Model.Value.Result.Dispose();
        }
    }

    private sealed class Entry(Lazy<Task<LoadedModel>> model)
    {
        public Lazy<Task<LoadedModel>> Model { get; } = model;

        public int Leases { get; set; }
    }
}
