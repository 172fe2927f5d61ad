using System.Net;
using System.Text.Json;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Server.Tests.Serving;

public sealed class ServingMetricsTests(ServingNode node) : IClassFixture<ServingNode>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_OwnDoorAndALimit_AreCountedAndTimed()
    {
        using var client = MlopsGrpcClient.Connect(node.Node.GrpcAddress.ToString());
        await client.Serving.DeployAsync(
            new DeployEndpoint
            {
                Name = "limited",
                Model = "mlp",
                Variants = [new() { Name = "main", Version = 1 }],
                Limits = new EndpointLimits { RatePerSecond = 0.001 },
                OperationId = "limited",
            },
            Cancel);
        var row = new Tensor { Name = "input", Type = TensorType.Float32, Shape = [1, 16], Data = [.. ServingNode.Row.SelectMany(BitConverter.GetBytes)] };
        await client.Serving.InferAsync(new InferRequest { Endpoint = "limited", Inputs = [row] }, Cancel);

        var body = $$"""{"inputs":[{"name":"input","shape":[1,16],"datatype":"FP32","data":{{JsonSerializer.Serialize(ServingNode.Row)}}}]}""";
        var (status, error) = await node.RefusedAsync(HttpMethod.Post, "/v2/models/limited/infer", body);

        Assert.Equal((int)HttpStatusCode.TooManyRequests, status);
        Assert.Contains("requests a second", error, StringComparison.Ordinal);
        var metrics = await node.Http.GetStringAsync(new Uri(node.Node.HttpAddress, "/metrics"), Cancel);
        Assert.Contains("nv_inference_request_failure{model=\"limited\",version=\"1\",reason=\"REJECTED\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("nv_inference_request_failure{model=\"limited\",version=\"1\",reason=\"BACKEND\"} 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("nv_inference_request_success{model=\"limited\",version=\"1\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.All(new[] { "decode", "encode" }, part => Assert.Contains(
            metrics.Split('\n'),
            line => line.StartsWith($"mlops_inference_{part}_seconds_count{{", StringComparison.Ordinal)
                && line.Contains("protocol=\"mlops\"", StringComparison.Ordinal) && line.Contains("model=\"limited\"", StringComparison.Ordinal)));
    }
}
