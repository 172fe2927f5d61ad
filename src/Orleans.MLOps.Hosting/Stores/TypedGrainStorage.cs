using Orleans.Storage;

namespace Orleans.MLOps.Hosting.Stores;

/// <summary>Turns what a database driver throws into the platform's error, which every caller understands and which travels between silos.</summary>
internal sealed class TypedGrainStorage(IGrainStorage inner) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        TranslateAsync(inner.ReadStateAsync(stateName, grainId, grainState), "read", grainId);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        TranslateAsync(inner.WriteStateAsync(stateName, grainId, grainState), "written", grainId);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        TranslateAsync(inner.ClearStateAsync(stateName, grainId, grainState), "cleared", grainId);

    private static async Task TranslateAsync(Task work, string done, GrainId grainId)
    {
        try
        {
            await work;
        }
        catch (Exception error) when (error is not (InconsistentStateException or MLOpsException or OperationCanceledException))
        {
            throw new UnavailableException($"The state of {grainId} could not be {done}: {error.Message}", "state", error);
        }
    }
}
