namespace Orleans.MLOps.Grains.Platform;

/// <summary>Puts a grain's state writes in a row where its turns interleave; storage takes one write at a time. Use it from the grain's own turns only.</summary>
internal sealed class WriteQueue
{
    private Task _last = Task.CompletedTask;

    public Task RunAsync(Func<Task> write) => _last = AfterAsync(_last, write);

    private static async Task AfterAsync(Task previous, Func<Task> write)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        await write();
    }
}
