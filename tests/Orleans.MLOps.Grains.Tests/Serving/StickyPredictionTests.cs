using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving;

/// <summary>Rows of the platform's own networks for callers with a key.</summary>
public sealed class StickyPredictionTests(ReplayPlatform platform) : IClassFixture<ReplayPlatform>
{
    private const int Keys = 200;

    [Fact]
    public async Task Predict_AffinityKey_AllRowsMeetItsVariantAndAGrowingVariantOnlyTakesKeys()
    {
        var name = await ServeTwoAsync(0.1);
        var before = await AssignAsync(name);
        Assert.Equal(before, await AssignAsync(name));

        await DeployAsync(name, 0.5);
        var after = await AssignAsync(name);
        await DeployAsync(name, 0.1);

        Assert.InRange(before.Count(version => version == 2), 1, Keys / 4);
        Assert.InRange(after.Count(version => version == 2), Keys / 3, Keys * 2 / 3);
        Assert.All(before.Zip(after), key => Assert.True(key.First == key.Second || key is (1, 2)));
        Assert.Equal(before, await AssignAsync(name));
    }

    [Fact]
    public async Task Predict_AffinityKey_MeetsTheVariantThatTensorsOfTheKeyMeet()
    {
        var name = await ServeTwoAsync(0.5);
        var columns = await AssignAsync(name);

        for (var key = 0; key < 20; key++)
        {
            var reply = await platform.Client.Serving.InferAsync(new InferRequest
            {
                Endpoint = name,
                AffinityKey = Key(key),
                Inputs = [new Tensor { Name = "x", Type = TensorType.Float64, Shape = [1], Data = BitConverter.GetBytes(1.0) }, Tensors.TensorSamples.Texts("c", "a")],
            });
            Assert.Equal(columns[key], reply.Version);
        }
    }

    [Fact]
    public async Task Predict_NamedRepeatAfterTheWeightsChanged_IsTheAnswerOfBefore()
    {
        var name = await ServeTwoAsync(0.01);
        var versions = await AssignAsync(name);
        await DeployAsync(name, 0.99);
        var moved = (await AssignAsync(name)).Zip(versions).Select((key, i) => (Moved: key.First != key.Second, Key: i)).First(key => key.Moved).Key;
        await DeployAsync(name, 0.01);
        var request = Request(name, moved) with { OperationId = "named" };
        var first = await platform.Client.Serving.PredictAsync(request);

        await DeployAsync(name, 0.99);
        var again = await platform.Client.Serving.PredictAsync(request with { IsRepeat = true });
        var anew = await platform.Client.Serving.PredictAsync(request with { AffinityKey = "another", IsRepeat = true });

        Assert.Equal(first.PredictionIds, again.PredictionIds);
        Assert.Equal(first.Probabilities, again.Probabilities);
        Assert.Equal([1, 1, 1], again.ModelVersions);
        Assert.Empty(first.PredictionIds.Intersect(anew.PredictionIds));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1025)]
    public async Task Predict_AffinityKeyOfAWrongLength_IsRefusedByName(int length)
    {
        var name = await platform.ServeAsync();

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => platform.Client.Serving.PredictAsync(Request(name, 0) with { AffinityKey = new string('k', length) }));

        Assert.Equal("affinity_key", error.Field);
    }

    private static string Key(int key) => $"caller-{key}";

    private static PredictRequest Request(string name, int key) => ServingSamples.Request(name, [1, -2, 0.5], ["a", "b", "a"]) with { AffinityKey = Key(key) };

    /// <summary>The version that each key meets, with all of its rows.</summary>
    private async Task<int[]> AssignAsync(string name)
    {
        var versions = new int[Keys];
        for (var key = 0; key < Keys; key++)
        {
            versions[key] = Assert.Single((await platform.Client.Serving.PredictAsync(Request(name, key))).ModelVersions.Distinct());
        }

        return versions;
    }

    private async Task<string> ServeTwoAsync(double share)
    {
        var name = ReplayPlatform.NewName();
        await platform.RegisterAsync(name, 1);
        await platform.RegisterAsync(name, 2);
        await DeployAsync(name, share);
        return name;
    }

    private Task<EndpointInfo> DeployAsync(string name, double share) => platform.Client.Serving.DeployAsync(ReplayPlatform.Command(name, 1) with
    {
        Variants = [new() { Name = "main", Version = 1, Weight = 1 - share }, new() { Name = "next", Version = 2, Weight = share }],
    });
}
