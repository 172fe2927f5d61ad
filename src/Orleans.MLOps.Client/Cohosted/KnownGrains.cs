using System.Collections.Concurrent;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Client.Cohosted;

/// <summary>
/// References to grains by interface and key. The factory reads an interface's attributes anew for every reference, which is dearer than
/// sending the call; here each interface is asked for once.
/// </summary>
internal sealed class KnownGrains(IGrainFactory grains, ILocalInference? local = null)
{
    private readonly ConcurrentDictionary<Type, (GrainType Grain, GrainInterfaceType Interface)> _types = new();

    /// <summary>The inference of a silo in this process; null in a client of its own.</summary>
    public ILocalInference? Local => local;

    public TGrain Get<TGrain>(string key) where TGrain : IGrainWithStringKey
    {
        if (_types.TryGetValue(typeof(TGrain), out var types))
        {
            return (TGrain)grains.GetGrain(GrainId.Create(types.Grain, key), types.Interface);
        }

        var found = grains.GetGrain<TGrain>(key);
        if (found is GrainReference reference)
        {
            _types[typeof(TGrain)] = (reference.GrainId.Type, reference.InterfaceType);
        }

        return found;
    }
}
