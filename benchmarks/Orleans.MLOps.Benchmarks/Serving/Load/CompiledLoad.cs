using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Client;
using Orleans.MLOps.Benchmarks.Load;

namespace Orleans.MLOps.Benchmarks.Serving.Load;

/// <summary>Load from this program, for machines without wrk or h2load: HttpClient and Grpc.Net.Client, a connection for each caller.</summary>
internal sealed class CompiledLoad : IDoorLoad
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static message => message, static message => message);
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public string Program => "the compiled generator";

    /// <summary>One call.</summary>
    public static async Task<byte[]> CallAsync(Door door)
    {
        using var caller = new Caller(door);
        return await caller.CallAsync();
    }

    public async Task<LoadResult> RunAsync(Door door, int callers, TimeSpan duration)
    {
        var connections = Enumerable.Range(0, callers).Select(_ => new Caller(door)).ToArray();
        try
        {
            return await RunAsync(door.Name, callers, duration, caller => connections[caller].CallAsync());
        }
        finally
        {
            Array.ForEach(connections, connection => connection.Dispose());
        }
    }

    public static async Task<LoadResult> RunAsync(string name, int callers, TimeSpan duration, Func<int, Task> call)
    {
        var result = await new LoadGenerator(TimeSpan.Zero, duration, TextWriter.Null).RunAsync(name, callers, call);
        return new LoadResult(result, result.PerSecond * duration.TotalSeconds);
    }

    private sealed class Caller : IDisposable
    {
        private readonly Door _door;
        private readonly HttpClient? _http;
        private readonly GrpcChannel? _channel;
        private readonly CallInvoker? _invoker;
        private readonly Method<byte[], byte[]>? _method;

        public Caller(Door door)
        {
            _door = door;
            if (door.Protocol == DoorProtocol.Rest)
            {
                _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1, UseProxy = false });
                return;
            }

            _channel = GrpcChannel.ForAddress(door.Server.Grpc);
            _invoker = _channel.CreateCallInvoker();
            var path = door.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
            _method = new Method<byte[], byte[]>(MethodType.Unary, path[0], path[1], Bytes, Bytes);
        }

        public async Task<byte[]> CallAsync()
        {
            if (_invoker is not null)
            {
                using var call = _invoker.AsyncUnaryCall(_method!, null, default, _door.Body);
                return await call;
            }

            using var request = new HttpRequestMessage(_door.Body.Length == 0 ? HttpMethod.Get : HttpMethod.Post, _door.Uri);
            if (_door.Body.Length > 0)
            {
                request.Content = new ByteArrayContent(_door.Body) { Headers = { ContentType = Json } };
            }

            using var reply = await _http!.SendAsync(request);
            var body = await reply.Content.ReadAsByteArrayAsync();
            return reply.IsSuccessStatusCode ? body : throw new InvalidOperationException($"{_door.Name}: {(int)reply.StatusCode} {System.Text.Encoding.UTF8.GetString(body)}");
        }

        public void Dispose()
        {
            _http?.Dispose();
            _channel?.Dispose();
        }
    }
}
