using Orleans.MLOps.Models;
using Orleans.MLOps.Server.Node;
using Orleans.MLOps.Server.Tests.Support;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Server.Tests.Serving;

public sealed class ModelFolderTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private NodeHost? _node;

    private IServingClient Serving => _node!.Client.Serving;

    private string Models => _folder.At("models");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Copy("a", 3);
        _node = await NodeHost.StartAsync(new NodeOptions { DataFolder = _folder.At("data"), HttpPort = 0, GrpcPort = 0, Models = Models }, cancellationToken: Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _node!.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Folder_ThatChanges_IsServedAsItIs()
    {
        Assert.Equal(new int[] { 3 }, await WaitAsync("a", versions => versions.Length == 1));

        Copy("a", 4);
        Copy("b", 1);
        Assert.Equal(new int[] { 4, 3 }, await WaitAsync("a", versions => versions.Length == 2));
        Assert.Equal(new int[] { 1 }, await WaitAsync("b", versions => versions.Length == 1));
        Assert.Equal([1.0, 0.0], (await Serving.GetAsync("a", cancellationToken: Cancel)).Variants.Select(variant => variant.Weight));

        // What is no model changes nothing of what is served, and is served when it was mended.
        Directory.CreateDirectory(Path.Combine(Models, "a", "5"));
        await File.WriteAllTextAsync(Path.Combine(Models, "a", "5", "model.onnx"), "no model", Cancel);
        Copy("c", 1);
        Assert.Equal(new int[] { 1 }, await WaitAsync("c", versions => versions.Length == 1));
        Assert.Equal(new int[] { 4, 3 }, await WaitAsync("a", versions => versions.Length == 2));

        Directory.Delete(Path.Combine(Models, "b"), recursive: true);
        await WaitAsync("b", versions => versions.Length == 0);
    }

    [Fact]
    public async Task Folder_NewVersion_ChangesTheVersionsAndNothingElse()
    {
        await WaitAsync("a", versions => versions.Length == 1);
        var golden = new GoldenSample { Inputs = [Row("input", [1, 16], new float[16])], Outputs = [] };
        await Serving.DeployAsync(
            new DeployEndpoint
            {
                Name = "a",
                Model = "a",
                Variants = [new() { Name = "main", Version = 3, Labels = ["stable"] }],
                Batching = new BatchingSpec { MaxRows = 5 },
                Limits = new EndpointLimits { Rows = 50 },
                Shadow = new ShadowSpec { Version = 3 },
                PayloadLog = new PayloadLogSpec { SampleRate = 0.5 },
                GoldenSamples = [golden],
                LogPolicy = LogPolicy.Durable,
                OperationId = "plan",
            },
            Cancel);

        Copy("a", 4);
        await WaitAsync("a", versions => versions.Length == 2);

        var endpoint = await Serving.GetAsync("a", cancellationToken: Cancel);
        Assert.Equal([(4, 1.0), (3, 0.0)], endpoint.Variants.Select(variant => (variant.Version, variant.Weight)));
        Assert.Equal(["stable"], endpoint.Variants[1].Labels);
        Assert.Equal((5, 50, 3, 0.5, LogPolicy.Durable), (endpoint.Batching.MaxRows, endpoint.Limits.Rows, endpoint.Shadow!.Version, endpoint.PayloadLog!.SampleRate, endpoint.LogPolicy));
        Assert.Single(endpoint.GoldenSamples);
    }

    [Fact]
    public async Task Folder_NewVersionWhileACanaryRuns_WaitsForItAndSaysSo()
    {
        Copy("a", 4);
        await WaitAsync("a", versions => versions.Length == 2);
        await Serving.DeployAsync(
            new DeployEndpoint { Name = "a", Model = "a", Variants = [new() { Name = "main", Version = 3 }], Canary = new CanarySpec { Version = 4, StepDuration = TimeSpan.FromHours(1) }, OperationId = "canary" },
            Cancel);

        Copy("a", 5);
        await WaitForIndexAsync(index => index.Contains("canary of version 4", StringComparison.Ordinal));

        Assert.Equal(CanaryStatus.Running, (await Serving.GetAsync("a", cancellationToken: Cancel)).Canary!.Status);
    }

    [Fact]
    public async Task Folder_VersionsThatCannotBeServed_AreShownWithTheirReasons()
    {
        await WaitAsync("a", versions => versions.Length == 1);
        Write("a", "4", "no model");
        Write("a", "1764312345678", "no model");

        var index = await WaitForIndexAsync(index => index.Contains("1764312345678", StringComparison.Ordinal) && index.Contains("\"version\":\"4\"", StringComparison.Ordinal));
        Assert.Contains("""{"name":"a","version":"3","state":"READY","reason":""}""", index, StringComparison.Ordinal);
        Assert.Contains("""{"name":"a","version":"1764312345678","state":"UNAVAILABLE","reason":"Version 1764312345678 is above 2147483647""", index, StringComparison.Ordinal);

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var status = await http.GetStringAsync(new Uri(_node!.HttpAddress, "/v1/models/a"), Cancel);
        Assert.Contains("""{"version":"1764312345678","state":"END","status":{"error_code":"UNAVAILABLE","error_message":"Version""", status, StringComparison.Ordinal);
        Assert.Contains("""{"version":"3","state":"AVAILABLE","status":{"error_code":"OK","error_message":""}}""", status, StringComparison.Ordinal);
        Assert.Contains("\"END\"", await http.GetStringAsync(new Uri(_node.HttpAddress, "/v1/models/a/versions/4"), Cancel), StringComparison.Ordinal);
    }

    private static Tensor Row(string name, long[] shape, float[] values) =>
        new() { Name = name, Type = TensorType.Float32, Shape = shape, Data = System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray() };

    private async Task<string> WaitForIndexAsync(Func<string, bool> isSo)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        while (true)
        {
            using var reply = await http.PostAsync(new Uri(_node!.HttpAddress, "/v2/repository/index"), null, Cancel);
            var index = await reply.Content.ReadAsStringAsync(Cancel);
            if (isSo(index))
            {
                return index;
            }
        }
    }

    private void Write(string model, string version, string content)
    {
        Directory.CreateDirectory(Path.Combine(Models, model, version));
        File.WriteAllText(Path.Combine(Models, model, version, "model.onnx"), content);
    }

    private async Task<int[]> WaitAsync(string model, Func<int[], bool> isSo)
    {
        while (true)
        {
            Cancel.ThrowIfCancellationRequested();
            var versions = await VersionsAsync(model);
            if (isSo(versions))
            {
                return versions;
            }

            await Task.Yield();
        }
    }

    private async Task<int[]> VersionsAsync(string model)
    {
        try
        {
            return [.. (await Serving.DescribeAsync(new DescribeEndpoint { Endpoint = model }, Cancel)).Versions.Select(version => version.Version)];
        }
        catch (NotFoundException)
        {
            return [];
        }
    }

    private void Copy(string model, int version)
    {
        var target = Path.Combine(Models, model, version.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Directory.CreateDirectory(target);
        File.Copy(Path.Combine(ServingNode.Models, "mlp", "1", "model.onnx"), Path.Combine(target, "model.onnx"));
    }
}
