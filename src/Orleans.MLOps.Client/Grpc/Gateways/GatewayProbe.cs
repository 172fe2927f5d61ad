using Grpc.Core;

namespace Orleans.MLOps.Client.Grpc.Gateways;

/// <summary>Asks a gateway by the standard health service whether calls may go to it.</summary>
internal static class GatewayProbe
{
    private const byte StatusField = 8;
    private const byte NotServing = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(bytes => bytes, bytes => bytes);
    private static readonly Method<byte[], byte[]> Check = new(MethodType.Unary, "grpc.health.v1.Health", "Check", Bytes, Bytes);

    /// <summary>Any answer counts except that it does not serve: a gateway without the health service is up all the same.</summary>
    public static async Task<bool> IsWellAsync(Gateway gateway, CancellationToken cancellationToken)
    {
        try
        {
            var deadline = TimeProvider.System.GetUtcNow().UtcDateTime + Patience;
            using var call = gateway.Invoker.AsyncUnaryCall(Check, null, new(deadline: deadline, cancellationToken: cancellationToken), []);
            return await call.ResponseAsync.ConfigureAwait(false) is not [StatusField, NotServing, ..];
        }
        catch (RpcException error)
        {
            return !GrpcErrors.IsAway(error) && error.StatusCode is not (StatusCode.DeadlineExceeded or StatusCode.Cancelled);
        }
    }
}
