using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Orleans.MLOps.Server.Tests.Serving;

/// <summary>The gRPC door through @grpc/grpc-js, a client that others made. <c>tests/run.sh</c> installs it.</summary>
public sealed class OpenInferenceGrpcTests(ServingNode node) : IClassFixture<ServingNode>
{
    private const int NotFound = 5;
    private const int InvalidArgument = 3;
    private const int ResourceExhausted = 8;

    private static readonly string Root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", ".."));

    [Fact]
    public async Task Client_EveryCall_IsAnsweredAsTheProtocolSays()
    {
        var peers = Path.Combine(Root, "tests", "peers");
        Assert.SkipUnless(Directory.Exists(Path.Combine(peers, "node_modules", "@grpc", "grpc-js")), "The npm package @grpc/grpc-js is not installed; tests/run.sh installs it where Node.js is.");
        var start = new ProcessStartInfo("node", [Path.Combine(peers, "inference-client.js"), node.Node.GrpcAddress.Authority, Path.Combine(Root, "src", "Orleans.MLOps.Gateway", "Protos", "open_inference.proto")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, await errors);
        var expected = new
        {
            live = true,
            ready = true,
            modelReady = new[] { true, false },
            server = "orleans-mlops",
            metadata = new object[] { new[] { "1" }, "onnxruntime_onnx", new { shape = new[] { "-1", "16" }, name = "input", datatype = "FP32" }, new[] { "-1", "1" } },
            config = new object[] { "TYPE_FP32", new[] { "16" } },
            raw = new object?[] { "r", "1", null, "-0.040499" },
            typed = new object[] { 0, new[] { "2", "1" }, new[] { "-0.040499", "-0.040499" } },
            echo = new object[] { new[] { "OUTPUT0", "OUTPUT1" }, new[] { "-9223372036854775808", "7" }, new[] { "00ff", "" } },
            large = 60 << 20,
            stream = new object[] { new object[] { "a", false }, new object[] { "b", true }, new object[] { "c", false } },
            refused = new
            {
                model = NotFound,
                noName = InvalidArgument,
                version = NotFound,
                truncated = InvalidArgument,
                missing = InvalidArgument,
                both = InvalidArgument,
                negative = InvalidArgument,
                overflow = InvalidArgument,
                many = InvalidArgument,
                texts = InvalidArgument,
                output = InvalidArgument,
                shared = InvalidArgument,
            },
            index = new[] { "echo/1 READY", "mlp/1 READY" },
            counted = true,
        };
        Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(JsonElement.Parse(await output)));
    }

    [Fact]
    public async Task ModelInfer_MessageBeyondTheLimit_IsRefusedBeforeItIsRead()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Node.GrpcAddress, "/inference.GRPCInferenceService/ModelInfer"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0x04, 0x20, 0, 0, .. new byte[100]]),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.TE.Add(new("trailers"));

        using var reply = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(ResourceExhausted, reply.Headers.GetValues("grpc-status").Select(int.Parse).Single());
    }
}
