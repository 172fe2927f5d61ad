using Grpc.Core;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Serving;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Grpc;

/// <summary>
/// A bidirectional stream used as question and answer. Each message is named, so when the stream breaks before the answer another one is
/// opened, at another gateway if need be, and the message is sent again without counting twice.
/// </summary>
internal sealed class GrpcServingSession(Func<AsyncDuplexStreamingCall<W.ServeRequest, W.ServeReply>> open, GrpcCalls calls) : IServingSession
{
    /// <summary>The platform takes no more observations under one number.</summary>
    private const int MostNumbered = 10_000;

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly string name = Guid.NewGuid().ToString("N");
    private AsyncDuplexStreamingCall<W.ServeRequest, W.ServeReply>? call = open();
    private long number;
    private bool ended;

    public async Task<ServeReply> ServeAsync(ServeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var message = ServingWire.ToMessage(request);
        calls.CheckSize(message);
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (ended)
            {
                throw new FailedPreconditionException("The serving session has ended: open another one.", "session");
            }

            Name(message, ++number);
            return ServingWire.ToRecord(await SendAsync(message, cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await turn.WaitAsync().ConfigureAwait(false);
        using var patience = new CancellationTokenSource(Farewell);
        try
        {
            if (!ended && call is not null)
            {
                await call.RequestStream.CompleteAsync().ConfigureAwait(false);
                while (await call.ResponseStream.MoveNext(patience.Token).ConfigureAwait(false))
                {
                }
            }
        }
        catch (RpcException)
        {
            // Every question was answered; how the stream closes changes nothing.
        }
        finally
        {
            ended = true;
            Close();
            turn.Release();
        }
    }

    private void Name(W.ServeRequest message, long messageNumber)
    {
        if (!message.Predict.HasOperationId)
        {
            message.Predict.OperationId = $"{name}/{messageNumber}";
        }

        if (message.Observations is { HasSource: false, Keys.Count: > 0 and <= MostNumbered } observations)
        {
            (observations.Source, observations.Number) = (name, messageNumber);
        }
    }

    private async Task<W.ServeReply> SendAsync(W.ServeRequest message, CancellationToken cancellationToken)
    {
        try
        {
            return message.Observations is { HasSource: false, Keys.Count: > 0 }
                ? await calls.ExchangeOnceAsync(token => ExchangeAsync(message, token), cancellationToken).ConfigureAwait(false)
                : await calls.ExchangeAsync(token => ExchangeAsync(message, token), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not (UnavailableException or TimeoutException))
        {
            // The platform ends a stream with its refusal, and what is cancelled leaves it unknown whether the message counted.
            ended = true;
            throw;
        }
    }

    private async Task<W.ServeReply> ExchangeAsync(W.ServeRequest message, CancellationToken cancellationToken)
    {
        var stream = call ??= open();
        try
        {
            // A question without its answer would shift all later answers, so only an answer keeps the stream in use.
            call = null;
            var reply = await ExchangeAsync(stream, message, cancellationToken).ConfigureAwait(false);
            call = stream;
            return reply;
        }
        finally
        {
            message.Predict.IsRepeat = true;
            if (call is null)
            {
                stream.Dispose();
            }
        }
    }

    private static async Task<W.ServeReply> ExchangeAsync(
        AsyncDuplexStreamingCall<W.ServeRequest, W.ServeReply> stream, W.ServeRequest message, CancellationToken cancellationToken)
    {
        try
        {
            await stream.RequestStream.WriteAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The stream has ended, in order or with its connection; the reason stands in the answers.
        }

        try
        {
            return await stream.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false)
                ? stream.ResponseStream.Current
                : throw new UnavailableException("The platform ended the serving session without an answer.", "session");
        }
        catch (RpcException error)
        {
            throw GrpcErrors.ToTyped(error, cancellationToken);
        }
    }

    private void Close()
    {
        call?.Dispose();
        call = null;
    }
}
