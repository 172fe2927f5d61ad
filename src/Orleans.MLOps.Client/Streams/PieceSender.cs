using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using Orleans.MLOps.Client.Grpc;

namespace Orleans.MLOps.Client.Streams;

/// <summary>Sends a stream of bytes in bounded pieces.</summary>
internal static class PieceSender
{
    /// <summary>
    /// Uploads <paramref name="content"/>. The platform keeps nothing of an upload that broke, and the same bytes twice are the same
    /// file, so an upload is repeated; but only a stream that can seek can be read again.
    /// </summary>
    public static Task<TReply> UploadAsync<TRequest, TReply>(
        GrpcCalls calls,
        Stream content,
        Func<CancellationToken, AsyncClientStreamingCall<TRequest, TReply>> open,
        Func<ByteString, TRequest> piece,
        CancellationToken cancellationToken)
        where TRequest : class
    {
        var start = content.CanSeek ? content.Position : 0;
        return content.CanSeek ? calls.StreamAsync(RepeatAsync, cancellationToken) : OnceAsync(cancellationToken);

        Task<TReply> RepeatAsync(CancellationToken token)
        {
            content.Position = start;
            return OnceAsync(token);
        }

        async Task<TReply> OnceAsync(CancellationToken token)
        {
            using var call = open(token);
            return await SendAsync(call, content, piece, token).ConfigureAwait(false);
        }
    }

    /// <summary>Sends all of <paramref name="content"/>, one empty piece if there is none, and returns the reply.</summary>
    private static async Task<TReply> SendAsync<TRequest, TReply>(
        AsyncClientStreamingCall<TRequest, TReply> call, Stream content, Func<ByteString, TRequest> piece, CancellationToken cancellationToken)
        where TRequest : class
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Pieces.MaximumBytes);
        try
        {
            await WriteAllAsync(call.RequestStream, content, piece, buffer.AsMemory(0, Pieces.MaximumBytes), cancellationToken).ConfigureAwait(false);
            return await call.ResponseAsync.ConfigureAwait(false);
        }
        catch (RpcException error)
        {
            throw GrpcErrors.ToTyped(error, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task WriteAllAsync<TRequest>(
        IClientStreamWriter<TRequest> writer, Stream content, Func<ByteString, TRequest> piece, Memory<byte> buffer, CancellationToken cancellationToken)
        where TRequest : class
    {
        int read;
        do
        {
            read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            try
            {
                await writer.WriteAsync(piece(UnsafeByteOperations.UnsafeWrap(buffer[..read])), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is RpcException or InvalidOperationException && !cancellationToken.IsCancellationRequested)
            {
                // The other side has ended the call; its reason stands in the reply.
                return;
            }
        }
        while (read == buffer.Length);

        await writer.CompleteAsync().ConfigureAwait(false);
    }
}
