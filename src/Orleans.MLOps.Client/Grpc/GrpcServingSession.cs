using Grpc.Core;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Serving;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Grpc;

/// <summary>A bidirectional stream used as question and answer.</summary>
internal sealed class GrpcServingSession(AsyncDuplexStreamingCall<W.ServeRequest, W.ServeReply> call, GrpcCalls calls) : IServingSession
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim turn = new(1, 1);
    private UnavailableException? broken;
    private bool ended;

    public async Task<ServeReply> ServeAsync(ServeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var message = ServingWire.ToMessage(request);
        calls.CheckSize(message);
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (broken is not null)
            {
                throw new UnavailableException($"The serving session broke before this message was sent: open another one. {broken.Message}", "session", broken);
            }

            if (ended)
            {
                throw new FailedPreconditionException("The serving session has ended: open another one.", "session");
            }

            // A question without its answer would shift all later answers, so only an answer keeps the stream in use.
            ended = true;
            var reply = ServingWire.ToRecord(await ExchangeAsync(message, cancellationToken).ConfigureAwait(false));
            ended = false;
            return reply;
        }
        catch (UnavailableException error)
        {
            broken ??= error;
            throw;
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
            if (!ended)
            {
                ended = true;
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
            call.Dispose();
            turn.Release();
        }
    }

    private async Task<W.ServeReply> ExchangeAsync(W.ServeRequest message, CancellationToken cancellationToken)
    {
        try
        {
            await call.RequestStream.WriteAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RpcException or InvalidOperationException && !cancellationToken.IsCancellationRequested)
        {
            // The other side has ended the stream; its reason stands in the answers.
        }

        try
        {
            return await call.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false)
                ? call.ResponseStream.Current
                : throw new UnavailableException("The platform ended the serving session without an answer.", "session");
        }
        catch (RpcException error)
        {
            throw GrpcErrors.ToTyped(error, cancellationToken);
        }
    }
}
