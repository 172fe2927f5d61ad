using Orleans.Storage;

namespace Orleans.MLOps.Grains.Platform;

/// <summary>
/// Writes a grain's state. After a storage error nobody knows what is stored, so the activation ends and the next call reads the truth.
/// Writes of one activation are put in a row, because background work of a grain may want to save while a turn does.
/// </summary>
internal sealed class StateWriter<TState>(IGrainBase grain, IPersistentState<TState> state)
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <exception cref="UnavailableException">Storage failed; whether the state was written is unknown.</exception>
    public Task WriteAsync() => InTurnAsync(() => state.WriteStateAsync(), "written");

    private async Task InTurnAsync(Func<Task> work, string doing)
    {
        await _turn.WaitAsync();
        try
        {
            await work();
        }
        catch (Exception error) when (error is not MLOpsException)
        {
            grain.DeactivateOnIdle();
            var why = error is InconsistentStateException ? "another activation wrote it" : error.Message;
            throw new UnavailableException($"The state of {grain.GrainContext.GrainId} could not be {doing}: {why}. Repeat the call.", inner: error);
        }
        finally
        {
            _turn.Release();
        }
    }
}
