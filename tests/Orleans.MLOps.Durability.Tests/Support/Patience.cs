namespace Orleans.MLOps.Durability.Tests.Support;

/// <summary>Waits for conditions, and says what it waited for when they do not come.</summary>
internal static class Patience
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    /// <summary>The first value that satisfies the condition.</summary>
    public static async Task<T> UntilAsync<T>(string what, Func<Task<T>> look, Func<T, bool> condition, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var value = await look();
            if (condition(value))
            {
                return value;
            }

            if (TimeProvider.System.GetElapsedTime(started) > Longest)
            {
                Assert.Fail($"Waited {Longest.TotalSeconds:f0} s for: {what}. Last seen: {value}");
            }

            await Task.Delay(LookEvery, cancellationToken);
        }
    }

    /// <summary>The task's end.</summary>
    public static async Task ForAsync(string what, Task task, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(Longest, cancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Waited {Longest.TotalSeconds:f0} s for: {what}.");
        }
    }
}
