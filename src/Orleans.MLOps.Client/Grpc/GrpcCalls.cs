using Google.Protobuf;
using Grpc.Core;
using Orleans.MLOps.Client.Errors;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Grpc;

/// <summary>
/// Makes calls with deadline, size check, typed errors and, where a repeat is safe, retries. The rule: <c>Repeat</c> is for reads, for
/// commands that carry an operation id or the id of what they create, and for commands that set a state; whatever appends or removes
/// tags, which must be there, and whatever is recorded once more when it is asked once more, goes through <c>Once</c>.
/// </summary>
internal sealed class GrpcCalls(GrpcClientOptions options, TimeProvider clock)
{
    /// <summary>The field of the refusal of a second attempt whose answer would be recorded.</summary>
    public const string Recorded = "must_not_record";

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

    /// <summary>Whether inferences that take long get a second attempt.</summary>
    public bool IsHedging => pipelines.Hedged is not null;

    /// <summary>An inference whose tries get a second attempt when they take long; that one may not be recorded.</summary>
    /// <param name="method">Sends attempts to different gateways.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Cancels all attempts.</param>
    public Task<W.InferReply> HedgeAsync(
        Func<W.InferRequest, CallOptions, AsyncUnaryCall<W.InferReply>> method, W.InferRequest request, CancellationToken cancellationToken)
    {
        CheckSize(request);
        return TypedAsync(async () =>
        {
            var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
            try
            {
                return await pipelines.Hedged!.ExecuteAsync(
                    static (attempt, state) => SendAsync(
                        state.Method, attempt.Properties.GetValue(GrpcPipelines.IsHedge, false) ? Unrecorded(state.Request) : state.Request, Deadline(state.Timeout), attempt.CancellationToken),
                    context,
                    (Method: method, Request: request, options.Timeout)).ConfigureAwait(false);
            }
            finally
            {
                ResilienceContextPool.Shared.Return(context);
            }
        });
    }

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

    /// <summary>One message of a session that may be sent again: each attempt is bounded, and all together as those of other calls.</summary>
    public Task<TReply> ExchangeAsync<TReply>(Func<CancellationToken, Task<TReply>> exchange, CancellationToken cancellationToken) => RunAsync(
        pipelines.Repeat,
        static async (state, token) => await BoundAsync(state.Exchange, state.Timeout, token).ConfigureAwait(false),
        (Exchange: exchange, options.Timeout),
        cancellationToken);

    /// <summary>One message of a session that is sent once.</summary>
    public Task<TReply> ExchangeOnceAsync<TReply>(Func<CancellationToken, Task<TReply>> exchange, CancellationToken cancellationToken) =>
        BoundAsync(exchange, options.Timeout, cancellationToken);

    /// <summary>Refuses a message that the other side would not accept.</summary>
    /// <exception cref="ResourceExhaustedException">It is too large.</exception>
    public void CheckSize(IMessage message)
    {
        var size = message.CalculateSize();
        if (size > options.MaxMessageBytes)
        {
            var why = $"{message.Descriptor.Name} is {size} bytes: at most {options.MaxMessageBytes} ({nameof(GrpcClientOptions.MaxMessageBytes)}) fit one message; send smaller batches.";
            throw new ResourceExhaustedException(why, message.Descriptor.Name, new OversizedMessageException(why));
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

    private Task<TReply> RunAsync<TState, TReply>(
        ResiliencePipeline pipeline, Func<TState, CancellationToken, ValueTask<TReply>> attempt, TState state, CancellationToken cancellationToken) =>
        TypedAsync(() => pipeline.ExecuteAsync(attempt, state, cancellationToken));

    private async Task<TReply> TypedAsync<TReply>(Func<ValueTask<TReply>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
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

    /// <summary>A stream has no deadline of its own, because it lives longer than its messages.</summary>
    private static async Task<TReply> BoundAsync<TReply>(Func<CancellationToken, Task<TReply>> exchange, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(timeout);
        try
        {
            return await exchange(bound.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested && bound.IsCancellationRequested)
        {
            throw new TimeoutException($"The platform did not answer a message of the session within {timeout}.", error);
        }
    }

    private static W.InferRequest Unrecorded(W.InferRequest request)
    {
        var copy = request.Clone();
        copy.MustNotRecord = true;
        return copy;
    }

    private static DateTime Deadline(TimeSpan timeout) => TimeProvider.System.GetUtcNow().UtcDateTime + timeout;
}
