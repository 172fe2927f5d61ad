using Google.Protobuf;
using Grpc.Core;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Orleans.MLOps.Client.Grpc;

/// <summary>
/// Makes calls with deadline, size check, typed errors and, where a repeat is safe, retries. The rule: <c>Repeat</c> is for reads, for
/// commands that carry an operation id or the id of what they create, and for commands that set a state; whatever appends or removes
/// tags, which must be there, and whatever is recorded once more when it is asked once more, goes through <c>Once</c>.
/// </summary>
internal sealed class GrpcCalls(GrpcClientOptions options, TimeProvider clock)
{
    private readonly GrpcPipelines pipelines = new(options, clock);

    /// <summary>A call that may be made again when the platform was unavailable or did not answer in time.</summary>
    public Task<TReply> RepeatAsync<TRequest, TReply>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TReply>> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : class, IMessage =>
        RepeatAsync(pipelines.Repeat, method, request, options.Timeout, cancellationToken);

    /// <summary>The same for a call that reads whole datasets.</summary>
    public Task<TReply> RepeatLongAsync<TRequest, TReply>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TReply>> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : class, IMessage =>
        RepeatAsync(pipelines.RepeatLong, method, request, options.LongTimeout, cancellationToken);

    /// <summary>A prediction: its name keeps a repeat from being recorded once more.</summary>
    public Task<TReply> PredictAsync<TRequest, TReply>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TReply>> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : class, IMessage =>
        options.RepeatPredictions ? RepeatAsync(method, request, cancellationToken) : OnceAsync(method, request, cancellationToken);

    /// <summary>A call that is sent once.</summary>
    public Task<TReply> OnceAsync<TRequest, TReply>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TReply>> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : class, IMessage
    {
        CheckSize(request);
        return RunAsync(
            pipelines.Once,
            static (state, token) => SendAsync(state.Method, state.Request, state.Deadline, token),
            (Method: method, Request: request, Deadline: Deadline(options.Timeout)),
            cancellationToken);
    }

    /// <summary>A stream that may be sent again as a whole.</summary>
    public Task<TReply> StreamAsync<TReply>(Func<CancellationToken, Task<TReply>> stream, CancellationToken cancellationToken) => RunAsync(
        pipelines.Streams,
        static async (state, token) => await state(token).ConfigureAwait(false),
        stream,
        cancellationToken);

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

    private Task<TReply> RepeatAsync<TRequest, TReply>(
        ResiliencePipeline pipeline,
        Func<TRequest, CallOptions, AsyncUnaryCall<TReply>> method,
        TRequest request,
        TimeSpan timeout,
        CancellationToken cancellationToken)
        where TRequest : class, IMessage
    {
        CheckSize(request);
        return RunAsync(
            pipeline,
            static (state, token) => SendAsync(state.Method, state.Request, Deadline(state.Timeout), token),
            (Method: method, Request: request, Timeout: timeout),
            cancellationToken);
    }

    private async Task<TReply> RunAsync<TState, TReply>(
        ResiliencePipeline pipeline, Func<TState, CancellationToken, ValueTask<TReply>> attempt, TState state, CancellationToken cancellationToken)
    {
        try
        {
            return await pipeline.ExecuteAsync(attempt, state, cancellationToken).ConfigureAwait(false);
        }
        catch (BrokenCircuitException error)
        {
            throw new UnavailableException(
                $"The platform at {string.Join(", ", options.Gateways)} was unavailable too often, so calls are held back; the next one goes out in {error.RetryAfter?.TotalSeconds ?? 0:0.0} s. Last: {error.InnerException?.Message}",
                "circuit",
                error);
        }
        catch (TimeoutRejectedException error)
        {
            throw new TimeoutException($"The call did not succeed within {error.Timeout}, all repeats together.", error);
        }
    }

    private static async ValueTask<TReply> SendAsync<TRequest, TReply>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TReply>> method, TRequest request, DateTime deadline, CancellationToken cancellationToken)
    {
        try
        {
            return await method(request, new(deadline: deadline, cancellationToken: cancellationToken)).ConfigureAwait(false);
        }
        catch (RpcException error)
        {
            throw GrpcErrors.ToTyped(error, cancellationToken);
        }
    }

    private static DateTime Deadline(TimeSpan timeout) => TimeProvider.System.GetUtcNow().UtcDateTime + timeout;
}
