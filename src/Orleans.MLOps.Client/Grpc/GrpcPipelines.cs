using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Orleans.MLOps.Client.Grpc;

/// <summary>The Polly pipelines of a client. All share one circuit breaker, because they ask the same platform.</summary>
internal sealed class GrpcPipelines
{
    private readonly GrpcClientOptions options;
    private readonly TimeProvider clock;
    private readonly int gateways;

    public GrpcPipelines(GrpcClientOptions options, TimeProvider clock)
    {
        this.options = options;
        this.clock = clock;
        gateways = options.Gateways.Count;
        var breaker = Breaker();
        Once = OnceAround(breaker);
        Streams = RepeatAround(breaker);
        Repeat = Builder().AddTimeout(options.TotalTimeout).AddPipeline(Streams).Build();
        RepeatLong = Builder().AddTimeout(options.LongTotalTimeout).AddPipeline(Streams).Build();
    }

    /// <summary>For what is sent once: it only leaves gateways that cannot be reached.</summary>
    public ResiliencePipeline Once { get; }

    /// <summary>For what may be repeated, bounded in all.</summary>
    public ResiliencePipeline Repeat { get; }

    /// <summary>The same for calls that read whole datasets.</summary>
    public ResiliencePipeline RepeatLong { get; }

    /// <summary>For streams that may be repeated; how long they take depends on their length, so nothing bounds it.</summary>
    public ResiliencePipeline Streams { get; }

    private ResiliencePipelineBuilder Builder() => new() { TimeProvider = clock };

    private ResiliencePipeline Breaker()
    {
        var builder = Builder();
        if (options.CircuitBreaker is { } breaker)
        {
            builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<UnavailableException>(),
                FailureRatio = breaker.FailureRatio,
                MinimumThroughput = breaker.MinimumCalls,
                SamplingDuration = breaker.Window,
                BreakDuration = breaker.Pause,
            });
        }

        return builder.Build();
    }

    private ResiliencePipeline OnceAround(ResiliencePipeline breaker)
    {
        var builder = Builder();
        if (gateways > 1)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<UnavailableException>(GrpcErrors.WasNeverSent),
                MaxRetryAttempts = gateways - 1,
                Delay = TimeSpan.Zero,
            });
        }

        return builder.AddPipeline(breaker).Build();
    }

    private ResiliencePipeline RepeatAround(ResiliencePipeline breaker)
    {
        var builder = Builder();
        if (options.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<UnavailableException>().Handle<TimeoutException>().Handle<BrokenCircuitException>(),
                MaxRetryAttempts = options.Retries,
                Delay = options.RetryDelay,
                MaxDelay = options.PauseLimit,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                DelayGenerator = DelayBeforeRepeat,
            });
        }

        builder.AddPipeline(breaker);
        options.ConfigureResilience?.Invoke(builder);
        return builder.Build();
    }

    // Another gateway can be asked at once; when all have been asked, the usual pauses hold.
    private ValueTask<TimeSpan?> DelayBeforeRepeat(RetryDelayGeneratorArguments<object> attempt) => ValueTask.FromResult<TimeSpan?>(
        attempt.AttemptNumber < gateways - 1 && attempt.Outcome.Exception is { } error && GrpcErrors.WasNeverSent(error) ? TimeSpan.Zero : null);
}
