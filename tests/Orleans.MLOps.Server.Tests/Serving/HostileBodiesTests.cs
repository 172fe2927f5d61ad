using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Server.Tests.Serving;

/// <summary>What a caller of ill will sends to the doors: they refuse it in their own words, keep nothing of it and go on answering.</summary>
public sealed class HostileBodiesTests(ServingNode node) : IClassFixture<ServingNode>
{
    private const string OpenInference = "/v2/models/mlp/infer";
    private const string TensorFlow = "/v1/models/mlp:predict";
    private const int TooLong = 65 << 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(OpenInference, true)]
    [InlineData(OpenInference, false)]
    [InlineData(TensorFlow, true)]
    [InlineData(TensorFlow, false)]
    public async Task Post_BodyOf65MiB_Is413InTheProtocolsShape(string path, bool isAnnounced)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Node.HttpAddress, path)) { Content = new Filler(TooLong, isAnnounced) };

        var reply = await TrySendAsync(request);

        // A node that has refused does not read on, and a caller who writes on may find that out before the answer.
        Assert.True(reply is not null || !isAnnounced);
        if (reply is { } refused)
        {
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.Status);
            Assert.Contains("67108864", JsonElement.Parse(refused.Body).GetProperty("error").GetString(), StringComparison.Ordinal);
        }

        await AnswersStillAsync();
    }

    [Fact]
    public async Task Post_ManyBodiesThatAreTooLong_LeaveNoMemoryBehind()
    {
        var before = await MemoryAsync();
        for (var i = 0; i < 12; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Node.HttpAddress, OpenInference)) { Content = new Filler(TooLong, isAnnounced: false) };
            await TrySendAsync(request);
        }

        // The last of them may still be on its way out; all together would be 780 MiB.
        Assert.InRange(await MemoryAsync() - before, long.MinValue, 256L << 20);
        await AnswersStillAsync();
    }

    [Theory]
    [InlineData(OpenInference)]
    [InlineData(TensorFlow)]
    public async Task Post_SmallBodyThatUnpacksWithoutEnd_Is413(string path)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var spaces = new byte[1 << 20];
            Array.Fill(spaces, (byte)' ');
            for (var i = 0; i < 80; i++)
            {
                await gzip.WriteAsync(spaces, Cancel);
            }
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Node.HttpAddress, path)) { Content = new ByteArrayContent(packed.ToArray()) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Content.Headers.ContentEncoding.Add("gzip");

        var (status, body) = (await TrySendAsync(request))!.Value;

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.True(JsonElement.Parse(body).TryGetProperty("error", out _));
    }

    [Theory]
    [InlineData(OpenInference)]
    [InlineData(TensorFlow)]
    public async Task Post_BodyThatComesByDrops_IsGivenUp(string path)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, node.Node.HttpPort, Cancel);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{node.Node.HttpPort}\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{{\"in"), Cancel);

        // The rest never comes. The node must end this by itself.
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var reply = await reader.ReadToEndAsync(Cancel);

        Assert.True(reply.Length == 0 || reply.StartsWith("HTTP/1.1 408", StringComparison.Ordinal), reply);
        await AnswersStillAsync();
    }

    [Fact]
    public async Task Post_TenThousandInputs_AreRefusedBriefly()
    {
        var inputs = string.Join(",", Enumerable.Range(0, 10_000).Select(i => $$"""{"name":"i{{i}}","shape":[1,1],"datatype":"FP32","data":[1]}"""));
        var (status, error) = await node.RefusedAsync(HttpMethod.Post, OpenInference, $$"""{"inputs":[{{inputs}}]}""");
        var columns = string.Join(",", Enumerable.Range(0, 10_000).Select(i => $"\"i{i}\":[1]"));
        var (columnar, other) = await node.RefusedAsync(HttpMethod.Post, TensorFlow, "{\"inputs\":{" + columns + "}}");

        Assert.Equal((400, 400), (status, columnar));
        Assert.All([error, other], said => Assert.InRange(said.Length, 1, 1_000));
    }

    [Fact]
    public async Task Grpc_TenThousandInputsAndTooLongMessages_AreRefusedBriefly()
    {
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Address = node.Node.GrpcAddress, Retries = 0, MaxMessageBytes = 128 << 20 });
        var many = new InferRequest
        {
            Endpoint = "mlp",
            Inputs = [.. Enumerable.Range(0, 10_000).Select(i => new Tensor { Name = $"i{i}", Type = TensorType.Float32, Shape = [1, 1], Data = new byte[4] })],
        };

        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => client.Serving.InferAsync(many, Cancel));
        var tooLong = await Assert.ThrowsAnyAsync<MLOpsException>(() => client.Serving.InferAsync(
            many with { Inputs = [new Tensor { Name = "input", Type = TensorType.Float32, Shape = [TooLong / 64, 16], Data = new byte[TooLong] }] }, Cancel));

        Assert.InRange(refused.Message.Length, 1, 1_000);
        Assert.Equal(ErrorCode.ResourceExhausted, tooLong.Code);
        await AnswersStillAsync();
    }

    [Theory]
    [InlineData("""[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[""")]
    [InlineData("""{"inputs":[{"name":"input","shape":[9223372036854775807,16],"datatype":"FP32","data":[1]}],"instances":[[1e999]]}""")]
    [InlineData("""{"inputs":[{"name":"input","shape":[4294967296,4294967296],"datatype":"FP32","data":[]}],"instances":[]}""")]
    [InlineData("""{"inputs":[{"name":"input","shape":[-1,16],"datatype":"FP32","data":[1]}],"instances":[-1]}""")]
    [InlineData("""{"inputs":[{"name":"input","shape":[1,16],"datatype":"FP32","data":{"a":1}}],"instances":[{"a":{"b":1}}]}""")]
    [InlineData("""{"inputs":[{"name":"input","shape":[1,16],"datatype":"FP32","data":["NaN"]}],"instances":[["NaN"]]}""")]
    [InlineData("""{"inputs":[null],"instances":[null]}""")]
    [InlineData("""{"inputs":[{"name":null,"shape":null,"datatype":null,"data":null}],"instances":null}""")]
    public async Task Post_MalformedBodies_AreTheCallersFault(string body)
    {
        foreach (var path in new[] { OpenInference, TensorFlow })
        {
            var (status, answer) = await node.SendAsync(HttpMethod.Post, path, body);

            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.True(answer.TryGetProperty("error", out _), path);
        }
    }

    /// <summary>What the node answers; null when it ended the connection while the body was still on its way.</summary>
    private async Task<(HttpStatusCode Status, string Body)?> TrySendAsync(HttpRequestMessage request)
    {
        request.Headers.ExpectContinue = true;
        try
        {
            using var reply = await node.Http.SendAsync(request, Cancel);
            return (reply.StatusCode, await reply.Content.ReadAsStringAsync(Cancel));
        }
        catch (HttpRequestException error) when (error.InnerException is IOException)
        {
            return null;
        }
    }

    private async Task AnswersStillAsync()
    {
        var answer = await node.PostAsync(OpenInference, $$"""{"inputs":[{"name":"input","shape":[1,16],"datatype":"FP32","data":[{{string.Join(",", ServingNode.Row)}}]}]}""");
        Assert.Equal(ServingNode.Answer, answer.GetProperty("outputs")[0].GetProperty("data")[0].GetSingle(), 1e-5f);
    }

    private static async Task<long> MemoryAsync()
    {
        await Task.Yield();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>Spaces without end, with their length in front or in pieces.</summary>
    private sealed class Filler : HttpContent
    {
        private readonly int _length;
        private readonly bool _isAnnounced;

        public Filler(int length, bool isAnnounced)
        {
            (_length, _isAnnounced) = (length, isAnnounced);
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var piece = new byte[1 << 16];
            Array.Fill(piece, (byte)' ');
            for (var sent = 0; sent < _length; sent += piece.Length)
            {
                await stream.WriteAsync(piece);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _length;
            return _isAnnounced;
        }
    }
}
