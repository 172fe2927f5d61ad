using Polly;
using Polly.Retry;

namespace Orleans.MLOps.Client.Cohosted;

/// <summary>
/// Makes grain calls: repeats those that are idempotent while a silo is away, and gives Orleans' errors the SDK's types. Which calls
/// are idempotent is the same as over gRPC. A filter would see the grain calls of the whole process instead of the SDK's alone.
/// </summary>
internal sealed class GrainCalls(GrainClientOptions options, TimeProvider clock)
{
    private static readonly ResiliencePropertyKey<long> Start = new("mlops.start");
    private readonly ResiliencePipeline repeats = BuildPipeline(options, clock);

    /// <summary>A read, a command that carries an id, or a command that sets a state.</summary>
    public async Task<T> RepeatAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        context.Properties.Set(Start, clock.GetTimestamp());
        try
        {
            return await repeats.ExecuteAsync(static async (_, state) => await state().ConfigureAwait(false), context, call).ConfigureAwait(false);
        }
        catch (Exception error) when (error is TimeoutException || GrainErrors.ToPlatform(error) is not null)
        {
            throw GrainErrors.ToPlatform(error) ?? GrainErrors.Away(error);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>The same for a call without a result.</summary>
    public Task RepeatAsync(Func<Task> call, CancellationToken cancellationToken) => RepeatAsync(
        async () =>
        {
            await call().ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <summary>
    /// A call that is sent once: it appends, or the platform records that it was asked. A <see cref="TimeoutException"/> stays what it
    /// is, because the call may have taken effect.
    /// </summary>
    public static async Task<TReply> OnceAsync<TGrain, TRequest, TReply>(
        Func<TGrain, TRequest, CancellationToken, Task<TReply>> call, TGrain grain, TRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await call(grain, request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (GrainErrors.ToPlatform(error) is { } typed)
        {
            throw typed;
        }
    }

    /// <summary>Gives what Orleans throws inside of an answer the SDK's types.</summary>
    public static Task<TReply> Typed<TReply>(Task<TReply> answer) =>
        answer.IsCompletedSuccessfully ? answer : OnceAsync(static (answer, _, _) => answer, answer, answer, CancellationToken.None);

    /// <summary>The same for a call without a result.</summary>
    public static async Task OnceAsync<TGrain, TRequest>(
        Func<TGrain, TRequest, CancellationToken, Task> call, TGrain grain, TRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await call(grain, request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (GrainErrors.ToPlatform(error) is { } typed)
        {
            throw typed;
        }
    }

    private static ResiliencePipeline BuildPipeline(GrainClientOptions options, TimeProvider clock)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = clock };
        if (options.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = attempt => ValueTask.FromResult(
                    attempt.Outcome.Exception is { } error
                    && (error is UnavailableException or TimeoutException || GrainErrors.ToPlatform(error) is UnavailableException)
                    && clock.GetElapsedTime(attempt.Context.Properties.GetValue(Start, 0)) < options.RetryWindow),
                MaxRetryAttempts = options.Retries,
                Delay = options.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            });
        }

        return builder.Build();
    }
}
