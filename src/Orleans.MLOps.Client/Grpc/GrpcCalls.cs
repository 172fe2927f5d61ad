using Google.Protobuf;
using Grpc.Core;
using Polly;
using Polly.Retry;

namespace Orleans.MLOps.Client.Grpc;

/// <summary>Makes unary calls with deadline, size check, typed errors and, where a repeat is safe, retries.</summary>
internal sealed class GrpcCalls(GrpcClientOptions options)
{
    private readonly ResiliencePipeline retries = BuildPipeline(options);

    /// <summary>A call that may be made again when the platform was unavailable.</summary>
    public Task<TReply> RepeatAsync<TRequest, TReply>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TReply>> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : class, IMessage =>
        RepeatAsync(method, request, options.Timeout, cancellationToken);

    /// <summary>The same for a call that reads whole datasets.</summary>
    public Task<TReply> RepeatLongAsync<TRequest, TReply>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TReply>> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : class, IMessage =>
        RepeatAsync(method, request, options.LongTimeout, cancellationToken);

    /// <summary>A call that is made once.</summary>
    public Task<TReply> OnceAsync<TRequest, TReply>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TReply>> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : class, IMessage =>
        OnceAsync(method, request, options.Timeout, cancellationToken);

    /// <summary>Refuses a message that the other side would not accept.</summary>
    /// <exception cref="ResourceExhaustedException">It is too large.</exception>
    public void CheckSize(IMessage message)
    {
        var size = message.CalculateSize();
        if (size > options.MaxMessageBytes)
        {
            throw new ResourceExhaustedException(
                $"{message.Descriptor.Name} is {size} bytes: at most {options.MaxMessageBytes} ({nameof(GrpcClientOptions.MaxMessageBytes)}) fit one message; send smaller batches.",
                message.Descriptor.Name);
        }
    }

    private async Task<TReply> RepeatAsync<TRequest, TReply>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TReply>> method, TRequest request, TimeSpan timeout, CancellationToken cancellationToken)
        where TRequest : class, IMessage =>
        await retries.ExecuteAsync(
            static async (state, token) =>
                await state.Calls.OnceAsync(state.Method, state.Request, state.Timeout, token).ConfigureAwait(false),
            (Calls: this, Method: method, Request: request, Timeout: timeout),
            cancellationToken).ConfigureAwait(false);

    private async Task<TReply> OnceAsync<TRequest, TReply>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TReply>> method, TRequest request, TimeSpan timeout, CancellationToken cancellationToken)
        where TRequest : class, IMessage
    {
        CheckSize(request);
        try
        {
            var deadline = TimeProvider.System.GetUtcNow().UtcDateTime + timeout;
            return await method(request, new(deadline: deadline, cancellationToken: cancellationToken)).ConfigureAwait(false);
        }
        catch (RpcException error)
        {
            throw GrpcErrors.ToTyped(error, cancellationToken);
        }
    }

    private static ResiliencePipeline BuildPipeline(GrpcClientOptions options)
    {
        var builder = new ResiliencePipelineBuilder();
        if (options.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<UnavailableException>(),
                MaxRetryAttempts = options.Retries,
                Delay = options.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            });
        }

        options.ConfigureResilience?.Invoke(builder);
        return builder.Build();
    }
}
