using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using Orleans.MLOps.Client.Errors;
using GrpcMetadata = Grpc.Core.Metadata;

namespace Orleans.MLOps.Gateway.Errors;

/// <summary>Turns exceptions into statuses: typed ones with code and field in trailers, unexpected ones without their inside.</summary>
internal sealed partial class ErrorInterceptor(ILogger<ErrorInterceptor> logger) : Interceptor
{
    // Trailers and status share the header limits of HTTP/2 clients.
    private const int LongestText = 4096;

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not RpcException)
        {
            throw ToRpc(error, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(requestStream, context).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not RpcException)
        {
            throw ToRpc(error, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not RpcException)
        {
            throw ToRpc(error, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not RpcException)
        {
            throw ToRpc(error, context);
        }
    }

    private RpcException ToRpc(Exception error, ServerCallContext context)
    {
        if (error is MLOpsException typed)
        {
            var trailers = new GrpcMetadata { { ErrorTrailers.Code, typed.Code.ToString() } };
            if (typed.Field is { } field)
            {
                trailers.Add(ErrorTrailers.Field, Cut(ErrorTrailers.Escape(field)));
            }

            return new(new Status(StatusTable.Of(typed.Code), Cut(typed.Message)), trailers);
        }

        // When the caller has left, whatever broke in its wake is not an error of the platform.
        if (context.CancellationToken.IsCancellationRequested)
        {
            return new(new Status(StatusCode.Cancelled, "The call was cancelled."));
        }

        if (StatusTable.Of(error) is { } status)
        {
            return new(status);
        }

        var id = Guid.NewGuid().ToString("N");
        LogUnexpected(error, id, context.Method);
        return new(new Status(StatusCode.Internal, $"The platform failed unexpectedly; its log has the details under error id {id}."));
    }

    private static string Cut(string text) => text.Length <= LongestText ? text : string.Concat(text.AsSpan(0, LongestText), "...");

    [LoggerMessage(LogLevel.Error, "Error {Id}: {Method} failed unexpectedly.")]
    private partial void LogUnexpected(Exception error, string id, string method);
}
