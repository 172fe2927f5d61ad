using System.Collections.Concurrent;

namespace Orleans.MLOps.Cluster.Tests.Support;

/// <summary>One caller a gateway, with the SDK's defaults, that predicts all the time until it is disposed.</summary>
internal sealed class SteadyPredictions : IAsyncDisposable
{
    private readonly CancellationTokenSource _end;
    private readonly Task[] _callers;
    private readonly ConcurrentQueue<string> _failures = new();
    private long _answered;

    public SteadyPredictions(Traffic traffic, IReadOnlyList<Uri> gateways, CancellationToken cancellationToken)
    {
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _callers = [.. gateways.Select(gateway => Task.Run(() => CallAsync(gateway, traffic.Repeating(gateway)), CancellationToken.None))];
    }

    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>Fails with what the first failure said.</summary>
    public void RequireAllAnswered()
    {
        Assert.True(_failures.IsEmpty, $"{_failures.Count} of {Answered} predictions failed, the first: {_failures.FirstOrDefault()}");
        Assert.True(Answered > 0, "no prediction was answered");
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_callers);
        _end.Dispose();
    }

    private async Task CallAsync(Uri gateway, Traffic traffic)
    {
        using (traffic)
        {
            while (!_end.IsCancellationRequested)
            {
                try
                {
                    await traffic.PredictAsync(Traffic.Hot, _end.Token);
                    Interlocked.Increment(ref _answered);
                    await Task.Delay(10, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
                catch (Exception error)
                {
                    if (!_end.IsCancellationRequested)
                    {
                        _failures.Enqueue($"at {gateway}: {error.GetType().Name}: {error.Message}");
                    }
                }
            }
        }
    }
}
