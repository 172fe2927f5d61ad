using System.Text;
using Orleans.MLOps.Durability.Tests.Support;

namespace Orleans.MLOps.Durability.Tests.Driving;

/// <summary>
/// Does one kind of work against the platform, operation by operation as its own random numbers say, and keeps the journal of
/// what was acknowledged. The operation under way when the node dies is uncertain: it may be there whole or not at all.
/// </summary>
internal abstract class Driver(string name, int seed)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _reached = new();
    private int _left;

    public string Name { get; } = name;

    /// <summary>Kills that came while an operation was under way.</summary>
    public int Interrupted { get; private set; }

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected Random Random { get; } = new(seed ^ Encoding.UTF8.GetBytes(name).Aggregate(17, (hash, next) => unchecked((hash * 31) + next)));

    /// <summary>Whether an operation has begun that is not acknowledged.</summary>
    protected bool IsUnderWay { get; private set; }

    /// <summary>What the journal holds, in short.</summary>
    public abstract string Summary { get; }

    /// <summary>Makes what the driver needs, undisturbed.</summary>
    public virtual Task PrepareAsync(IMlopsClient client) => Task.CompletedTask;

    /// <summary>Finds out what became of the uncertain operation and compares everything acknowledged with what the platform says.</summary>
    public abstract Task VerifyAsync(IMlopsClient client);

    /// <summary>Completes when this many operations more have begun.</summary>
    public Task WhenBegunAsync(int operations)
    {
        lock (_gate)
        {
            _reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _left = operations;
            return _reached.Task;
        }
    }

    /// <summary>Works until the life ends.</summary>
    public async Task RunAsync(Life life)
    {
        try
        {
            await BeginLifeAsync(life.Client);
            while (!life.IsEnding)
            {
                await StepAsync(life.Client);
            }
        }
        catch (UnavailableException) when (life.IsEnding)
        {
            Interrupted += IsUnderWay ? 1 : 0;
        }
        finally
        {
            await EndLifeAsync();
        }
    }

    protected virtual Task BeginLifeAsync(IMlopsClient client) => Task.CompletedTask;

    protected virtual ValueTask EndLifeAsync() => ValueTask.CompletedTask;

    protected abstract Task StepAsync(IMlopsClient client);

    protected void Begin()
    {
        IsUnderWay = true;
        lock (_gate)
        {
            if (--_left == 0)
            {
                _reached.SetResult();
            }
        }
    }

    protected void Acknowledge() => IsUnderWay = false;

    protected string NextId() => Convert.ToHexStringLower(NextBytes(16));

    protected byte[] NextBytes(int count)
    {
        var bytes = new byte[count];
        Random.NextBytes(bytes);
        return bytes;
    }
}
