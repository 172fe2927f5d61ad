using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Grains.Tests.Platform;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving.Tensors;

/// <summary>A version that takes its time to load keeps nobody waiting who asks for what is served.</summary>
public sealed class SlowLoadTests : IAsyncLifetime
{
    private readonly PlatformFixture _silo = new() { Configure = silo => HeldBlobs.Decorate(silo.Services) };

    private IMlopsClient Client => _silo.Services.GetRequiredService<IMlopsClient>();

    private HeldBlobs Blobs => (HeldBlobs)(object)_silo.Services.GetRequiredService<IBlobStore>();

    public ValueTask InitializeAsync() => _silo.InitializeAsync();

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task Get_WhileAnotherVersionLoads_IsWhatIsServed()
    {
        var digest = await ServeAsync("slow", "slow-2");
        var asked = Blobs.HoldAsync(digest);
        var deploying = Client.Serving.DeployAsync(ReplayPlatform.Command("slow", 2));
        await asked;

        var during = await Client.Serving.GetAsync("slow");
        var reply = await Client.Serving.InferAsync(new InferRequest { Endpoint = "slow", Inputs = [TensorSamples.Floats("input", [1, 16], new float[16])] });
        var early = deploying.IsCompleted;
        Blobs.Open(digest);
        var after = await deploying;

        Assert.False(early);
        Assert.Equal((1, 1, 1), (during.Revision, during.Variants[0].Version, reply.Version));
        Assert.Equal(2, after.Variants[0].Version);
    }

    [Fact]
    public async Task Prepare_ChangeThatComesLater_IsLoadedBeforeItAndAnsweredAfterIt()
    {
        await ServeAsync("prepared", "prepared-2");
        var routes = _silo.Services.GetRequiredService<RouteTable>();
        var models = _silo.Services.GetRequiredService<ModelCache>();
        var key = new EndpointKey("default", "prepared");
        var before = await Client.Serving.GetAsync("prepared");
        var loaded = models.Count;

        await routes.PrepareAsync(key, before with { Revision = 2, Variants = [before.Variants[0] with { Version = 2 }] });
        var prepared = (models.Count, routes.Find(key)!.Endpoint.Revision);
        await Client.Serving.DeployAsync(ReplayPlatform.Command("prepared", 2));

        Assert.Equal((loaded + 1, 1), prepared);
        Assert.Equal((loaded, 2), (models.Count, routes.Find(key)!.Endpoint.Revision));
    }

    /// <summary>Registers two versions of different bytes and serves the first.</summary>
    /// <returns>The digest of the second's file.</returns>
    private async Task<string> ServeAsync(string name, string text)
    {
        await RegisterAsync(name, File.ReadAllBytes(TensorSamples.MlpFile), "1");
        var second = await RegisterAsync(name, TensorSamples.WithDocumentation(File.ReadAllBytes(TensorSamples.MlpFile), text), "2");
        await Client.Serving.DeployAsync(ReplayPlatform.Command(name, 1));
        await Client.Serving.InferAsync(new InferRequest { Endpoint = name, Inputs = [TensorSamples.Floats("input", [1, 16], new float[16])] });
        return second.Onnx!.Digest;
    }

    private async Task<ModelVersionInfo> RegisterAsync(string name, byte[] onnx, string operation) =>
        await Client.Models.RegisterAsync(new RegisterModelVersion { Model = name, OperationId = operation, Onnx = await Client.Models.UploadAsync(new MemoryStream(onnx)) });
}
