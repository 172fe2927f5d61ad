using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Grains.Tests.Platform;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving.Tensors;

/// <summary>Versions that cannot be loaded, and endpoints that somebody unloaded.</summary>
public sealed class FailedLoadTests : IAsyncLifetime
{
    private readonly PlatformFixture _silo = new() { Configure = silo => HeldBlobs.Decorate(silo.Services) };

    private IServingClient Serving => Client.Serving;

    private IMlopsClient Client => _silo.Services.GetRequiredService<IMlopsClient>();

    private HeldBlobs Blobs => (HeldBlobs)(object)_silo.Services.GetRequiredService<IBlobStore>();

    public ValueTask InitializeAsync() => _silo.InitializeAsync();

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task Unload_ThenLoad_IsTheSamePlanAgainAlsoAfterARestart()
    {
        await RegisterAsync("m", 1);
        await RegisterAsync("m", 2);
        var command = ReplayPlatform.Command("m", 1) with { Limits = new EndpointLimits { Rows = 7 }, Canary = new CanarySpec { Version = 2, Steps = [0.5], StepDuration = TimeSpan.FromHours(1) } };
        var deployed = await Serving.DeployAsync(command);
        var answer = await InferAsync("m", version: 1);

        var unloaded = await Serving.UnloadAsync("m", "off");
        Assert.Equal(unloaded.Revision, (await Serving.UnloadAsync("m", "off")).Revision);
        Assert.NotNull(unloaded.UnloadedAt);
        Assert.Contains("unloaded", (await Assert.ThrowsAsync<UnavailableException>(() => InferAsync("m"))).Message, StringComparison.Ordinal);
        Assert.Equal(0, _silo.Services.GetRequiredService<ModelCache>().Count);

        await _silo.RestartAsync();
        await Assert.ThrowsAsync<UnavailableException>(() => InferAsync("m"));
        await Assert.ThrowsAsync<UnavailableException>(() => Serving.DescribeAsync(new DescribeEndpoint { Endpoint = "m" }));

        var loaded = await Serving.LoadAsync("m", "on");
        Assert.Equal(loaded.Revision, (await Serving.LoadAsync("m", "on")).Revision);
        Assert.Equal((null, 7, CanaryStatus.Running), (loaded.UnloadedAt, loaded.Limits.Rows, loaded.Canary!.Status));
        Assert.Equal(deployed.History.Length, loaded.History.Length);
        Assert.Equal(deployed.Variants.Select(variant => (variant.Name, variant.Weight)), loaded.Variants.Select(variant => (variant.Name, variant.Weight)));
        Assert.Equal(answer.Outputs[0].Data, (await InferAsync("m", version: 1)).Outputs[0].Data);
    }

    [Fact]
    public async Task Unload_ThenDeploy_AnswersAgain()
    {
        await RegisterAsync("m", 1);
        await Serving.DeployAsync(ReplayPlatform.Command("m", 1));
        await Serving.UnloadAsync("m", "off");

        Assert.Null((await Serving.DeployAsync(ReplayPlatform.Command("m", 1))).UnloadedAt);
        Assert.Equal(1, (await InferAsync("m")).Version);
        await Assert.ThrowsAsync<NotFoundException>(() => Serving.UnloadAsync("nobody", "off"));
        await Assert.ThrowsAsync<NotFoundException>(() => Serving.LoadAsync("nobody", "on"));
    }

    [Fact]
    public async Task Policy_VersionThatCannotBeLoaded_KeepsNoOtherFromBeingServed()
    {
        await RegisterAsync("m", 1);
        var lost = await RegisterAsync("m", 2);
        Blobs.Lose(lost);

        var deployed = await Serving.DeployAsync(ReplayPlatform.Command("m") with { Versions = new VersionPolicy { Latest = 2 } });
        Assert.Equal((1, 2), (Assert.Single(deployed.Variants).Version, Assert.Single(deployed.Failures).Version));
        Assert.Contains("version 2", deployed.Failures[0].Reason, StringComparison.Ordinal);

        // The endpoint takes the next by itself, beside what it has.
        await RegisterAsync("m", 3);
        EndpointInfo followed;
        do
        {
            followed = await Serving.GetAsync("m");
        }
        while (followed.Variants[0].Version != 3);
        Assert.Equal([3, 1], followed.Variants.Select(variant => variant.Version));
        Assert.Equal(3, (await InferAsync("m")).Version);

        Blobs.Find(lost);
        var mended = await Serving.DeployAsync(ReplayPlatform.Command("m") with { Versions = new VersionPolicy { Specific = [1, 2, 3] } });
        Assert.Equal([3, 2, 1], mended.Variants.Select(variant => variant.Version));
        Assert.Empty(mended.Failures);
    }

