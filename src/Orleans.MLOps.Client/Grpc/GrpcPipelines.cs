using Orleans.MLOps.Client.Resilience;
using Polly;
using Polly.CircuitBreaker;
using Polly.Hedging;
using Polly.Retry;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Grpc;

/// <summary>The Polly pipelines of a client. All share one circuit breaker, because they ask the same platform.</summary>
internal sealed class GrpcPipelines
{
    /// <summary>Whether an attempt is the second one beside another.</summary>
    public static readonly ResiliencePropertyKey<bool> IsHedge = new("mlops.is-hedge");

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
        Hedged = options.Hedging is { } hedging ? HedgedWithin(Repeat, hedging) : null;
        RepeatLong = Builder().AddTimeout(options.LongTotalTimeout).AddPipeline(Streams).Build();
    }

    /// <summary>For what is sent once: it only leaves gateways that cannot be reached.</summary>
    public ResiliencePipeline Once { get; }

    /// <summary>For what may be repeated, bounded in all.</summary>
    public ResiliencePipeline Repeat { get; }

    /// <summary>The same for inferences whose tries get a second attempt when they take long; null when they do not.</summary>
    public ResiliencePipeline<W.InferReply>? Hedged { get; }

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

    /// <summary>Breaker and retry see the outcome of both attempts together: the answer that came first, otherwise how the first one failed.</summary>
    private ResiliencePipeline<W.InferReply> HedgedWithin(ResiliencePipeline repeat, HedgingOptions hedging) =>
        new ResiliencePipelineBuilder<W.InferReply> { TimeProvider = clock }
            .AddPipeline(repeat)
            .AddHedging(new HedgingStrategyOptions<W.InferReply>
            {
                ShouldHandle = new PredicateBuilder<W.InferReply>().Handle<UnavailableException>().Handle<TimeoutException>().Handle<FailedPreconditionException>(error => error.Field == GrpcCalls.Recorded),
                MaxHedgedAttempts = 1,
                Delay = hedging.Delay,
                ActionGenerator = static attempt =>
                {
                    attempt.ActionContext.Properties.Set(IsHedge, true);
                    return () => attempt.Callback(attempt.ActionContext);
                },
            })
            .Build();

    // Another gateway can be asked at once; when all have been asked, the usual pauses hold.
    private ValueTask<TimeSpan?> DelayBeforeRepeat(RetryDelayGeneratorArguments<object> attempt) => ValueTask.FromResult<TimeSpan?>(
        attempt.AttemptNumber < gateways - 1 && attempt.Outcome.Exception is { } error && GrpcErrors.WasNeverSent(error) ? TimeSpan.Zero : null);
}
