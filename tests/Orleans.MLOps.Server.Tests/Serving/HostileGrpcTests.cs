using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Server.Tests.Serving;

/// <summary>What a caller of ill will sends to the gRPC door of our own.</summary>
public sealed class HostileGrpcTests(ServingNode node) : IClassFixture<ServingNode>
{
    private const int Slow = 32;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, TensorType, long[], string> Malformed => new()
    {
        { "mlp", TensorType.Float32, [2, 16], Zeros(64) },
        { "mlp", TensorType.Float32, [1, 16], Zeros(63) },
        { "mlp", TensorType.Float32, [1, 16], Zeros(0) },
        { "mlp", TensorType.Float32, [1, 16], Zeros(65) },
        { "mlp", TensorType.Float32, [16], Zeros(64) },
        { "mlp", TensorType.Float32, [], Zeros(4) },
        { "mlp", TensorType.Float32, [1, 16, 1], Zeros(64) },
        { "mlp", TensorType.Float32, [.. Enumerable.Repeat(1L, 50_000)], Zeros(4) },
        { "mlp", TensorType.Float64, [1, 16], Zeros(128) },
        { "mlp", TensorType.Float32, [-1, 16], Zeros(64) },
        { "mlp", TensorType.Float32, [long.MinValue, 16], Zeros(0) },
        { "mlp", TensorType.Float32, [long.MaxValue, 16], Zeros(64) },
        { "mlp", TensorType.Float32, [1L << 60, 16], Zeros(0) },
        { "echo", TensorType.Int64, [1L << 32, 1L << 32], Zeros(0) },
        { "echo", TensorType.Int64, [int.MaxValue, int.MaxValue], Zeros(8) },
        { "echo", TensorType.Int64, [1L << 31, 2], Zeros(0) },
        { "echo", TensorType.Int64, [-1, -1], Zeros(8) },
        { "echo", TensorType.Int64, [int.MaxValue, 1], Zeros(8) },
        { "echo", TensorType.Bytes, [1, 1], "" },
        { "echo", TensorType.Bytes, [1, 1], "0100" },
        { "echo", TensorType.Bytes, [1, 1], "02000000FF" },
        { "echo", TensorType.Bytes, [1, 1], "FFFFFFFF00" },
        { "echo", TensorType.Bytes, [1, 1], "FFFFFF7F00" },
        { "echo", TensorType.Bytes, [1, 1], "0100000041FF" },
        { "echo", TensorType.Bytes, [1, 2], "0100000041" },
        { "echo", TensorType.Bytes, [int.MaxValue, 1], "0100000041" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Infer_MalformedTensor_IsRefusedBrieflyByName(string model, TensorType type, long[] shape, string hex)
    {
        using var client = Connect();
        var name = model == "mlp" ? "input" : type == TensorType.Bytes ? "INPUT1" : "INPUT0";
        var request = new InferRequest { Endpoint = model, Inputs = [new Tensor { Name = name, Type = type, Shape = shape, Data = Convert.FromHexString(hex) }] };

        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => client.Serving.InferAsync(request, Cancel));

        Assert.Equal(name, refused.Field);
        Assert.Contains($"'{name}'", refused.Message, StringComparison.Ordinal);
        Assert.InRange(refused.Message.Length, 1, 1_000);
        await AnswersStillAsync(client);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(float.MaxValue)]
    public async Task Infer_NumbersThatAreNone_AreComputedWithAndSpoilNoOtherRow(float value)
    {
        using var client = Connect();

        var reply = await client.Serving.InferAsync(Request([.. Enumerable.Repeat(value, 16), .. ServingNode.Row]), Cancel);

        Assert.Equal([2, 1], reply.Outputs[0].Shape);
        Assert.Equal(ServingNode.Answer, BitConverter.ToSingle(reply.Outputs[0].Data, sizeof(float)), 1e-5f);
    }

    [Fact]
    public async Task Infer_MessagesThatStopHalfWay_AreGivenUpAndOthersAreServed()
    {
        using var client = Connect();
        var halfMessages = await OpenAsync([.. Preface(), .. Frame(1, 4, Headers()), .. Frame(0, 0, HalfMessage())[..^500]]);
        var halfFrames = await OpenAsync([.. Preface(), 0, 0, 1, 0]);

        for (var i = 0; i < 20; i++)
        {
            await AnswersStillAsync(client);
        }

        // The rest never comes, and the node must end these by itself: a connection that asks for something and sends nothing.
        foreach (var socket in halfMessages)
        {
            await EndAsync(socket);
            socket.Dispose();
        }

        await AnswersStillAsync(client);
        halfFrames.ForEach(socket => socket.Dispose());
    }

    private static string Zeros(int bytes) => new('0', 2 * bytes);

    private static InferRequest Request(float[] values) => new()
    {
        Endpoint = "mlp",
        Inputs = [new Tensor { Name = "input", Type = TensorType.Float32, Shape = [values.Length / 16, 16], Data = System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray() }],
    };

    private static async Task AnswersStillAsync(GrpcMlopsClient client)
    {
        var reply = await client.Serving.InferAsync(Request(ServingNode.Row), Cancel);
        Assert.Equal(ServingNode.Answer, BitConverter.ToSingle(reply.Outputs[0].Data), 1e-5f);
    }

    private GrpcMlopsClient Connect() => MlopsGrpcClient.Connect(new GrpcClientOptions { Address = node.Node.GrpcAddress, Retries = 0, CircuitBreaker = null });

    /// <summary>Connections that have sent so much and wait.</summary>
    private async Task<List<TcpClient>> OpenAsync(byte[] sent)
    {
        var open = new List<TcpClient>();
        for (var i = 0; i < Slow; i++)
        {
            var socket = new TcpClient();
            open.Add(socket);
            await socket.ConnectAsync(IPAddress.Loopback, node.Node.GrpcAddress.Port, Cancel);
            await socket.GetStream().WriteAsync(sent, Cancel);
        }

        return open;
    }

    /// <summary>Returns when the node has ended a connection; what of its farewell is still on its way may be lost to a reset.</summary>
    private static async Task EndAsync(TcpClient socket)
    {
        var rest = new byte[1 << 12];
        try
        {
            while (await socket.GetStream().ReadAsync(rest, Cancel) > 0)
            {
            }
        }
        catch (IOException error) when (error.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
        }
    }

    /// <summary>How an HTTP/2 connection begins: the client's words and empty settings.</summary>
    private static byte[] Preface() => [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(4, 0, [], stream: 0)];

    private static byte[] Headers() =>
    [
        .. Header(":method", "POST"), .. Header(":scheme", "http"), .. Header(":path", "/orleans.mlops.v1.Serving/Infer"),
        .. Header(":authority", "127.0.0.1"), .. Header("content-type", "application/grpc"), .. Header("te", "trailers"),
    ];

    /// <summary>A literal that is in no table.</summary>
    private static byte[] Header(string name, string value) => [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    /// <summary>The first kilobyte of a gRPC message of a million bytes.</summary>
    private static byte[] HalfMessage()
    {
        var message = new byte[1000];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), 1_000_000);
        return message;
    }

    private static byte[] Frame(byte type, byte flags, byte[] payload, int stream = 1)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }
}
