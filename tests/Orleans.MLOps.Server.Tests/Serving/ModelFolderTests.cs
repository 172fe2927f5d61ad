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
