using Orleans.Storage;

namespace Orleans.MLOps.Grains.Platform;

/// <summary>Writes a grain's state. After a failed write the outcome is unknown, so the activation ends and the next one reads what is stored.</summary>
internal static class StateWriter
{
    /// <exception cref="UnavailableException">The state could not be written; the caller may repeat the command.</exception>
    public static async Task WriteAsync<T>(IGrainBase grain, IPersistentState<T> state)
    {
        try
        {
            await state.WriteStateAsync();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            grain.DeactivateOnIdle();
            var cause = error is InconsistentStateException ? "another activation has written it" : error.Message;
            throw new UnavailableException($"The state of {grain.GrainContext.GrainId} could not be written: {cause}", inner: error);
        }
    }
}