    [Fact]
    public async Task Policy_VersionsOfOtherInputs_ServesTheNewestAndThoseThatTakeTheSame()
    {
        await RegisterAsync("m", 1);
        await Client.Models.RegisterAsync(new RegisterModelVersion { Model = "m", OperationId = "echo", Builtin = "echo" });
        await RegisterAsync("m", 3);

        var deployed = await Serving.DeployAsync(ReplayPlatform.Command("m") with { Versions = new VersionPolicy { All = true } });

        Assert.Equal([3, 1], deployed.Variants.Select(variant => variant.Version));
        Assert.Contains("different inputs", Assert.Single(deployed.Failures).Reason, StringComparison.Ordinal);
        Assert.Equal(2, deployed.Failure!.Version);
    }

    [Fact]
    public async Task Deploy_NamedVariantThatCannotBeLoaded_FailsWholeAndChangesNothing()
    {
        await RegisterAsync("m", 1);
        Blobs.Lose(await RegisterAsync("m", 2));
        await Serving.DeployAsync(ReplayPlatform.Command("m", 1));

        await Assert.ThrowsAsync<DataLossException>(() => Serving.DeployAsync(ReplayPlatform.Command("m", 1, 2)));
        await Assert.ThrowsAsync<FailedPreconditionException>(() => Serving.DeployAsync(ReplayPlatform.Command("m") with { Versions = new VersionPolicy { Specific = [2] } }));

        Assert.Equal(1, (await Serving.GetAsync("m")).Revision);
        Assert.Equal(1, (await InferAsync("m")).Version);
    }

    [Fact]
    public async Task Infer_DeployedVersionThatCannotBeLoadedAnyMore_IsUnavailableWithItsReasonAndNotLoadedForEveryCaller()
    {
        var digest = await RegisterAsync("m", 1);
        await Serving.DeployAsync(ReplayPlatform.Command("m", 1));
        _silo.Services.GetRequiredService<RouteTable>().Remove(new EndpointKey("default", "m"));
        Blobs.Lose(digest);

        for (var i = 0; i < 20; i++)
        {
            Assert.Contains("version 1 of model 'm'", (await Assert.ThrowsAsync<UnavailableException>(() => InferAsync("m"))).Message, StringComparison.Ordinal);
        }

        Assert.InRange(Blobs.AsksFor(digest), 1, 5);
        Blobs.Find(digest);
        await Serving.LoadAsync("m", "on");
        Assert.Equal(1, (await InferAsync("m")).Version);
    }

    [Fact]
    public async Task Policy_ServedVersionThatIsLost_IsLeftOutAndTheOthersAnswerOn()
    {
        var lost = await RegisterAsync("m", 1);
        await RegisterAsync("m", 2);
        await Serving.DeployAsync(ReplayPlatform.Command("m") with { Versions = new VersionPolicy { All = true } });
        _silo.Services.GetRequiredService<RouteTable>().Remove(new EndpointKey("default", "m"));
        Blobs.Lose(lost);
        await Assert.ThrowsAsync<UnavailableException>(() => InferAsync("m"));

        EndpointInfo mended;
        do
        {
            mended = await Serving.GetAsync("m");
        }
        while (mended.Variants.Length > 1);

        Assert.Equal((2, 1), (mended.Variants[0].Version, Assert.Single(mended.Failures).Version));
        Assert.Equal(2, (await InferAsync("m")).Version);
    }

    private Task<InferReply> InferAsync(string endpoint, int? version = null) =>
        Serving.InferAsync(new InferRequest { Endpoint = endpoint, Version = version, Inputs = [TensorSamples.Floats("input", [1, 16], new float[16])] });

    /// <returns>The digest of its file.</returns>
    private async Task<string> RegisterAsync(string model, int version)
    {
        var bytes = TensorSamples.WithDocumentation(await File.ReadAllBytesAsync(TensorSamples.MlpFile), $"{version}");
        var onnx = await Client.Models.UploadAsync(new MemoryStream(bytes));
        Assert.Equal(version, (await Client.Models.RegisterAsync(new RegisterModelVersion { Model = model, OperationId = $"{version}", Onnx = onnx })).Version);
        return onnx.Digest;
    }
}
